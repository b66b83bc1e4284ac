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

    from ropespec.checks.selftest import print_selftest
    from ropespec.checks.selftest import selftest as judge_corpus

    from .progress import Bar

    with Bar() as bar:
        found = judge_corpus(progress=bar.step)
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(found.as_dict(), json)
    if json != "-":
        print_selftest(found, Console(highlight=False))
    raise typer.Exit(found.exit_code)
