"""Phases as fixed-point fractions of a turn: reduction without division or rounding.

One turn is 2**bits. A frequency is stored as the whole number F nearest to
theta / (2 pi) * 2**bits, so the phase of position p is p F modulo 2**bits: integer
arithmetic, exact at every p, in which whole turns vanish by themselves. The only error is
that of F, half a unit, times |p|.

Numbers go as words of 32 bits, most significant first, in the first dimension of a uint64
array: a product of two words fits in 64 bits.
"""

from fractions import Fraction

import numpy as np

from .arrays import FloatArray, WordArray
from .double_double import Pair, fast_two_sum

WORD = 32
"""Bits of one word."""

_MASK = np.uint64(2**WORD - 1)
_SHIFT = np.uint64(WORD)


def to_words(values: list[int], bits: int) -> WordArray:
    """Cut whole numbers in [0, 2**bits) into words, shape `(bits / 32, len(values))`."""
    packed = b"".join(value.to_bytes(bits // 8, "big") for value in values)
    words = np.frombuffer(packed, dtype=">u4").reshape(len(values), bits // WORD)
    return words.T.astype(np.uint64)


def multiply(words: WordArray, factors: WordArray) -> WordArray:
    """Multiply fractions of a turn by whole numbers, modulo one turn.

    Parameters
    ----------
    words
        Fractions, shape `(words, pairs)`.
    factors
        Whole numbers below 2**64, shape `(positions, 1)`.

    Returns
    -------
    WordArray
        The products modulo 2**bits, shape `(words, positions, pairs)`.
    """
    low, high = factors & _MASK, factors >> _SHIFT
    count, pairs = words.shape
    result = np.empty((count, factors.shape[0], pairs), dtype=np.uint64)
    carry = np.zeros(result.shape[1:], dtype=np.uint64)
    for place in reversed(range(count)):
        product = words[place] * low
        total = carry + (product & _MASK)
        carry = product >> _SHIFT
        if place + 1 < count and high.any():
            product = words[place + 1] * high
            total += product & _MASK
            carry += product >> _SHIFT
        result[place] = total & _MASK
        carry += total >> _SHIFT
    return result


def multiply_fractions(turns: list[int], factors: list[Fraction], bits: int) -> WordArray:
    """Multiply as `multiply` does, by exact non-negative fractions of any size.

    The products are rounded down to whole units of 2**-bits turns. One Python operation for
    each product, so for some thousands of products and not for tables.
    """
    products = [
        turn * factor.numerator % (factor.denominator << bits) // factor.denominator
        for factor in factors
        for turn in turns
    ]
    return to_words(products, bits).reshape(-1, len(factors), len(turns))


def split_turns(words: WordArray, steps: int) -> tuple[WordArray, Pair]:
    """Split phases into the nearest of 2**steps marks on the circle and the rest.

    Parameters
    ----------
    words
        Phases, shape `(words, ...)`.
    steps
        log2 of the number of marks, 0 to 30.

    Returns
    -------
    mark
        Number of the mark, 0 to 2**steps - 1, shape `(...)`.
    rest
        Signed distance from the mark in turns, in [-1/2, 1/2) marks, as a double-double that
        is off by at most one unit of the fixed point and 2**-104 of itself.
    """
    spacing = np.uint64(1 << (WORD - steps))
    half = spacing >> np.uint64(1)
    top = words[0] + half  # rounds the mark to nearest by cutting
    mark = (top >> np.uint64(WORD - steps)) & np.uint64((1 << steps) - 1)
    top = top & (spacing - np.uint64(1))
    negative = top < half
    # The magnitude of a negative rest is its complement: one unit of the last word less.
    size = np.where(negative, half - np.uint64(1) - top, top - half)
    high, low = size.astype(np.float64) * 2.0**-WORD, np.zeros(size.shape)
    for place, word in enumerate(words[1:], start=2):
        digit = np.where(negative, _MASK - word, word).astype(np.float64)
        high, rounding = fast_two_sum(high, np.ldexp(digit, -WORD * place))
        low += rounding
    high, low = fast_two_sum(high, low)
    sign: FloatArray = np.where(negative, -1.0, 1.0)
    return mark, (sign * high, sign * low)
