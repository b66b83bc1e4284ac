"""`ropespec profile`."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from .options import TargetOptions, takes_target
from .shared import Json, Traceback

if TYPE_CHECKING:
    from ropespec.checks.profile import Exhaustive


@takes_target
def profile(
    options: TargetOptions,
    to: Annotated[
        int,
        typer.Option("--to", metavar="N", help="The farthest position."),
    ] = 2**20,
    exhaustive: Annotated[
        int | None,
        typer.Option(
            "--exhaustive", metavar="N", help="Try every position below N too, for tables."
        ),
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option(
            "--picture", metavar="FILE", help="Draw the errors: a .svg, .png or .pdf file."
        ),
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Measure the error of every phase against position and pair.

    Exits with 1 where a phase is beyond the bound of an honest float32 implementation. An
    interruption (Ctrl-C, SIGTERM) keeps what was measured, and exits with 130.
    """
    from ropespec.checks.profile import ExhaustiveInterrupt
    from ropespec.checks.profile.picture import check_picture, draw
    from ropespec.checks.profile.text import show_exhaustive, show_profile
    from ropespec.checks.report import write_json
    from ropespec.checks.run import exhaust
    from ropespec.checks.run import profile as run

    from .configuration import stated
    from .interrupting import INTERRUPTED, endable
    from .progress import Bar

    if picture is not None:
        check_picture(picture)
    told, claims = stated(options), options.claims()
    every: tuple[Exhaustive, ...] = ()
    interrupted = False
    with endable():
        with Bar() as bar, contextlib.redirect_stdout(sys.stderr):
            found = run(options.where, told, limit=to, **claims)
            try:
                if exhaustive is not None:
                    every = exhaust(
                        options.where, told, count=exhaustive, progress=bar.step, **claims
                    )
            except KeyboardInterrupt as end:
                interrupted = True
                every = end.found if isinstance(end, ExhaustiveInterrupt) else ()
        if picture is not None:
            draw(found, picture, options.where)
        if json is not None:
            rows = [tried.as_dict() for tried in every]
            kept = {"profile": found.as_dict(), "exhaustive": rows}
            write_json({**kept, "interrupted": interrupted}, json)
    if json != "-":
        show_profile(found)
        for tried in every:
            show_exhaustive(tried)
    if interrupted:
        sys.stderr.write("ropespec: interrupted: what was measured is kept; run it again\n")
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(0 if found.holds and all(tried.holds for tried in every) else 1)
