"""What to say of a process that ended or was ended."""

from __future__ import annotations

import signal

from ropespec.checks.errors import TargetRaised

from .limits import Limits

MEANINGS = {
    "SIGSEGV": "it read or wrote memory that is not its own",
    "SIGBUS": "it read or wrote memory that is not there",
    "SIGABRT": "it aborted",
    "SIGFPE": "it divided whole numbers by zero",
    "SIGILL": "it ran an instruction that this processor does not have",
    "SIGTRAP": "it stopped itself",
}
"""What signals say about a program."""


def ended(code: int) -> TargetRaised:
    """Return the fault of a process that ended by itself.

    Parameters
    ----------
    code
        Its exit code; minus the number of the signal that ended it.
    """
    if code >= 0:
        text = f"it ended its process with exit code {code}, expected it to return"
        return TargetRaised(text, "crashed")
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    if name == "SIGKILL":
        text = f"its process was killed ({name}), as happens when memory runs out"
        return TargetRaised(text, "out-of-memory")
    meaning = f": {MEANINGS[name]}" if name in MEANINGS else ""
    return TargetRaised(f"it crashed with {name}{meaning}", "crashed")


def late(seconds: float) -> TargetRaised:
    """Return the fault of a call that did not return in time."""
    text = f"it did not return within {seconds:g} s; if it needs longer, raise --timeout"
    return TargetRaised(text, "timed-out")


def given_up(hangs: int, limits: Limits) -> TargetRaised:
    """Return the fault of a call that was not made, as others before it hung."""
    text = f"it was not called again: {hangs} calls before did not return within"
    return TargetRaised(f"{text} {limits.seconds:g} s", "timed-out")
