"""Options that several commands share, and what they turn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer


@dataclass
class Switches:
    """What holds for the whole process."""

    traceback: bool = False


switches = Switches()


def _remember(wanted: bool) -> bool:
    """Note that tracebacks are wanted, before anything can fail."""
    switches.traceback = wanted
    return wanted


Traceback = Annotated[
    bool,
    typer.Option(
        "--traceback",
        callback=_remember,
        is_eager=True,
        help="Show where an error came from.",
    ),
]
"""Every command that can fail takes it."""

Json = Annotated[
    str | None,
    typer.Option("--json", metavar="FILE", help="Write the result as JSON; - is stdout."),
]
"""Every command that finds something out takes it."""
