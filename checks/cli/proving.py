"""`ropespec prove`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import Json, Traceback

if TYPE_CHECKING:
    from rich.table import Table

    from ropespec.spec import ProofReport


def prove(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Theorems; all when left out.")
    ] = None,
    certificates: Annotated[
        str | None,
        typer.Option("--certificates", metavar="DIR", help="Write every identity as JSON."),
    ] = None,
    recheck: Annotated[
        bool,
        typer.Option(
            "--recheck", help="Check the identities again, with a checker that has no SymPy."
        ),
    ] = False,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Prove the theorems, and refute every altered statement of them.

    Exits with 1 when a step is not proved, an altered statement is not refuted, or the second
    checker refuses a certificate.
    """
    from rich.console import Console

    from ropespec.spec import prove as run

    from . import rechecking
    from .progress import Bar

    with Bar() as bar:
        report = run(
            *ids or (), progress=lambda one, done, total: bar.step(done, total, one.id)
        )
    lines = [] if certificates is None else [rechecking.save(report, certificates)]
    problems = list(report.problems)
    if recheck:
        found, refused = rechecking.recheck(report)
        lines += found
        problems += refused
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(report.as_dict(), json)
    if json != "-":
        console = Console(highlight=False, emoji=False)
        console.print(_table(report))
        proved = sum(result.status == "proved" for result in report.results)
        console.print(f"{proved} of {len(report.results)} proved in {report.seconds:.2f} s")
        for line in lines:
            console.print(line, soft_wrap=True)
    for problem in problems:
        sys.stderr.write(f"ropespec: {problem}\n")
    raise typer.Exit(1 if problems or not report.ok else 0)


def _table(report: ProofReport) -> Table:
    """Tabulate a proof run."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id")
    table.add_column("theorem", overflow="ellipsis", no_wrap=True, max_width=42)
    for name in ("steps", "refuted", "seconds"):
        table.add_column(name, justify="right")
    table.add_column("status")
    for result in report.results:
        refuted = sum(altered.verdict.refuted for altered in result.altered)
        colour = "green" if result.ok else "bold red"
        table.add_row(
            result.id,
            result.title,
            str(len(result.steps)),
            f"{refuted} of {len(result.altered)}",
            f"{result.seconds:.2f}",
            f"[{colour}]{result.status}[/]",
        )
    return table
