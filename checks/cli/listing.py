"""`ropespec list`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from .shared import Json, Traceback

Rows = Iterable[dict[str, str]]


def list_(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[theorems|laws|bugs|variants]", help="What to list; all when left out."
        ),
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """List what there is: theorems, laws, known bugs, variants of the embedding."""
    from ropespec.reference.validate import choice

    chosen = [choice("list", what, KINDS)] if what is not None else list(KINDS)
    found = {kind: list(KINDS[kind]()) for kind in chosen}
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(found, json)
    if json != "-":
        _show(found)


def _show(found: dict[str, list[dict[str, str]]]) -> None:
    """Write each kind as a table."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False, emoji=False)
    for kind, rows in found.items():
        table = Table(box=None, pad_edge=False, header_style="dim")
        for number, name in enumerate(rows[0]):
            table.add_column(name, style="bold" if number == 0 else "", no_wrap=number == 0)
        for row in rows:
            table.add_row(*map(escape, row.values()))
        console.print(f"[bold underline]{kind}[/]")
        console.print(table)
        console.print()


def _theorems() -> Rows:
    """List every theorem; nothing is proved here."""
    from ropespec.spec import theorems

    for one in theorems():
        source = ", ".join(filter(None, (one.source.paper, one.source.equation)))
        yield {"id": one.id, "title": one.title, "source": source, "status": "not run"}


def _laws() -> Rows:
    """List every law."""
    from ropespec.checks.laws import LAWS

    return ({"id": law.id, "requirement": law.sentence} for law in LAWS)


def _bugs() -> Rows:
    """List every bug."""
    from ropespec.checks.bugs import BUGS

    return ({"id": bug.slug, "what it does": bug.title} for bug in BUGS.values())


def _variants() -> Rows:
    """List every layout and frequency law."""
    from ropespec.reference import LAYOUTS
    from ropespec.reference.scaling import LAWS

    for layout in LAYOUTS.values():
        yield {"name": f"layout {layout.name}", "meaning": layout.meaning}
    for name, law in LAWS.items():
        meaning = (law.__doc__ or "").strip().splitlines()[0]
        yield {"name": f"scaling {name}", "meaning": meaning}


KINDS: dict[str, Callable[[], Rows]] = {
    "theorems": _theorems,
    "laws": _laws,
    "bugs": _bugs,
    "variants": _variants,
}
"""What can be listed."""
