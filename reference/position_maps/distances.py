"""Checks that the relative maps share."""

from typing import Any

from ropespec.reference.arguments import whole_numbers
from ropespec.reference.arrays import IntArray


def whole_positions(name: str, values: Any) -> IntArray:
    """Return whole positions that are not negative.

    Raises
    ------
    InputError
        If they are anything else.
    """
    return whole_numbers(name, values, least=0, expected="whole positions from 0 on")
