"""Numbers in files: hexadecimal text for JSON, arrays of each format for safetensors.

Hexadecimal floats (C99 `%a`, IEEE 754-2019 section 5.12.3) say every bit and nothing else:
C, Python, Java, Go, Rust's hexf and C++ read them as they are.
"""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import find_format

BUDGET_BITS = 9
"""Bits of the significand that a budget keeps; it is rounded up."""


def hexed(value: float) -> str:
    """Write a float as the shortest hexadecimal text with its value.

    Examples
    --------
    >>> from ropespec.checks.vectors.numbers import hexed
    >>> hexed(0.1), hexed(-3.0), hexed(0.0)
    ('0x1.999999999999ap-4', '-0x1.8p+1', '0x0p+0')
    """
    significand, mark, exponent = float(value).hex().partition("p")
    if not mark:
        return significand  # inf and nan have no exponent
    short = significand.rstrip("0").rstrip(".") if "." in significand else significand
    return f"{short}p{exponent}"


def raised(bounds: FloatArray) -> FloatArray:
    """Round bounds up to few bits: files get shorter, and no bound gets stricter.

    Examples
    --------
    >>> from ropespec.checks.vectors.numbers import hexed, raised
    >>> [hexed(each) for each in raised([1 + 2**-40, 1e-7, 0.0])]
    ['0x1.01p+0', '0x1.aep-24', '0x0p+0']
    """
    significand, exponent = np.frexp(np.asarray(bounds, dtype=np.float64))
    steps = np.ceil(np.ldexp(significand, BUDGET_BITS))
    return np.asarray(np.ldexp(steps, exponent - BUDGET_BITS), dtype=np.float64)


def stored(values: FloatArray, dtype: str) -> np.ndarray[Any, Any]:
    """Return values that a format holds exactly as an array of that format.

    Parameters
    ----------
    values
        Float64, any shape; numbers of the format.
    dtype
        A name of `formats.FORMATS`.
    """
    kind = ml_dtypes.bfloat16 if find_format(dtype).name == "bfloat16" else np.dtype(dtype)
    return np.ascontiguousarray(values, dtype=kind)
