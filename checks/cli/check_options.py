"""What a whole run is told besides its target: stated once, for `check` and for pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from .options import TargetOptions, takes

TRIED = "What is tried, and what counts"


@dataclass(kw_only=True)
class CheckOptions(TargetOptions):
    """A target, what is said of it, and how it is judged, as typed."""

    level: Annotated[
        str,
        typer.Option(
            "--level",
            rich_help_panel=TRIED,
            metavar="quick|standard|thorough",
            help="How much to try.",
        ),
    ] = "standard"
    law: Annotated[
        list[str] | None,
        typer.Option(
            "--law",
            rich_help_panel=TRIED,
            metavar="ID",
            help="A law to hold it to; repeat for several.",
        ),
    ] = None
    positions: Annotated[
        list[str] | None,
        typer.Option(
            "--positions",
            rich_help_panel=TRIED,
            metavar="LIST",
            help="Positions to try alone: 0,5,100-200,4096; below 0 as -8..-1.",
        ),
    ] = None
    shape: Annotated[
        list[str] | None,
        typer.Option(
            "--shape",
            rich_help_panel=TRIED,
            metavar="BxHxS[xK]",
            help="Batch, heads, sequence and key heads to try alone; repeat for several.",
        ),
    ] = None
    seed: Annotated[
        int,
        typer.Option(
            "--seed", rich_help_panel=TRIED, metavar="N", help="Decides the random inputs."
        ),
    ] = 0
    allow_basis_change: Annotated[
        bool,
        typer.Option(
            "--allow-basis-change",
            rich_help_panel=TRIED,
            help="Accept an output whose channels are permuted.",
        ),
    ] = False
    known_failures: Annotated[
        str | None,
        typer.Option(
            "--known-failures",
            rich_help_panel=TRIED,
            metavar="FILE",
            help="TOML list of failures that are known and excused until a date or version.",
        ),
    ] = None
    exhaustive: Annotated[
        int | None,
        typer.Option(
            "--exhaustive",
            rich_help_panel=TRIED,
            metavar="N",
            help="Try every position below N too, for tables.",
        ),
    ] = None

    def arguments(self) -> dict[str, Any]:
        """Return everything but the target and its configuration as arguments of `check`."""
        from .focusing import read_positions, read_shapes

        return {
            **self.claims(),
            "level": self.level,
            "laws": self.law,
            "positions": read_positions(self.positions or ()),
            "shapes": read_shapes(self.shape or ()),
            "seed": self.seed,
            "allow_basis_change": self.allow_basis_change,
            "known_failures": self.known_failures,
            "exhaustive": self.exhaustive,
        }


def takes_check(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument and options of `CheckOptions`, as its first parameter."""
    return takes(CheckOptions, command)


def read_check(words: list[str]) -> CheckOptions:
    """Read words as `ropespec check` does: a target and its options.

    Raises
    ------
    Exception
        For wrong words, typer's own kind; `main.one_line` makes it one line.
    """
    found: list[CheckOptions] = []

    def check(options: CheckOptions) -> None:
        """Remember them."""
        found.append(options)

    app = typer.Typer(add_completion=False)
    app.command()(takes_check(check))
    typer.main.get_command(app).main(words, prog_name="ropespec check", standalone_mode=False)
    return found[0]
