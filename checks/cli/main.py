"""Run a command; turn every mistake that a user can mend into one line and exit code 2."""

from __future__ import annotations

import sys
from typing import Any

import typer

from .app import app
from .interrupting import INTERRUPTED
from .shared import switches

CANNOT_RUN = 2


def main(arguments: list[str] | None = None) -> None:
    """Run `ropespec` and exit with its code.

    Parameters
    ----------
    arguments
        Words after the command's name; those of the process when left out.
    """
    command = typer.main.get_command(app)
    try:
        code = command.main(arguments, prog_name="ropespec", standalone_mode=False)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(INTERRUPTED)
    except Exception as error:
        line = one_line(error)
        if line is None or switches.traceback:
            raise
        sys.stderr.write(f"{line}\n")
        sys.exit(CANNOT_RUN)
    sys.exit(code or 0)


def one_line(error: Exception) -> str | None:
    """Say what a user can mend; None for what is a fault of the program."""
    if hasattr(error, "format_message"):  # typer's own: an unknown option, a missing argument
        return _usage(error)
    if isinstance(error, _user_errors()):
        return f"ropespec: {error}"
    return None


def _usage(error: Any) -> str:
    """Say what is wrong with the words that were typed, and where to read about them."""
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "ropespec")
    message = " ".join(str(error.format_message()).split()).rstrip(".?")
    return f"{path}: {message}; see {path} --help"


def _user_errors() -> tuple[type[Exception], ...]:
    """Collect the kinds of error whose text is one line for a user."""
    from ropespec.checks.errors import CheckError
    from ropespec.reference import ConfigError, InputError

    known: list[type[Exception]] = [CheckError, ConfigError, InputError]
    if "ropespec.spec" in sys.modules:  # else it cannot have come from there
        from ropespec.spec import UnknownTheorem

        known.append(UnknownTheorem)
    return tuple(known)
