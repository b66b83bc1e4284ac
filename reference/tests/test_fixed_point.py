"""Fixed-point turns against Python's whole numbers and fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference.arrays import WordArray
from ropespec.reference.fixed_point import (
    multiply,
    multiply_fractions,
    split_turns,
    to_words,
)

BITS = 256
EDGES = [0, 1, 2**32 - 1, 2**32, 2**BITS - 1, 2 ** (BITS - 1), 2 ** (BITS - 1) - 1]
UNITS = st.sampled_from(EDGES) | st.integers(0, 2**BITS - 1)
FACTORS = st.sampled_from([0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1]) | st.integers(
    0, 2**64 - 1
)


def from_words(words: WordArray) -> int:
    return sum(int(w) << (32 * place) for place, w in enumerate(reversed(words)))


@given(st.lists(UNITS, min_size=1, max_size=3), st.lists(FACTORS, min_size=1, max_size=3))
def test_products_are_those_of_whole_numbers(units: list[int], factors: list[int]) -> None:
    column = np.array(factors, dtype=np.uint64)[:, np.newaxis]
    product = multiply(to_words(units, BITS), column)
    fractions = multiply_fractions(units, [Fraction(f) for f in factors], BITS)
    for row, factor in enumerate(factors):
        for pair, unit in enumerate(units):
            assert from_words(product[:, row, pair]) == unit * factor % 2**BITS
            assert from_words(fractions[:, row, pair]) == unit * factor % 2**BITS


@given(UNITS, st.fractions(0, 2**70))
def test_fractions_are_rounded_down(unit: int, factor: Fraction) -> None:
    [[words]] = multiply_fractions([unit], [factor], BITS).transpose(1, 2, 0)
    error = unit * factor % 2**BITS - from_words(words)
    assert 0 <= error < 1


@pytest.mark.parametrize("steps", [0, 2, 8, 30])
@given(unit=UNITS)
def test_a_phase_is_its_mark_and_its_rest(steps: int, unit: int) -> None:
    mark, (high, low) = split_turns(to_words([unit], BITS), steps)
    rest = Fraction(float(high[0])) + Fraction(float(low[0]))
    assert 0 <= int(mark[0]) < 2**steps
    assert abs(rest) <= Fraction(1, 2 ** (steps + 1))
    assert abs(float(low[0])) <= np.spacing(abs(float(high[0]))) / 2
    error = (
        Fraction(int(mark[0]), 2**steps) + rest - Fraction(unit, 2**BITS) + Fraction(1, 2)
    ) % 1
    assert abs(error - Fraction(1, 2)) <= Fraction(1, 2**BITS) + abs(rest) / 2**104
