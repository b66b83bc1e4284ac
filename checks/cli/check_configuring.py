"""`ropespec check-config`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import Json, Traceback

if TYPE_CHECKING:
    from ropespec.checks.configurations import ConfigReport
    from ropespec.checks.configurations.judge import Reader


def check_config(
    reader: Annotated[
        str | None,
        typer.Argument(
            metavar="READER", help="module:attr or path/file.py:attr", show_default=False
        ),
    ] = None,
    program: Annotated[
        str | None,
        typer.Option(
            "--exec", metavar="COMMAND", help="A program instead: JSON lines through a pipe."
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only", metavar="ID", help="Beginning of the ids to run, as yarn/; repeatable."
        ),
    ] = None,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Hold a reader of model configurations to files whose meaning is known.

    The reader takes what stands in a Hugging Face config.json, a dict, and returns inv_freq,
    or {"inv_freq": ..., "attention_factor": ...}, or {"layers": [...]} with such a dict for
    each type of layer. It raises to refuse a file.

    For example: ropespec check-config my_model.py:read_rope --only yarn/ --only llama3/

    A program reads {"op": "read-config", "config": {...}} on a line and answers on a line with
    such a dict, or with {"error": "why"}: ropespec check-config --exec ./read_rope

    An interruption (Ctrl-C, SIGTERM) keeps what was judged, and exits with 130.
    """
    from ropespec.checks.configurations import check_config as run
    from ropespec.checks.report import write_json

    from .interrupting import endable
    from .progress import Bar

    with endable():
        with (
            Bar() as bar,
            contextlib.redirect_stdout(sys.stderr),
            _reader(reader, program) as asked,
        ):
            name = str(reader or program)
            report = run(asked, name, only=only or (), progress=bar.step)
        if json is not None:
            write_json(report.as_dict(), json)
    if json != "-":
        _show(report)
    raise typer.Exit(report.exit_code)


@contextlib.contextmanager
def _reader(reader: str | None, program: str | None) -> Iterator[Reader]:
    """Start what is asked, a reader in Python in a process of its own; end it afterwards."""
    from ropespec.checks.configurations.piped import PipedReader
    from ropespec.checks.configurations.served import command
    from ropespec.checks.isolation.limits import Limits
    from ropespec.checks.target.loading import find_function
    from ropespec.reference.errors import ConfigError

    if (reader is None) == (program is None):
        given = "neither" if reader is None else "both"
        advice = "for example: ropespec check-config my_model.py:read_rope"
        raise ConfigError("READER, --exec", given, "one of the two", advice)
    if reader is not None and sys.platform == "win32":  # as for check: no such process there
        yield find_function(reader).function
        return
    line = str(program) if reader is None else command(reader)
    with contextlib.closing(PipedReader(line, Limits())) as asked:
        if reader is not None:
            asked.load()
        yield asked


def _show(report: ConfigReport) -> None:
    """Print what failed, what would mend it, and the counts."""
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False, emoji=False, soft_wrap=True)
    for each in report.failed:
        vector = each.vector
        bug = f"  [yellow]{each.bug}[/]" if each.bug else ""
        console.print(f"[red]fail[/]  [bold]{vector.id}[/]  {escape(vector.comment)}")
        console.print(f"      {escape(each.reason)}{bug}")
    for line in report.advice():
        console.print(f"mend  {escape(line)}")
    if report.failed:
        console.print("see a configuration: add --json FILE and look for its id")
    colour = "green" if report.verdict == "conformant" else "red"
    counts = report.as_dict()["counts"]
    if report.interrupted:
        console.print(
            "[red]interrupted[/]: what was judged is kept; run it again for a verdict"
        )
    console.print(
        f"[{colour}]{report.verdict}[/]: {report.reader}: {counts['passed']} of "
        f"{counts['executed']} configurations passed, {counts['answered']} were answered"
    )
