"""All chapters and theorems, and how to find one."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module

from .theorem import Chapter, Theorem

CHAPTERS = (
    "chapter_a",
    "chapter_b",
    "chapter_c",
    "chapter_d",
    "chapter_e",
    "chapter_f",
    "chapter_g",
    "chapter_h",
)
"""The packages that hold the chapters, in order."""


class UnknownTheorem(KeyError):  # noqa: N818 - it names what the user gave
    """No theorem has this id."""

    def __str__(self) -> str:
        """Give the message without quotes."""
        return str(self.args[0])


@cache
def chapters() -> tuple[Chapter, ...]:
    """Give all chapters, in order."""
    modules = (import_module(f"{__package__}.{name}") for name in CHAPTERS)
    return tuple(module.CHAPTER for module in modules)


def theorems() -> tuple[Theorem, ...]:
    """Give all theorems, in order."""
    return tuple(theorem for chapter in chapters() for theorem in chapter.theorems)


def find(theorem_id: str) -> Theorem:
    """Find a theorem by its id; upper and lower case are the same.

    Raises
    ------
    UnknownTheorem
        When there is none; the message suggests ids that are near.

    Examples
    --------
    >>> from ropespec.spec import find
    >>> find("b2").title
    'The score depends on the distance alone'
    """
    table = {theorem.id: theorem for theorem in theorems()}
    wanted = theorem_id.upper()
    if wanted not in table:
        near = get_close_matches(wanted, table, n=3)
        hint = f"did you mean {', '.join(near)}?" if near else f"there are {', '.join(table)}"
        raise UnknownTheorem(f"no theorem is called {theorem_id!r}; {hint}")
    return table[wanted]
