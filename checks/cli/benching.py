"""`ropespec bench`."""

from __future__ import annotations

import os
from typing import Annotated, Any

import typer

from .shared import Json, Traceback

WIDTH = 200
"""Columns of the tables where there is no terminal to fit."""

MOST_SECONDS = 3600.0
"""The longest time for a figure."""


def bench(
    seq: Annotated[
        list[int] | None,
        typer.Option("--seq", metavar="N", help="Tokens (repeatable): 512 and 4096."),
    ] = None,
    dtype: Annotated[
        list[str] | None,
        typer.Option("--dtype", metavar="D", help="float32, bfloat16, float16 (repeatable)."),
    ] = None,
    threads: Annotated[
        list[int] | None,
        typer.Option("--threads", metavar="N", help="Threads (repeatable): 1."),
    ] = None,
    budget: Annotated[
        float, typer.Option("--budget", metavar="S", help="Seconds for each figure.")
    ] = 0.1,
    compile_: Annotated[
        bool,
        typer.Option(
            "--compile/--no-compile", help="Let torch.compile take part, which is slow."
        ),
    ] = True,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="4096 tokens, bfloat16, no torch.compile."),
    ] = False,
    picture: Annotated[
        str | None,
        typer.Option("--picture", metavar="FILE", help="Draw it: .svg, .png or .pdf."),
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Measure the torch version beside its peers: time, memory, accuracy.

    Times are ratios to copying queries and keys of Llama-3-8B's shape, in the same process;
    medians, with the quarter and three-quarter points of the pairs. A peer that is not
    installed is named. Takes minutes; an interruption (Ctrl-C, SIGTERM) keeps the parts that
    were measured, and exits with 130.

        ropespec bench --quick

        ropespec bench --json speed.json --picture speed.svg
    """
    from importlib.util import find_spec

    from ropespec.checks.errors import CheckError

    if find_spec("torch") is None:
        raise CheckError("bench: torch is not installed: pip install 'ropespec[torch]'")
    from ropespec.checks.bench.bench import bench as run
    from ropespec.checks.bench.cases import DTYPES
    from ropespec.checks.report import Outputs, write_json

    from .interrupting import INTERRUPTED, endable

    if picture is not None:
        from ropespec.checks.profile.picture import check_picture

        check_picture(picture)
    Outputs(json=json).check()
    dtypes = dtype or (["bfloat16"] if quick else ["float32", "bfloat16"])
    for name in dtypes:
        if name not in DTYPES:
            raise CheckError(f"--dtype: got {name}, expected one of {', '.join(DTYPES)}")
    _check_numbers(seq or [], threads or [], budget)
    measured: dict[str, Any] = {}

    def keep(so_far: dict[str, Any]) -> None:
        measured.update(so_far)
        if json is not None and json != "-":
            write_json(measured, json)

    interrupted = False
    with endable():
        try:
            run(
                seq or ([4096] if quick else [512, 4096]),
                dtypes,
                threads or [1],
                budget,
                compile_ and not quick,
                lambda title: typer.echo(f"measuring: {title}", err=True),
                keep,
            )
        except KeyboardInterrupt:
            interrupted = True
        if measured:
            _show(measured, json, picture)
    if interrupted:
        kept = f"parts that were measured and are kept: {len(measured.get('parts', []))}"
        typer.echo(f"ropespec: interrupted; {kept}", err=True)
        raise typer.Exit(INTERRUPTED)


def _check_numbers(seq: list[int], threads: list[int], budget: float) -> None:
    """Refuse numbers that nothing can be measured with."""
    from ropespec.checks.errors import CheckError

    processors = os.cpu_count() or 1
    for number in seq:
        if number < 1:
            raise CheckError(f"--seq: got {number}, expected a whole number from 1")
    for number in threads:
        if not 1 <= number <= processors:
            expected = f"a whole number from 1 to {processors}, the processors there are"
            raise CheckError(f"--threads: got {number}, expected {expected}")
    if not 0 < budget <= MOST_SECONDS:
        expected = f"seconds above 0 and up to {MOST_SECONDS:g}"
        raise CheckError(f"--budget: got {budget}, expected {expected}")


def _show(found: dict[str, Any], json: str | None, picture: str | None) -> None:
    """Write what was measured in the forms that were asked for."""
    from rich.console import Console

    from ropespec.checks.bench import picture as drawing
    from ropespec.checks.bench.tables import print_bench
    from ropespec.checks.report import write_json

    if picture is not None:
        drawing.write(found, picture)
    if json == "-":
        write_json(found, json)
        return
    console = Console(highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = WIDTH
    print_bench(found, console)
