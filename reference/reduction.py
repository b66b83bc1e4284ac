"""From a position to the phase, reduced to the nearest mark on the circle, with certainty.

The frequencies are stored in turns, to 256 bits and more where that is not enough. With |p|
below 2**64 a phase is then known to 2**-192 of a turn. A double loses all of that: at |p|
near 2**53 the whole phase is gone.
"""

import math
from collections.abc import Iterator
from functools import lru_cache

import mpmath
import numpy as np

from .arrays import WordArray
from .config import RotaryConfig
from .double_double import Pair
from .fixed_point import WORD, multiply, multiply_fractions, split_turns, to_words
from .positions import Positions
from .spectrum import frequencies

_BITS = 256
"""Bits of a turn to begin with; they double until the result is certain."""

_SPARE = 70
"""Correct bits that the distance of a phase from its mark must be left with: more than
float64 and the series of `sincos` can show."""

_CHUNK = 1 << 15
"""Phases worked on at a time, so that the words stay in the processor's cache."""


def reduced(
    exact: Positions, config: RotaryConfig, steps: int
) -> Iterator[tuple[slice, WordArray, Pair]]:
    """Reduce the phases of all values, a chunk of values at a time.

    A phase that comes so near a mark that the stored bits no longer give its distance is
    reduced again with twice the bits (Ziv's strategy), so the result is certain and not only
    likely. This is also what serves tiny frequencies, tiny positions and Python's long ints.
    A phase that is on a mark, as only frequencies rational in turns can bring about, ends at
    2048 bits: the distance asked for is then below float64's smallest number, and so is
    the one found.

    Parameters
    ----------
    exact
        The positions' values.
    config
        The configuration; its sign and amplitude play no part here.
    steps
        log2 of the number of marks on the circle.

    Yields
    ------
    chunk, mark, rest
        Which values, and for their magnitudes as `fixed_point.split_turns`, shape
        `(values of the chunk, pairs)`.
    """
    rows = max(1, _CHUNK // config.pairs)
    still = config.inv_freq() == 0
    for start in range(0, exact.zero.size, rows):
        chunk = slice(start, start + rows)
        at_rest = exact.zero[chunk, np.newaxis] | still
        bits = _BITS
        while True:
            words, error = _multiplied(exact, chunk, config, bits)
            mark, rest = split_turns(words, steps)
            if ((np.abs(rest[0]) >= error * 2.0**_SPARE) | at_rest).all():
                break
            bits *= 2
        yield chunk, mark, rest


def _multiplied(
    exact: Positions, chunk: slice, config: RotaryConfig, bits: int
) -> tuple[WordArray, float]:
    """Phases of a chunk of values, and a bound on their error in turns."""
    stored = _stored_turns(config, bits)
    if exact.whole is not None:
        factors = exact.whole[chunk, np.newaxis]
        turns = [turn % (1 << bits) for turn in stored]
        return multiply(to_words(turns, bits), factors), math.ldexp(1.0, 64 - bits)
    fractions = exact.fractions[chunk]
    size = int(max(fractions)).bit_length() + 1
    return multiply_fractions(stored, fractions, bits), math.ldexp(1.0, size - bits)


@lru_cache(maxsize=64)
def _stored_turns(config: RotaryConfig, bits: int) -> list[int]:
    """Each frequency in turns per position, in units of 2**-bits turns.

    Whole turns are kept: they vanish at whole positions only. One entry for all pairs if they
    do not differ.
    """
    context = mpmath.MPContext()
    context.prec = WORD
    sizes = [context.mag(omega) for omega in frequencies(config, context.mpf) if omega]
    context.prec = bits + 2 * WORD + max([0, *sizes])
    per_turn = context.ldexp(1 / (2 * context.pi), bits)
    turns = [int(context.nint(w * per_turn)) for w in frequencies(config, context.mpf)]
    same = len(set(turns)) == 1  # mixed frequencies: the positions carry them
    return turns[:1] if same else turns
