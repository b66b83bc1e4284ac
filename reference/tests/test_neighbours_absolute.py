"""Learned and sinusoidal encodings: against the formula, transformers, and chapter G."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding
from transformers.models.speech_to_text.modeling_speech_to_text import (
    Speech2TextSinusoidalPositionalEmbedding,
)

from ropespec.reference import ConfigError, InputError, RotaryConfig, forms
from ropespec.reference.neighbours import learned, sinusoidal, sinusoidal_concatenated

WIDTHS = st.integers(1, 256).map(lambda pairs: 2 * pairs)


@given(WIDTHS, st.integers(0, 2000), st.floats(1.5, 1e6))
def test_sinusoidal_is_the_papers_formula(width: int, position: int, base: float) -> None:
    ours = sinusoidal(position, width, base)
    for i in range(width // 2):
        angle = position / base ** (2 * i / width)
        limit = 2.0**-53 * (2 * math.log(base) + 4) * angle + 1e-15
        assert abs(ours[2 * i] - math.sin(angle)) <= limit
        assert abs(ours[2 * i + 1] - math.cos(angle)) <= limit


def test_the_document_s_first_word() -> None:
    """Position 0 at d = 6: sines 0, cosines 1."""
    np.testing.assert_array_equal(sinusoidal(0, 6), [0, 1, 0, 1, 0, 1])


@given(WIDTHS.filter(lambda width: width > 2), st.integers(0, 300))
def test_the_two_concatenated_kinds(width: int, position: int) -> None:
    pairs = width // 2
    stretched = sinusoidal_concatenated(position, width)
    plain = sinusoidal_concatenated(position, width, stretched=False)
    np.testing.assert_array_equal(plain[:pairs], sinusoidal(position, width)[0::2])
    np.testing.assert_array_equal(plain[pairs:], sinusoidal(position, width)[1::2])
    for j in range(pairs):
        angle = position * math.exp(-j * math.log(10000) / (pairs - 1))
        assert math.isclose(stretched[j], math.sin(angle), abs_tol=1e-12)
        assert math.isclose(stretched[pairs + j], math.cos(angle), abs_tol=1e-12)


def test_concatenated_kinds_are_transformers() -> None:
    fairseq = Speech2TextSinusoidalPositionalEmbedding.get_embedding(50, 16).numpy()
    ours = sinusoidal_concatenated(np.arange(50), 16)
    np.testing.assert_allclose(ours, fairseq, rtol=0, atol=1e-5)  # float32, angles up to 50
    module = MarianSinusoidalPositionalEmbedding(50, 16)
    marian = module.create_weight().numpy()  # type: ignore[no-untyped-call]
    ours = sinusoidal_concatenated(np.arange(50), 16, stretched=False)
    np.testing.assert_allclose(ours, marian, rtol=0, atol=1e-7)  # float32, rounded once


@given(WIDTHS, st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_a_shift_is_a_rotation_and_order_is_lost(width: int, p: int, shift: int) -> None:
    """G1: PE_{p+k} is a fixed rotation of PE_p; PE_p . PE_q is even in p - q."""
    config = RotaryConfig(width, sign=-1)  # (sin, cos) turns the other way round
    turned = forms.rotation_matrix(shift, config) @ sinusoidal(p, width)
    np.testing.assert_allclose(turned, sinusoidal(p + shift, width), rtol=0, atol=1e-11)
    forward = sinusoidal(p, width) @ sinusoidal(p + shift, width)
    backward = sinusoidal(p, width) @ sinusoidal(p - shift, width)
    assert math.isclose(forward, backward, abs_tol=1e-10 * width)


def test_learned_takes_rows() -> None:
    table = np.arange(12.0).reshape(4, 3)
    np.testing.assert_array_equal(learned([[3, 0]], table), [[[9, 10, 11], [0, 1, 2]]])


BAD: dict[str, tuple[Any, str]] = {
    "beyond the table": (lambda: learned([0, 4], np.ones((4, 3))), "got 4, expected 0 to 3"),
    "negative": (lambda: learned([-1], np.ones((4, 3))), "got -1, expected 0 to 3"),
    "not whole": (lambda: learned([0.5], np.ones((4, 3))), r"positions: got \[0.5\]"),
    "odd width": (lambda: sinusoidal(0, 5), "width: got 5, expected an even number"),
    "odd width, concatenated": (lambda: sinusoidal_concatenated(0, 7), "width: got 7"),
    "nothing to stretch": (
        lambda: sinusoidal_concatenated(0, 2),
        "width: got 2, expected at least 4",
    ),
    "base": (lambda: sinusoidal(0, 4, 1.0), "base: got 1.0"),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises((ConfigError, InputError), match=message) as error:
        call()
    assert "\n" not in str(error.value)
