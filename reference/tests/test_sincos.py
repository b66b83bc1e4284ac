"""Cosine and sine as double-doubles against mpmath, on every mark of the circle."""

import mpmath
import numpy as np
import pytest

from ropespec.reference.sincos import cos_sin

MARKS = np.arange(256, dtype=np.uint64)
RESTS = [-1 / 512, -0.00195, -0.001, -1e-9, -1e-200, 0.0, 1e-300, 1e-20, 0.0007, 0.0019531]


@pytest.mark.parametrize("rest", RESTS)
def test_both_are_good_to_63_bits(rest: float) -> None:
    low = 0.4 * np.spacing(abs(rest))
    parts = np.full(256, rest), np.full(256, low)
    with mpmath.workprec(1200):
        turns = [mpmath.mpf(mark) / 256 + rest + mpmath.mpf(low) for mark in range(256)]
        for function, (high, rounding) in zip(
            (mpmath.cospi, mpmath.sinpi), cos_sin(MARKS, parts), strict=True
        ):
            for turn, got, more in zip(turns, high, rounding, strict=True):
                exact = function(2 * turn)
                error = abs(mpmath.mpf(float(got)) + float(more) - exact)
                assert error <= abs(exact) * mpmath.mpf(2) ** -63


def test_quarter_turns_are_exact() -> None:
    zero = np.zeros(256)
    (cos, cos_low), (sin, sin_low) = cos_sin(MARKS, (zero, zero))
    assert cos[::64].tolist() == [1, 0, -1, 0]
    assert sin[::64].tolist() == [0, 1, 0, -1]
    assert not cos_low[::64].any()
    assert not sin_low[::64].any()
