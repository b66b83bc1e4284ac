"""`ropespec check` and `ropespec identify`."""

from __future__ import annotations

import contextlib
import sys
from typing import Annotated

import typer

from .options import TargetOptions, takes_target
from .shared import Json, Traceback, switches


@takes_target
def check(
    options: TargetOptions,
    level: Annotated[
        str,
        typer.Option("--level", metavar="quick|standard|thorough", help="How much to try."),
    ] = "standard",
    law: Annotated[
        list[str] | None,
        typer.Option("--law", metavar="ID", help="A law to hold it to; repeat for several."),
    ] = None,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", help="Decides the random inputs.")
    ] = 0,
    allow_basis_change: Annotated[
        bool,
        typer.Option(
            "--allow-basis-change", help="Accept an output whose channels are permuted."
        ),
    ] = False,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Hold an implementation to the laws, and say what is wrong with it.

    The function takes x (batch, heads, seq, head_dim) and positions (batch, seq) and returns
    the rotated x; with --signature qk it takes q, k and positions and returns both.
    """
    from ropespec.checks.report import write_json
    from ropespec.checks.report.terminal import show
    from ropespec.checks.run import check as run

    from .configuration import declared
    from .progress import Bar

    with Bar() as bar, contextlib.redirect_stdout(sys.stderr):
        report = run(
            options.target,
            declared(options),
            **options.claims(),
            level=level,
            laws=law,
            seed=seed,
            allow_basis_change=allow_basis_change,
            progress=bar.step,
        )
    if json is not None:
        write_json(report.as_dict(), json)
    if report.cause is not None and switches.traceback:
        raise report.cause
    if report.error:
        sys.stderr.write(f"ropespec: {report.error}\n")
    elif json != "-":
        show(report)
    raise typer.Exit(report.exit_code)


@takes_target
def identify(
    options: TargetOptions,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Find out which convention an implementation follows, without judging it.

    Give --head-dim; what else is declared only settles numbers that fit it anyway.
    """
    from ropespec.checks.report import write_json
    from ropespec.checks.report.terminal import show_identification
    from ropespec.checks.run import identify as run

    from .configuration import declared

    with contextlib.redirect_stdout(sys.stderr):
        found = run(options.target, declared(options), **options.claims())
    if json is not None:
        write_json(found.as_dict(), json)
    if json != "-":
        show_identification(options.target, found)
    raise typer.Exit(0 if found.layout is not None else 1)
