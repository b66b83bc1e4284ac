"""`ropespec selftest`."""

from __future__ import annotations

from typing import Annotated

import typer

from .shared import Json, Traceback

MATRIX_WIDTH = 160
"""Columns that the kill matrix is written in where there is no terminal to fit."""


def selftest(
    level: Annotated[
        str,
        typer.Option("--level", metavar="quick|standard|thorough", help="How much to try."),
    ] = "quick",
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Decides the random inputs.")
    ] = 0,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Prove that the suite works: honest implementations pass, planted bugs fail.

    Prints the kill matrix and exits with 1 on one survivor or one false alarm.
    """
    from rich.console import Console

    from ropespec.checks.selftest import print_selftest
    from ropespec.checks.selftest import selftest as run

    from .progress import Bar

    with Bar() as bar:
        found = run(level=level, seed=seed, progress=bar.step)
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(found.as_dict(), json)
    if json != "-":
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = MATRIX_WIDTH
        print_selftest(found, console)
    raise typer.Exit(found.exit_code)
