"""The page of known bugs, from `ropespec.checks.bugs`."""

from itertools import groupby

from ropespec.checks.bugs import BUGS, Bug
from ropespec.checks.laws import LAWS
from ropespec.checks.links import theorems_obeyed

from .markdown import page, table
from .runs import links

LEAD = """\
A report names the bug that most likely explains a failure. These are the names, with what each
computes instead of the right thing, the input that shows it, and how to mend it. They come from
public bug reports; most of them raised no error."""


def _caught_by(bug: Bug) -> str:
    """Link the laws that catch the bug."""
    ids = [law.id for law in LAWS if bug.slug in law.kills]
    return ", ".join(f"[{name}](laws.md#{name})" for name in ids)


def _section(bug: Bug) -> str:
    """Describe one bug."""
    seen = ", ".join(f"[{name}]({address})" for name, address in bug.links)
    facts = {
        "What shows it": bug.reveals,
        "How to mend it": bug.fix,
        "Caught by": _caught_by(bug),
        "Obeys, so hidden from": links(theorems_obeyed(bug.slug), "../spec/"),
        "Seen in": seen,
    }
    lines = [f"**{name}:** {text}" for name, text in facts.items() if text]
    head = f"### `{bug.slug}` {{ #{bug.slug} }}"
    return "\n\n".join(
        [head, f"{bug.title[0].upper()}{bug.title[1:]}. {bug.description}", *lines]
    )


def pages() -> dict[str, str]:
    """Write the page."""
    families = [
        (family, list(bugs)) for family, bugs in groupby(BUGS.values(), lambda bug: bug.family)
    ]
    overview = table(
        ("Family", "Bugs"),
        (
            (family.capitalize(), ", ".join(f"[`{bug.slug}`](#{bug.slug})" for bug in bugs))
            for family, bugs in families
        ),
    )
    sections = [
        "\n\n".join([f"## {family.capitalize()}", *map(_section, bugs)])
        for family, bugs in families
    ]
    return {"en/check/bugs.md": page("Known bugs", LEAD, overview, *sections)}
