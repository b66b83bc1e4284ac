"""The Turkish pages say what the English ones say: headings, links, code, figures, formulas."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath

import pytest
from markdown.extensions.toc import slugify  # type: ignore[import-untyped]

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENGLISH, TURKISH = DOCS / "en", DOCS / "tr"
GENERATED = "<!-- Written by docs/generate.py"
"""Stands on pages that a program writes; they exist in English only."""

FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.*?)(?: \{#([\w-]+)\})?$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]*)(#[\w-]+)?\)")
FIGURE = re.compile(r'^--8<-- "([\w/-]+)\.(en|tr)\.html"$', re.MULTILINE)
SWITCH = re.compile(r'<a href="([^"]+)" hreflang="(en|tr)" class="md-select__link">')
DISPLAYED = re.compile(r"^\$\$$(.*?)^\$\$$", re.MULTILINE | re.DOTALL)


def paired() -> list[str]:
    """Name the pages that a person wrote and that Turkish readers have too."""
    found = [ENGLISH / "index.md", *ENGLISH.glob("learn/*.md"), *ENGLISH.glob("check/*.md")]
    written = [path for path in found if GENERATED not in path.read_text(encoding="utf-8")]
    return sorted(path.relative_to(ENGLISH).as_posix() for path in written)


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return FENCED.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and anchor of each heading; the page's own title needs no anchor."""
    found = []
    for marks, title, anchor in HEADING.findall(prose(text)):
        named = anchor or slugify(title.replace("`", ""), "-")
        found.append((len(marks), named if len(marks) > 1 else ""))
    return found


def links(text: str, page: str, language: str) -> Counter[str]:
    """Count the pages that a page leads to, each by its name without a language."""
    folder = PurePosixPath(language) / PurePosixPath(page).parent
    found: Counter[str] = Counter()
    for target, anchor in LINK.findall(prose(text)):
        if "://" in target:
            found[target + anchor] += 1
            continue
        place = normpath(folder / target) if target else f"{language}/{page}"
        spoken, _, name = place.partition("/")
        expected = language if (DOCS / language / name).is_file() else "en"
        assert spoken == expected, f"{page} leads to {place}, which is in {expected} too"
        assert (DOCS / place).is_file(), f"{page} leads to {place}, which is not there"
        found[name + anchor] += 1
    return found


def formulas(text: str) -> list[str]:
    """Return the displayed formulas; words in them and the stop after them may differ."""
    plain = (re.sub(r"\\text\{[^}]*\}", "", found) for found in DISPLAYED.findall(text))
    return ["".join(found.split()).rstrip(".,") for found in plain]


def rows(text: str) -> tuple[int, int, int]:
    """Count rows of tables, items of lists, and terms that are explained."""
    starts = (r"^\|", r"^- ", r"^:   ")
    counted = [len(re.findall(start, prose(text), re.MULTILINE)) for start in starts]
    return counted[0], counted[1], counted[2]


def differences(english: str, turkish: str, page: str) -> list[str]:
    """Name what a Turkish page has otherwise than the English one."""
    pairs = {
        "headings": (headings(english), headings(turkish)),
        "links": (links(english, page, "en"), links(turkish, page, "tr")),
        "code": (FENCED.findall(english), FENCED.findall(turkish)),
        "formulas": (formulas(english), formulas(turkish)),
        "rows": (rows(english), rows(turkish)),
        "figures": (
            [(name, "tr") for name, _ in FIGURE.findall(english)],
            FIGURE.findall(turkish),
        ),
    }
    return [
        f"{page}: {what} in English {alone(mine, other)}, in Turkish {alone(other, mine)}"
        for what, (mine, other) in pairs.items()
        if mine != other
    ]


def alone(found: Iterable[object], beside: Iterable[object]) -> list[object]:
    """Return what one page has and the other has not; all of it where the order differs."""
    return [each for each in found if each not in list(beside)] or list(found)


def both(page: str) -> tuple[str, str]:
    english, turkish = (folder / page for folder in (ENGLISH, TURKISH))
    return english.read_text(encoding="utf-8"), turkish.read_text(encoding="utf-8")


def test_turkish_readers_have_every_written_page_and_no_other() -> None:
    turkish = {path.relative_to(TURKISH).as_posix() for path in TURKISH.rglob("*.md")}
    assert turkish == set(paired())


@pytest.mark.parametrize("page", paired())
def test_both_languages_have_the_same_headings_links_and_code(page: str) -> None:
    assert not differences(*both(page), page)


@pytest.mark.parametrize(
    ("page", "there", "instead", "what"),
    [
        ("check/index.md", "## Kurulum {#install}", "### Kurulum {#install}", "headings"),
        ("check/index.md", "{#install}", "{#kurulum}", "headings"),
        ("learn/order.md", "../../en/spec/C6.md", "../../en/spec/C5.md", "links"),
        ("learn/order.md", "](absolute.md)", "]", "links"),
        ("learn/order.md", "first[1], second[4]", "first[1], second[1]", "code"),
        ("learn/plane.md", r"-\sin\varphi\\ \sin", r"\sin\varphi\\ -\sin", "formulas"),
        ("learn/plane.md", "plane.tr.html", "plane.en.html", "figures"),
        ("learn/decay.md", "\n- Rastgele", "\nRastgele", "rows"),
    ],
)
def test_a_slip_of_a_translation_is_seen(
    page: str, there: str, instead: str, what: str
) -> None:
    english, turkish = both(page)
    assert there in turkish
    before = differences(english, turkish, page)
    after = differences(english, turkish.replace(there, instead, 1), page)
    (found,) = [each for each in after if each not in before]
    assert found.startswith(f"{page}: {what} ")


def test_a_link_to_the_other_language_is_refused_where_the_page_is_translated() -> None:
    with pytest.raises(AssertionError, match=r"which is in tr too"):
        links("[Kodunuzu sınayın](../../en/check/index.md)", "learn/order.md", "tr")


def test_the_language_switch_stays_on_the_page_or_leads_home(site: Path) -> None:
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    assert {"tr/learn/plane.html", "learn/plane.html", "spec/B2.html"} <= built
    for place in built:
        name = place.removeprefix("tr/")
        page = (site / place).read_text(encoding="utf-8")
        leads = {
            language: normpath(PurePosixPath(place).parent / link)
            for link, language in SWITCH.findall(page)
        }
        assert leads == {
            "en": name if name in built else "index.html",
            "tr": f"tr/{name}" if f"tr/{name}" in built else "tr/index.html",
        }, place


def test_turkish_words_are_in_the_search_index(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert {"en", "tr"} <= set(index["config"]["lang"])
    found = {each["location"] for each in index["docs"] if "döndürme" in each["text"].lower()}
    assert "tr/learn/values.html" in found
    assert all(place.startswith("tr/") for place in found)
