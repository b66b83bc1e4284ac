"""The pictures of the generated pages can be read on a light page and on a dark one."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
LIGHT, DARK = "#ffffff", "#1e2129"
"""The theme's backgrounds."""
PICTURES = sorted([*DOCS.glob("en/**/*.svg"), *DOCS.glob("assets/*.svg")])
WORDS = re.compile(r"<text[^>]*?(?:fill: *|fill=\")([^;\"]+)")


@pytest.fixture(scope="module")
def draw(generator: Callable[[str], ModuleType]) -> ModuleType:
    return generator("systems.draw")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_every_ink_stands_out_on_its_page(draw: ModuleType) -> None:
    for name, light, dark in draw.INKS.values():
        assert contrast(light, LIGHT) >= 4.5, name
        assert contrast(dark, DARK) >= 4.5, name
    assert contrast("#808080", LIGHT) < 4.5, "the grey that no page should have"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_words_of_a_picture_have_an_ink(path: Path, draw: ModuleType) -> None:
    text = path.read_text(encoding="utf-8")
    assert draw.inked() in text
    found = set(WORDS.findall(text))
    assert found <= {f"var(--{name})" for name, _, _ in draw.INKS.values()}
