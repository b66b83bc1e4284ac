"""The page that leads from code and variants to theorems, from `ropespec.checks.links`."""

from ropespec.checks.links import LAYOUTS, theorems_of_code, theorems_of_scaling
from ropespec.reference.scaling import LAWS as SCALINGS

from .markdown import page, section, table
from .runs import links

LEAD = """\
Which theorems are about which part of the code. Each theorem's page names its code in turn.
That the code computes what the theorem says is a matter of tests: formulas of the theorems run
as NumPy functions (`ropespec.spec.executable`), and the reference is compared with them."""

FOLDER = "../spec/"


def name_link(name: str) -> str:
    """Link a public name to its description."""
    return f"[`{name.removeprefix('ropespec.')}`][{name}]"


def pages() -> dict[str, str]:
    """Write the page."""
    layouts = [(f"`{name}`", links(ids, FOLDER)) for name, ids in LAYOUTS.items()]
    scalings = [
        (
            f"[`{name}`](../spec/variants/{name}.md)",
            name_link(f"ropespec.reference.scaling.{law.__name__}"),
            links(ids, FOLDER),
        )
        for name, law in SCALINGS.items()
        for ids in [theorems_of_scaling(name)]
    ]
    names = [
        (name_link(name), links(ids, FOLDER))
        for name, ids in sorted(theorems_of_code().items())
    ]
    text = page(
        "Code and theorems",
        LEAD,
        section("Layouts", table(("Layout", "Theorems"), layouts)),
        section("Laws of frequencies", table(("Name", "Code", "Theorems"), scalings)),
        section("Functions and classes", table(("Name", "Theorems"), names)),
    )
    return {"en/reference/theorems.md": text}
