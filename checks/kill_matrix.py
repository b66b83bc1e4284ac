"""The kill matrix: which law catches which planted bug, for the terminal and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from rich.table import Table

from .laws import LAWS
from .selftest import Judged, Selftest, summary

if TYPE_CHECKING:
    from rich.console import Console


def print_selftest(result: Selftest, console: Console, *, matrix: bool = True) -> None:
    """Print the kill matrix, the honest implementations and the summary."""
    if matrix:
        console.print(_matrix(result.planted))
        if result.honest:
            console.print(_honest_table(result.honest))
    for line in summary(result):
        console.print(line, soft_wrap=True)


def markdown(found: dict[str, Any]) -> str:
    """Write a selftest, as `Selftest.as_dict` gives it, as tables in Markdown.

    Parameters
    ----------
    found
        Its values, from a run or from a file that a run wrote.
    """
    laws = [law for law in found["laws"] if _catches(found, law)]
    marks = [
        [
            f"`{one['name']}`", f"`{one['bug']}`",
            ", ".join(str(laws.index(law) + 1) for law in one["killed_by"] if law in laws),
            ", ".join(f"`{cause}`" for cause in one["diagnosis"][:2]),
        ]
        for one in found["planted"]
    ]  # fmt: skip
    honest = [
        [f"`{one['name']}`", one["framework"], one["verdict"], one["grade"] or ""]
        for one in found["honest"]
    ]
    numbers = [f"{place}. `{law}`" for place, law in enumerate(laws, start=1)]
    parts = [
        "\n".join(numbers),
        _rows(("planted", "bug", "caught by", "named"), marks),
        _rows(("honest", "framework", "verdict", "grade"), honest) if honest else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _catches(found: dict[str, Any], law: str) -> bool:
    """Whether a law catches any of the planted bugs."""
    return any(law in one["killed_by"] for one in found["planted"])


def _rows(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table."""
    names = list(titles)
    lines = [names, ["---"] * len(names), *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _matrix(rows: Iterable[Judged]) -> Table:
    """Lay out bugs against laws: each law has a place and a letter, told below."""
    letters = {law.id: ascii_letters[place] for place, law in enumerate(LAWS)}
    told = ", ".join(f"{letter} {law}" for law, letter in letters.items())
    table = Table(title="Planted bugs and the laws that catch them", caption=told)
    table.add_column("planted", overflow="fold")
    table.add_column("bug", overflow="fold")
    table.add_column("".join(letters.values()), no_wrap=True)
    table.add_column("diagnosis", overflow="fold")
    for one in rows:
        caught = set(one.said.failed)
        marks = "".join(letters[law] if law in caught else "\N{MIDDLE DOT}" for law in letters)
        first = one.causes[0] if one.causes else "none"
        style = None if one.as_deserved else "bold red"
        verdict = first if one.named_within(1) else f"[yellow]{first}[/]"
        table.add_row(one.entry.name, one.entry.bug, marks, verdict, style=style)
    return table


def _honest_table(rows: Iterable[Judged]) -> Table:
    """List the honest implementations with their grades."""
    table = Table(title="Honest implementations")
    for column in ("implementation", "framework", "layout", "verdict", "grade"):
        table.add_column(column, no_wrap=True)
    for one in rows:
        style = None if one.as_deserved else "bold red"
        table.add_row(
            one.entry.name, one.entry.framework, one.entry.config.layout,
            one.said.verdict, one.said.grade or "none", style=style,
        )  # fmt: skip
    return table
