"""The error-free operations against exact fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference.double_double import fast_two_sum, times_pair, two_product, two_sum

FLOATS = st.floats(-1e100, 1e100).filter(lambda x: x == 0 or abs(x) > 1e-100)


def total(pair: tuple[object, object]) -> Fraction:
    return sum((Fraction(float(part)) for part in pair), Fraction())  # type: ignore[arg-type]


@given(FLOATS, FLOATS)
def test_sum_and_product_lose_nothing(a: float, b: float) -> None:
    x, y = np.array(a), np.array(b)
    assert total(two_sum(x, y)) == Fraction(a) + Fraction(b)
    assert total(two_product(x, y)) == Fraction(a) * Fraction(b)
    if abs(a) >= abs(b):
        assert total(fast_two_sum(x, y)) == Fraction(a) + Fraction(b)


@given(FLOATS, FLOATS, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_product_of_pairs(a: float, b: float, c: float, d: float) -> None:
    low_a, low_b = c * np.spacing(a), d * np.spacing(b)
    left, right = (np.array(a), np.array(low_a)), (np.array(b), np.array(low_b))
    exact = total(left) * total(right)
    assert abs(total(times_pair(left, right)) - exact) <= abs(exact) * Fraction(8, 2**106)
