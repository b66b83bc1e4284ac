"""The arithmetics in which a frequency law can be computed: float64 and high precision.

A law's formula is written once, with `+ - * / **` on arrays and with the few functions below,
so that the same lines serve float64 arrays and object arrays of mpmath numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, eq=False)
class Arithmetic:
    """One arithmetic.

    Attributes
    ----------
    number
        Makes one number from a Python int or float, exactly.
    pi
        The circle number.
    log, floor, ceil
        Elementwise functions of arrays.
    rint
        To the nearest whole number, halves to the even one.
    """

    number: Callable[[Any], Any]
    pi: Any
    log: Callable[[Any], Any]
    floor: Callable[[Any], Any]
    ceil: Callable[[Any], Any]
    rint: Callable[[Any], Any]


FLOAT64 = Arithmetic(np.float64, np.pi, np.log, np.floor, np.ceil, np.rint)
"""IEEE double precision."""


def arithmetic(number: Callable[[Any], Any]) -> Arithmetic:
    """Return the arithmetic that a constructor of numbers belongs to.

    Parameters
    ----------
    number
        `np.float64`, or the `mpf` of an mpmath context: the precision is the context's at
        the time of this call.

    Examples
    --------
    >>> import mpmath, numpy as np
    >>> from ropespec.reference.arithmetic import arithmetic
    >>> context = mpmath.MPContext()
    >>> context.dps = 30
    >>> print(arithmetic(context.mpf).pi)
    3.14159265358979323846264338328
    """
    if number is np.float64:
        return FLOAT64
    context = number.context  # type: ignore[attr-defined]  # mpmath ties it to the class

    def elementwise(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        wrapped: Callable[[Any], Any] = np.frompyfunc(
            lambda value: function(context.convert(value)), 1, 1
        )
        return wrapped

    functions = (context.ln, context.floor, context.ceil, context.nint)
    return Arithmetic(number, +context.pi, *map(elementwise, functions))
