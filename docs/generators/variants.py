"""The page of variants: laws, readings, schemes with several axes, and what is left out."""

import inspect
from importlib import import_module
from pathlib import Path

from ropespec.reference.axes import SCHEMES
from ropespec.reference.scaling import LAWS, LENGTH_RULES

from .markdown import MARK, plain, table

MODULES = {
    "yarn": "yarn_conventions",
    "dynamic": "dynamic",
    "longrope": "longrope",
}
"""Laws with several readings, and the modules of the package `scaling` that list them."""

TEXT = Path(__file__).parent / "text" / "variants.md"


def pages() -> dict[str, str]:
    """Write the page."""
    laws = [(f"`{name}`", _sentence(law), plain(law.source)) for name, law in LAWS.items()]
    schemes = [
        (
            f"`{row.name}`",
            ", ".join(row.axes),
            f"`{row.layout}`",
            f"{row.base:g}",
            plain(row.users),
        )
        for row in SCHEMES.values()
    ]
    lengths = [(f"`{name}`", plain(rule.users)) for name, rule in LENGTH_RULES.items()]
    tables = {
        "laws": table(("`rope_type`", "meaning", "source"), laws),
        "conventions": table(("law", "`convention`", "who computes it so"), _conventions()),
        "lengths": table(("rule", "who"), lengths),
        "schemes": table(("scheme", "axes", "layout", "base", "used by"), schemes),
    }
    text = TEXT.read_text(encoding="utf-8").format(**tables)
    return {"en/reference/variants.md": f"{text.rstrip()}\n\n{MARK}\n"}


def _sentence(law: type) -> str:
    """The first line of a law's docstring."""
    return plain((inspect.getdoc(law) or "").split("\n")[0])


def _conventions() -> list[tuple[str, str, str]]:
    """Every reading of every law that has several."""
    return [
        (f"`{law}`", f"`{name}`", plain(reading.users))
        for law, module in MODULES.items()
        for name, reading in import_module(
            f"ropespec.reference.scaling.{module}"
        ).CONVENTIONS.items()
    ]
