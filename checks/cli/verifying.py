"""`ropespec verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from .shared import Json, Traceback

if TYPE_CHECKING:
    from rich.table import Table

    from ropespec.checks.verify import Row


def verify(
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Run the main job: proofs, NumPy and torch against them and each other, selftest.

    Exits with 0 only when all of it held.
    """
    from rich.console import Console

    from ropespec.checks.verify import STAGES, Summary, run_stages

    from .progress import Bar

    rows: list[Row] = []
    with Bar() as bar:
        bar.step(0, len(STAGES), STAGES[0].name)
        for row in run_stages(STAGES):
            rows.append(row)
            upcoming = STAGES[len(rows)].name if len(rows) < len(STAGES) else ""
            bar.step(len(rows), len(STAGES), upcoming)
    summary = Summary(tuple(rows))
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(summary.as_dict(), json)
    if json != "-":
        console = Console(highlight=False, emoji=False)
        console.print(_table(rows))
        console.print("[bold green]all held[/]" if summary.ok else "[bold red]not all held[/]")
    raise typer.Exit(0 if summary.ok else 1)


def _table(rows: list[Row]) -> Table:
    """Tabulate what was verified."""
    from rich.markup import escape
    from rich.table import Table

    colours = {"pass": "green", "fail": "bold red", "skip": "dim"}
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("verified")
    table.add_column("")
    table.add_column("cases", justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("")
    for row in rows:
        table.add_row(
            escape(row.name),
            f"[{colours[row.status]}]{row.status}[/]",
            str(row.executed),
            f"{row.seconds:.2f}",
            escape(row.detail),
        )
    return table
