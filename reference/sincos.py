"""Cosine and sine as double-doubles, from a table of 256 angles and a short series.

With a the nearest of 256 marks on the circle and s the rest, |s| <= pi/256,

    cos(a + s) = cos a + (cos a (cos s - 1) - sin a sin s)
    sin(a + s) = sin a + (sin a (cos s - 1) + cos a sin s).

The table holds cos a and sin a as double-doubles; at the four quarter turns they are exactly
0 and 1, so nothing cancels near a zero of either function. The bracket is below 2**-6 and
its largest product is formed exactly. What is left out, the series' next terms and the
roundings of its small parts, is below 2**-63 of each function (the tests measure it against
mpmath).
"""

from functools import cache

import mpmath
import numpy as np

from .arrays import FloatArray, WordArray
from .double_double import Pair, fast_two_sum, times_pair, two_product, two_sum

STEPS = 8
"""log2 of the number of marks on the circle."""

Turning = tuple[Pair, Pair]
"""Cosine and sine, each a double-double."""


def cos_sin(mark: WordArray, rest: Pair) -> Turning:
    """Return cosine and sine of a phase given by its nearest mark and its rest.

    Parameters
    ----------
    mark
        Number of the mark, in 256ths of a turn.
    rest
        Distance from the mark in turns, at most 1/512 in size.
    """
    table, two_pi = _table()
    cos_high, cos_low, sin_high, sin_low = table[:, mark.astype(np.intp)]
    angle = times_pair(rest, two_pi)
    less, (step, step_low) = _series(angle)
    cos_step = _rotated(cos_high, cos_low, less, -sin_high, -sin_low, step, step_low)
    sin_step = _rotated(sin_high, sin_low, less, cos_high, cos_low, step, step_low)
    return cos_step, sin_step


def _rotated(
    own: FloatArray,
    own_low: FloatArray,
    less: FloatArray,
    other: FloatArray,
    other_low: FloatArray,
    step: FloatArray,
    step_low: FloatArray,
) -> Pair:
    """Return own * (1 + less) + other * step, where own and other are the table's."""
    product, rounding = two_product(other, step)
    high, low = two_sum(own, product)
    low += rounding + own_low + own * less + (other * step_low + other_low * step)
    return fast_two_sum(high, low)


def _series(angle: Pair) -> tuple[FloatArray, Pair]:
    """Return cos s - 1 and sin s for |s| <= pi/256, by Taylor's series.

    The first terms left out are s**8 / 8! and s**9 / 9!, below 2**-66 and 2**-69 of the result.
    """
    high, low = angle
    square = high * high
    tail = -1 / 6 + square * (1 / 120 + square * (-1 / 5040))
    sine = fast_two_sum(high, low + high * square * tail)
    tail = -1 / 2 + square * (1 / 24 + square * (-1 / 720))
    return square * tail, sine


@cache
def _table() -> tuple[FloatArray, Pair]:
    """Cosine and sine of the marks, shape `(4, 256)`, and 2 pi; as double-doubles."""
    context = mpmath.MPContext()
    context.prec = 200
    marks = [context.mpf(2 * mark) / 2**STEPS for mark in range(2**STEPS)]
    rows = [_double_double([context.cospi(mark) for mark in marks])]
    rows += [_double_double([context.sinpi(mark) for mark in marks])]
    two_pi = _double_double([2 * context.pi])
    return np.concatenate(rows), (two_pi[0], two_pi[1])


def _double_double(values: list[mpmath.mpf]) -> FloatArray:
    """Round high-precision numbers to double-doubles, shape `(2, len(values))`."""
    high = [float(value) for value in values]
    low = [float(value - part) for value, part in zip(values, high, strict=True)]
    return np.array([high, low])
