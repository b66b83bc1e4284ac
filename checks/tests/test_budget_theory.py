"""What chapter H proves about formats and phases, against the reference that computes it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference.fixed_point import multiply, to_words
from ropespec.reference.formats import FORMATS, round_to
from ropespec.spec import bounds, find
from ropespec.spec.claims.bounds import RoundsTo
from ropespec.spec.kernel.significands import held, rounded


@given(st.integers(1, 2**20), st.sampled_from(["bfloat16", "float16", "float32"]))
def test_the_kernel_rounds_integers_as_the_formats_do(number: int, name: str) -> None:
    number = min(number, int(FORMATS[name].largest))
    want = int(round_to(float(number), name))
    assert rounded(number, FORMATS[name].precision) == want
    assert held(number, FORMATS[name].precision) == (want == number)


@pytest.mark.parametrize("claim", [c for c in find("H4").statement if isinstance(c, RoundsTo)])
def test_the_first_broken_position_is_that_of_the_format(claim: RoundsTo) -> None:
    assert FORMATS[claim.format].precision == claim.precision
    assert round_to(float(claim.number - 1), claim.format) == claim.number - 1
    if claim.format != "float64":
        assert round_to(float(claim.number), claim.format) == claim.result


@given(st.integers(0, 2**62), st.integers(1, 10**30))
def test_fixed_point_phases_are_within_their_bound(position: int, denominator: int) -> None:
    bits = 96
    turns = Fraction(10**29 + 7, denominator) % 1
    words = to_words([round(turns * 2**bits) % 2**bits], bits)
    product = multiply(words, np.array([[position]], dtype=np.uint64))[:, 0, 0]
    phase = Fraction(int("".join(f"{int(word):08x}" for word in product), 16), 2**bits)
    gap = (phase - position * turns) % 1
    assert min(gap, 1 - gap) <= bounds.fixed_point(position, 2**bits)
