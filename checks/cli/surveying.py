"""`ropespec survey`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from .shared import Json, Traceback

WIDTH = 180
"""Columns of the table where there is no terminal to fit."""


def survey(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME]...", help="Libraries, or library/implementation; all if left out."
        ),
    ] = None,
    list_: Annotated[
        bool, typer.Option("--list", help="List what is surveyed, and run nothing.")
    ] = False,
    here: Annotated[
        bool,
        typer.Option("--here", help="Use what is installed here; make no environments."),
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run again what was run before.")
    ] = False,
    speed: Annotated[
        bool, typer.Option("--speed/--no-speed", help="Time each call beside copying.")
    ] = True,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Decides the random inputs.")
    ] = 0,
    level: Annotated[
        str,
        typer.Option("--level", metavar="quick|standard|thorough", help="How much to try."),
    ] = "quick",
    folder: Annotated[
        Path,
        typer.Option("--folder", metavar="DIR", help="Keeps environments and results."),
    ] = Path(".survey"),
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Judge the implementations that people use, each in an environment of its own.

    Environments are made by lock files of exact versions, and kept, as results are: a run
    that was interrupted goes on where it ended. Takes minutes for each library.

    For example:

      ropespec survey --list

      ropespec survey transformers x-transformers

      ropespec survey transformers/gemma-3-12b-global --fresh --json gemma.json

      ropespec survey --here --no-speed torch onnx

    Exit code 0 when everything was judged, whatever the verdicts; 1 when something could not
    be, or a finding was not reproduced.
    """
    from rich.console import Console

    from ropespec.checks.laws import LEVELS
    from ropespec.checks.survey.survey import Plan, Survey
    from ropespec.checks.survey.table import print_list, print_survey, unfinished
    from ropespec.reference.validate import choice

    from .interrupting import INTERRUPTED, endable
    from .progress import Bar

    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH
    if list_:
        print_list(console)
        raise typer.Exit
    plan = Plan(
        folder, seed, choice("level", level, LEVELS), timed=speed, here=here, fresh=fresh
    )
    with endable():
        with Bar() as bar:
            survey = Survey(plan, bar.step)
            found = survey.run(names or ())
        if json is not None:
            from ropespec.checks.report import write_json

            write_json(found, json)
    if json != "-":
        print_survey(found, console)
    if survey.interrupted:
        sys.stderr.write("ropespec: interrupted: what was judged is kept; run it again\n")
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(1 if unfinished(found) else 0)
