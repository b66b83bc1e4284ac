"""Sums and products of float64 arrays without rounding error.

The exact result of one operation is an unevaluated sum of two float64 values, high + low
with |low| at most half an ulp of high: "double-double". Dekker, A floating-point technique
for extending the available precision, Numerische Mathematik 18 (1971), and Knuth, The Art of
Computer Programming, volume 2, section 4.2.2, Theorem B. Only + - * are used, so results are
the same on every machine with IEEE arithmetic.
"""

from .arrays import FloatArray

Pair = tuple[FloatArray, FloatArray]
"""High and low part of a double-double value."""

_SPLITTER = 2.0**27 + 1.0


def two_sum(a: FloatArray, b: FloatArray) -> Pair:
    """Return a + b exactly (barring overflow)."""
    high = a + b
    from_b = high - a
    return high, (a - (high - from_b)) + (b - from_b)


def fast_two_sum(a: FloatArray, b: FloatArray) -> Pair:
    """Return a + b exactly where |a| >= |b| or a = 0."""
    high = a + b
    return high, b - (high - a)


def two_product(a: FloatArray, b: FloatArray) -> Pair:
    """Return a * b exactly for |a|, |b| below 2**996 and a product above 2**-968."""
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    high = a * b
    low = ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low
    return high, low


def times_pair(a: Pair, b: Pair) -> Pair:
    """Return the product of two double-doubles to a few units of 2**-104."""
    high, low = two_product(a[0], b[0])
    return fast_two_sum(high, low + (a[0] * b[1] + a[1] * b[0]))


def _split(a: FloatArray) -> Pair:
    """Split into two halves of at most 26 bits each, so that their products are exact."""
    carried = a * _SPLITTER
    high = carried - (carried - a)
    return high, a - high
