"""`ropespec bench`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .shared import Json, Traceback

WIDTH = 200
"""Columns of the tables where there is no terminal to fit."""


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
    installed is named. Takes minutes; the file of --json is written after every part, so an
    interrupted run keeps what it has measured.

        ropespec bench --quick

        ropespec bench --json speed.json --picture speed.svg
    """
    from importlib.util import find_spec

    from rich.console import Console

    from ropespec.checks.errors import CheckError

    if find_spec("torch") is None:
        raise CheckError("bench: torch is not installed: pip install 'ropespec[torch]'")
    from ropespec.checks.bench import picture as drawing
    from ropespec.checks.bench.bench import bench as run
    from ropespec.checks.bench.cases import DTYPES
    from ropespec.checks.bench.tables import print_bench
    from ropespec.checks.report import write_json

    if picture is not None:
        from ropespec.checks.profile.picture import check_picture

        check_picture(picture)
    dtypes = dtype or (["bfloat16"] if quick else ["float32", "bfloat16"])
    for name in dtypes:
        if name not in DTYPES:
            raise CheckError(f"--dtype: got {name}, expected one of {', '.join(DTYPES)}")
    for option, given in (("--seq", seq or []), ("--threads", threads or [])):
        for number in given:
            if number < 1:
                raise CheckError(f"{option}: got {number}, expected a whole number from 1")

    def keep(so_far: dict[str, Any]) -> None:
        if json is not None and json != "-":
            write_json(so_far, json)

    found = run(
        seq or ([4096] if quick else [512, 4096]),
        dtypes,
        threads or [1],
        budget,
        compile_ and not quick,
        lambda title: typer.echo(f"measuring: {title}", err=True),
        keep,
    )
    if picture is not None:
        drawing.write(found, picture)
    if json == "-":
        write_json(found, json)
    if json != "-":
        console = Console(highlight=False, emoji=False)
        if not console.is_terminal:
            console.width = WIDTH
        print_bench(found, console)
