"""What can go wrong with a target: one line that says what was found, expected, and to do."""

from typing import Literal

FaultKind = Literal[
    "raised",
    "returned-none",
    "wrong-type",
    "wrong-count",
    "wrong-shape",
    "no-gradient",
    "path-unavailable",
    "crashed",
    "timed-out",
    "out-of-memory",
    "protocol",
]
"""What a call can do instead of returning usable arrays. `path-unavailable`: the framework
could not run it in the way that was asked for. `protocol`: a program behind a pipe answered
something that is no answer."""


class CheckError(Exception):
    """Something that the user of a check can mend; its text is one line."""


class TargetError(CheckError):
    """The target cannot be loaded or called at all: the check cannot begin."""


class TargetRaised(TargetError):  # noqa: N818 - it reads as what the target did
    """One call of the target gave no usable result.

    Parameters
    ----------
    message
        One line for a person.
    kind
        What it did instead: it raised, or it returned something that is no rotated array.

    Examples
    --------
    >>> error = TargetRaised("it returned None, expected an array", "returned-none")
    >>> error.kind
    'returned-none'
    """

    def __init__(self, message: str, kind: FaultKind = "raised") -> None:
        self.kind = kind
        super().__init__(message)
