"""The proof run behind the pages of the specification, and its words."""

import re
from functools import cache

from ropespec.spec import ProofReport, Theorem, prove, theorems
from ropespec.spec.report import TheoremResult


@cache
def report() -> ProofReport:
    """Prove everything, once for all pages."""
    return prove()


@cache
def results() -> dict[str, TheoremResult]:
    """Give the results by theorem."""
    return {result.id: result for result in report().results}


def status(result: TheoremResult) -> str:
    """Say in one word what the run found, coloured by it."""
    return f"<span class='{result.status}'>{result.status.capitalize()}</span>"


def links(ids: tuple[str, ...], folder: str = "") -> str:
    """Link theorems; one that is not registered stays plain."""
    known = {theorem.id for theorem in theorems()}
    return ", ".join(f"[{name}]({folder}{name}.md)" if name in known else name for name in ids)


def linked(text: str) -> str:
    """Link the theorems that a text names, but not inside formulas."""
    pattern = re.compile(rf"(\$[^$]*\$)|\b({'|'.join(results())})\b")
    return pattern.sub(lambda found: found[1] or f"[{found[2]}]({found[2]}.md)", text)


def named(theorem: Theorem) -> str:
    """Write a theorem's id and title."""
    return f"{theorem.id}. {theorem.title}"
