"""`ropespec check` and `ropespec identify`."""

from __future__ import annotations

import contextlib
import sys

import typer

from .check_options import CheckOptions, takes_check
from .options import TargetOptions, takes_target
from .reporting import Badge, Html, Junit, Markdown, Sarif
from .shared import Json, Traceback, switches

CANNOT_RUN = 2


@takes_check
def check(
    options: CheckOptions,
    json: Json = None,
    junit: Junit = None,
    sarif: Sarif = None,
    markdown: Markdown = None,
    html: Html = None,
    badge: Badge = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Hold an implementation to the laws, and say what is wrong with it.

    The function takes x (batch, heads, seq, head_dim) and positions (batch, seq) and returns
    the rotated x; with --signature qk it takes q, k and positions and returns both.
    """
    from ropespec.checks.replaying import keep
    from ropespec.checks.report import Outputs
    from ropespec.checks.report.terminal import show
    from ropespec.checks.run import check as run

    from .configuration import stated
    from .interrupting import endable
    from .progress import Bar

    outputs = Outputs(
        json=json, junit=junit, sarif=sarif, markdown=markdown, html=html, badge=badge
    )
    outputs.check()
    with endable():
        with Bar() as bar, contextlib.redirect_stdout(sys.stderr):
            report = run(
                options.where, stated(options), **options.arguments(), progress=bar.step
            )
        unkept = keep(report, factory=options.factory)
        unwritten = outputs.write(report)
    for problem in ([unkept] if unkept else []) + unwritten:
        sys.stderr.write(f"ropespec: {problem}\n")
    if report.cause is not None and switches.traceback:
        raise report.cause
    if report.error:
        sys.stderr.write(f"ropespec: {report.error}\n")
    elif not outputs.to_stdout:
        show(report)
    raise typer.Exit(report.exit_code or (CANNOT_RUN if unwritten else 0))


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

    from .configuration import stated

    with contextlib.redirect_stdout(sys.stderr):
        found = run(options.where, stated(options), **options.claims())
    if json is not None:
        write_json(found.as_dict(), json)
    if json != "-":
        show_identification(options.where, found)
    raise typer.Exit(0 if found.layout is not None else 1)
