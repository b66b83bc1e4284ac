"""`ropespec selftest`."""

from __future__ import annotations

import typer

from .shared import Json, Traceback


def selftest(
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Prove that the suite works: honest implementations pass, planted bugs fail.

    Prints the kill matrix and exits with 1 on one survivor or one false alarm.
    """
    from rich.console import Console
    from ropespec.checks.selftest import run_selftest

    from .progress import Bar

    with Bar() as bar:
        found = run_selftest(progress=bar.step)
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(found.as_dict(), json)
    if json != "-":
        Console(highlight=False).print(found.table())
    raise typer.Exit(0 if found.ok else 1)
