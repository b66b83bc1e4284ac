"""`ropespec replay`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from .shared import Json, Traceback


def replay(
    failure: Annotated[
        str, typer.Argument(metavar="ID", help="As a report names it.", show_default=False)
    ],
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="S", help="Seconds for a call: as for check."),
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Run exactly those inputs again that broke a law, and say whether they still do.

    `ropespec check` keeps each failure in .ropespec/failures/ under the ID that it prints.
    Exit code 0 when it is mended, 1 when it still fails, 2 when there is no such failure.
    """
    from ropespec.checks.replaying import replay as run
    from ropespec.checks.report import write_json

    with contextlib.redirect_stdout(sys.stderr):
        seen = run(failure, timeout=timeout)
    if json is not None:
        write_json(seen.as_dict(), json)
    if json != "-":
        kept = seen.kept.failure
        typer.echo(f"{kept.law} on {seen.kept.target}: {kept.described()}")
        typer.echo(f"then: {kept.reason}")
        typer.echo(f"still fails: {seen.reason}" if seen.fails else "mended: it passes now")
    raise typer.Exit(1 if seen.fails else 0)
