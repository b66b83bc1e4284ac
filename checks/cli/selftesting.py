"""`ropespec selftest`."""

from __future__ import annotations

from pathlib import Path
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
    drawn: Annotated[
        int,
        typer.Option(
            "--random", metavar="N", min=0, help="Judge N bugs drawn at random instead."
        ),
    ] = 0,
    every_law: Annotated[
        bool,
        typer.Option("--every-law", help="Run all laws on every bug: the whole kill matrix."),
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", metavar="N", min=1, help="Processes to judge in.")
    ] = 2,
    markdown: Annotated[
        str | None, typer.Option("--markdown", metavar="FILE", help="Write the kill matrix.")
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Prove that the suite works: honest implementations pass, planted bugs fail.

    Prints the kill matrix and exits with 1 on one survivor or one false alarm.
    """
    from rich.console import Console

    from ropespec.checks.kill_matrix import markdown as written
    from ropespec.checks.kill_matrix import print_selftest
    from ropespec.checks.selftest import selftest as run

    from .progress import Bar

    with Bar() as bar:
        found = run(
            level=level, seed=seed, drawn=drawn, every_law=every_law, jobs=jobs,
            progress=bar.step,
        )  # fmt: skip
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(found.as_dict(), json)
    if markdown is not None:
        Path(markdown).write_text(written(found.as_dict()), encoding="utf-8")
    if json != "-":
        console = Console(highlight=False, emoji=False)
        if not console.is_terminal:
            console.width = MATRIX_WIDTH
        print_selftest(found, console)
    raise typer.Exit(found.exit_code)
