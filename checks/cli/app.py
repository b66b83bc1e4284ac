"""The commands and their order in the help."""

from __future__ import annotations

from typing import Annotated

import typer

import ropespec

from . import (
    benching,
    check_configuring,
    checking,
    doctor,
    explaining,
    listing,
    profiling,
    proving,
    replaying,
    selftesting,
    surveying,
    vectoring,
    verifying,
)

HELP = """\
The specification of rotary position embeddings (RoPE): proved, computed, tested against.

Examples:

  ropespec check my_rope.py:apply --layout half --head-dim 128 --base 500000

  ropespec check my_model.rope:rotate --framework torch --signature qk --dtype bfloat16

  ropespec identify my_rope.py:apply

  ropespec explain config.json

  ropespec prove B2

Exit codes: 0 all held, 1 something failed, 2 wrong options or a target that cannot be called,
5 nothing was run.
"""

app = typer.Typer(
    name="ropespec",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


def _version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        typer.echo(f"ropespec {ropespec.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


options.__doc__ = HELP

app.command("verify")(verifying.verify)
app.command("check")(checking.check)
app.command("identify")(checking.identify)
app.command("replay")(replaying.replay)
app.command("profile")(profiling.profile)
app.command("prove")(proving.prove)
app.command("explain")(explaining.explain)
app.command("list")(listing.list_)
app.command("selftest")(selftesting.selftest)
app.command("doctor")(doctor.doctor)
app.command("vectors")(vectoring.vectors)
app.command("check-config")(check_configuring.check_config)
app.command("bench")(benching.bench)
app.command("survey")(surveying.survey)
