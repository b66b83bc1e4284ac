"""`ropespec list`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from .shared import Traceback

Rows = Iterable[tuple[str, str]]


def list_(
    what: Annotated[
        str | None,
        typer.Argument(
            metavar="[theorems|laws|bugs|variants]", help="What to list; all when left out."
        ),
    ] = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """List what there is: theorems, laws, known bugs, variants of the embedding."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from ropespec.reference.validate import choice

    chosen = [choice("list", what, KINDS)] if what is not None else list(KINDS)
    console = Console(highlight=False)
    for kind in chosen:
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for name, text in KINDS[kind]():
            table.add_row(escape(name), escape(text))
        console.print(f"[bold underline]{kind}[/]")
        console.print(table)
        console.print()


def _theorems() -> Rows:
    """List every theorem's id and title."""
    from ropespec.spec import theorems

    return ((theorem.id, theorem.title) for theorem in theorems())


def _laws() -> Rows:
    """List every law's id and sentence."""
    from ropespec.checks.laws import LAWS

    return ((law.id, law.sentence) for law in LAWS)


def _bugs() -> Rows:
    """List every bug's slug and title."""
    from ropespec.checks.bugs import BUGS

    return ((bug.slug, bug.title) for bug in BUGS.values())


def _variants() -> Rows:
    """List every layout and frequency law."""
    from ropespec.reference import LAYOUTS
    from ropespec.reference.scaling import LAWS

    yield from ((f"layout {layout.name}", layout.meaning) for layout in LAYOUTS.values())
    for name, law in LAWS.items():
        yield f"scaling {name}", (law.__doc__ or "").strip().splitlines()[0]


KINDS: dict[str, Callable[[], Rows]] = {
    "theorems": _theorems,
    "laws": _laws,
    "bugs": _bugs,
    "variants": _variants,
}
"""What can be listed."""
