"""Checks that the relative maps share."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray
from ropespec.reference.errors import InputError, shown


def whole_positions(name: str, values: Any) -> IntArray:
    """Return whole positions that are not negative.

    Raises
    ------
    InputError
        If they are anything else.
    """
    given = np.asarray(values)
    if given.dtype.kind not in "iu" or (given.size and given.min() < 0):
        message = f"{name}: got {shown(values)}, expected whole positions from 0 on"
        raise InputError(message)
    return given.astype(np.int64)
