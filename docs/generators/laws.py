"""The page of laws, from `ropespec.checks.laws`."""

from ropespec.checks.laws import LAWS, Law
from ropespec.checks.links import theorems_of_law

from .markdown import page, table
from .runs import links

LEAD = """\
A law is one requirement on an implementation. `ropespec check` runs all of them;
`--law ID` runs one. A required law that fails makes the verdict *nonconformant*. The budget
says how far a result may be from the exact one; it is derived, not chosen.

No single law is enough. Any one-parameter group of rotations keeps norms and obeys the relative
law, with the wrong base or the wrong pairing too: the laws of the value carry the weight."""


def _theorem(law: Law) -> str:
    """Link the theorem that the law comes from; some come from the target's contract alone."""
    return f"[{law.theorem}](../spec/{law.theorem}.md)" if law.theorem else ""


def _section(law: Law) -> str:
    """Describe one law."""
    bugs = ", ".join(f"[`{slug}`](bugs/{slug}.md)" for slug in law.kills)
    others = tuple(name for name in theorems_of_law(law) if name != law.theorem)
    facts = {
        "Level": law.level,
        "Theorem": _theorem(law),
        "Theorems that use it": links(others, "../spec/"),
        "Budget": law.budget,
        "Catches": bugs,
    }
    lines = [f"**{name}:** {text}" for name, text in facts.items() if text]
    return "\n\n".join([f"## `{law.id}` {{ #{law.id} }}", law.sentence, *lines])


def pages() -> dict[str, str]:
    """Write the page."""
    rows = [(f"[`{law.id}`](#{law.id})", law.sentence, _theorem(law)) for law in LAWS]
    overview = table(("Law", "Requirement", "Theorem"), rows)
    return {"en/check/laws.md": page("Laws", LEAD, overview, *map(_section, LAWS))}
