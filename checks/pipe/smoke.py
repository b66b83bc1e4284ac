"""The adapter of a program is tested before its mathematics: arrays must survive the way."""

from __future__ import annotations

import numpy as np

from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.frameworks import find_framework

from .messages import Array, dtype_name
from .piped import CONTRACT, Piped

SHAPES = ((1, 1, 1, 2), (2, 3, 5, 8), (3, 1, 0, 4))
"""Shapes that are sent there and back: small, ordinary, empty."""

UNKNOWN = "no-such-operation"


def smoke(piped: Piped, dtypes: tuple[str, ...]) -> None:
    """Send arrays of every format there and back, and an operation that does not exist.

    Parameters
    ----------
    piped
        The program, which has said hello.
    dtypes
        The formats that it claims.

    Raises
    ------
    TargetError
        What was sent, what came back, what was expected.
    """
    for dtype in dtypes:
        for shape in SHAPES:
            _echo(piped, _numbers(shape, dtype))
    _echo(piped, np.arange(-3, 7, dtype=np.int64).reshape(2, 5))
    _refusal(piped)


def _numbers(shape: tuple[int, ...], dtype: str) -> Array:
    """Make numbers of both signs, halves among them, and the extreme ones of a format."""
    size = int(np.prod(shape))
    values = (np.arange(size, dtype=np.float64) - size // 2) / 2
    array: Array = find_framework("pipe").values(values, dtype)
    if size > 4:
        array[:3] = (np.inf, np.nan, -0.0)
    return array.reshape(shape)


def _echo(piped: Piped, array: Array) -> None:
    """Send an array there and back."""
    sent = f"an echo of {dtype_name(array)} in shape {array.shape}"
    try:
        came = piped.ask("echo", {"x": array}).arrays.get("x")
    except TargetRaised as fault:
        raise _broken(piped, sent, str(fault)) from fault
    if came is None:
        raise _broken(piped, sent, "it answered without the array x")
    if dtype_name(came) != dtype_name(array) or came.shape != array.shape:
        got = f"{dtype_name(came)} in shape {came.shape}"
        raise _broken(piped, sent, f"it answered with {got}")
    if came.tobytes() != array.tobytes():
        pairs = zip(came.tobytes(), array.tobytes(), strict=True)
        place = next(i for i, (got, wanted) in enumerate(pairs) if got != wanted)
        index = place // array.dtype.itemsize
        got, wanted = came.ravel()[index], array.ravel()[index]
        text = f"it answered {got} for element {index}, expected {wanted}"
        raise _broken(piped, sent, f"{text}; mind byte order and what a text makes of numbers")


def _refusal(piped: Piped) -> None:
    """Ask for what does not exist: an error has to come back, and the program has to live."""
    sent = f'"op":"{UNKNOWN}"'
    expected = 'expected {"id":...,"error":"..."}'
    try:
        piped.ask(UNKNOWN, {})
    except TargetRaised as fault:
        if fault.kind == "raised":
            return
        raise _broken(piped, sent, f"{fault}, {expected}") from fault
    raise _broken(piped, sent, f"it answered as if it knew that, {expected}")


def _broken(piped: Piped, sent: str, came: str) -> TargetError:
    """Say what was sent and what came back."""
    command = piped.run.command
    return TargetError(f"--exec: {command!r} was sent {sent}, and {came}; {CONTRACT}")
