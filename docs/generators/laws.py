"""The page of laws, from `ropespec.checks.laws`, in every language."""

from ropespec.checks.laws import LAWS, Law
from ropespec.checks.links import theorems_of_law

from .languages import LANGUAGES, Language
from .markdown import page, table
from .runs import links

LEAD = """\
A law is one requirement on an implementation. `ropespec check` runs all of them;
`--law ID` runs one. A required law that fails makes the verdict *nonconformant*. The budget
says how far a result may be from the exact one; it is derived, not chosen.

No single law is enough. Any one-parameter group of rotations keeps norms and obeys the relative
law, with the wrong base or the wrong pairing too: the laws of the value carry the weight."""


def _theorem(law: Law, say: Language) -> str:
    """Link the theorem that the law comes from; some come from the target's contract alone."""
    return f"[{law.theorem}]({say.english('../spec/')}{law.theorem}.md)" if law.theorem else ""


def _section(law: Law, say: Language) -> str:
    """Describe one law."""
    bugs = ", ".join(f"[`{slug}`](bugs/{slug}.md)" for slug in law.kills)
    others = tuple(name for name in theorems_of_law(law) if name != law.theorem)
    facts = {
        "Level": say(law.level),
        "Theorem": _theorem(law, say),
        "Theorems that use it": links(others, say.english("../spec/")),
        "Budget": say(law.budget),
        "Catches": bugs,
    }
    lines = [f"**{say(name)}:** {text}" for name, text in facts.items() if text]
    return "\n\n".join([f"## `{law.id}` {{ #{law.id} }}", say(law.sentence), *lines])


def _page(say: Language) -> str:
    """Write the page in one language."""
    rows = [(f"[`{law.id}`](#{law.id})", say(law.sentence), _theorem(law, say)) for law in LAWS]
    overview = table([say(name) for name in ("Law", "Requirement", "Theorem")], rows)
    return page(say("Laws"), say(LEAD), overview, *(_section(law, say) for law in LAWS))


def pages() -> dict[str, str]:
    """Write the page."""
    return {f"{say.code}/check/laws.md": _page(say) for say in LANGUAGES}
