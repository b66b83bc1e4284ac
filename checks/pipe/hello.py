"""What a program says of itself in its hello: refused where it cannot be what is meant."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from typing import Any

from ropespec.checks.errors import TargetRaised
from ropespec.checks.target.claims import AXES, FARTHEST, SIGNATURES

from .messages import TYPES, VERSION, shown

ENCODINGS = ("base64", "raw")
FORMATS = tuple(name for name in TYPES if name != "int64")


def _one_of(names: tuple[str, ...]) -> tuple[Callable[[Any], bool], str]:
    """Take one of a few words."""
    return lambda value: isinstance(value, str) and value in names, " or ".join(
        f'"{name}"' for name in names
    )


def _number(value: Any) -> bool:
    """Whether a value is a finite number; JSON's true and false are none."""
    real = isinstance(value, int | float) and not isinstance(value, bool)
    return real and math.isfinite(value)


def _end(value: Any) -> bool:
    """Whether a value is a position that can be the largest."""
    return type(value) is int and 0 <= value < FARTHEST


def _formats(value: Any) -> bool:
    """Whether a value is a list of formats."""
    return isinstance(value, list) and bool(value) and all(each in FORMATS for each in value)


def _numbers(value: Any) -> bool:
    """Whether a value is a list of numbers."""
    return isinstance(value, list) and all(map(_number, value))


EXPECTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "signature": _one_of(tuple(SIGNATURES)),
    "axes": _one_of(tuple(AXES)),
    "encoding": _one_of(ENCODINGS),
    "dtypes": (_formats, f"a list of {', '.join(FORMATS)}"),
    "max_position": (_end, "a whole number from 0 to below 2**62"),
    "inv_freq": (_numbers, "a list of numbers"),
    "attention_factor": (_number, "a number"),
}
"""What may be said: how it is told from anything else, and in words."""


def read_hello(fields: dict[str, Any]) -> dict[str, Any]:
    """Return what a program says of itself; null says nothing.

    Raises
    ------
    TargetRaised
        If it refuses, speaks another version, or says what cannot be meant; its text
        completes `it was sent a hello, and ...`.

    Examples
    --------
    >>> read_hello({"id": 1, "ropespec": 1, "axes": "bshd", "max_position": None})
    {'id': 1, 'ropespec': 1, 'axes': 'bshd'}
    """
    if "error" in fields:
        raise TargetRaised(f"it answered with the error {shown(fields['error'])!r}")
    if fields.get("ropespec") != VERSION:
        expected = f'"ropespec":{VERSION}: the version of the protocol'
        raise _unlike("ropespec", fields.get("ropespec"), expected)
    said = {key: value for key, value in fields.items() if value is not None}
    for key, value in said.items():
        known, words = EXPECTED.get(key, (None, ""))
        if known is not None and not known(value):
            raise _unlike(key, value, words)
        near = difflib.get_close_matches(key, EXPECTED, n=1, cutoff=0.8)
        if known is None and near:
            raise _unlike(key, value, f'no such key; did you mean "{near[0]}"?')
    return said


def _unlike(key: str, value: Any, expected: str) -> TargetRaised:
    """Say what came and what was expected."""
    return TargetRaised(f'it answered "{key}":{_json(value)}, expected {expected}', "protocol")


def _json(value: Any) -> str:
    """Write a value as JSON, shortened."""
    return f'"{shown(value)}"' if isinstance(value, str) else shown(value)
