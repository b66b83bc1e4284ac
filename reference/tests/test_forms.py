"""Matrix, complex and efficient form, the oracle: pairwise equal within float64's bounds."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import RotaryConfig, forms, layout_channels, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.strategies import configs

FORMS: dict[str, Callable[[FloatArray, Any, RotaryConfig], FloatArray]] = {
    "matrix": forms.apply_matrix,
    "complex": forms.apply_complex,
    "efficient": forms.apply_efficient,
    "oracle": oracle.rotate,
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[FloatArray, FloatArray, RotaryConfig]:
    """Inputs, moderate positions (whole or real) and a configuration."""
    config = draw(configs())
    batch, heads, seq = (draw(st.integers(1, 3)) for _ in range(3))
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    x = random.standard_normal((batch, heads, seq, config.head_dim))
    axes = (len(config.axes),) if config.axes else ()
    positions = random.uniform(-5000, 5000, (batch, seq, *axes))
    return x, np.rint(positions) if draw(st.booleans()) else positions, config


def bound(x: FloatArray, positions: FloatArray, config: RotaryConfig) -> FloatArray:
    """How far float64 can take any form from the truth, for every output channel.

    In units of u = 2**-53: the exponent -2i/d is rounded twice, which the power turns into
    2 ln(base) of relative error, and power (1 ulp), scaling and product with the position
    add 4; the angle's error is that times the angle. Cosine and sine (within 2 units each,
    at most 1 in size), two products, a sum and the amplitude add 12 more.
    """
    channels = layout_channels(config)
    angle = np.abs(forms.angles(positions, config))[:, np.newaxis]
    first, second = x[..., channels.read[:, 0]], x[..., channels.read[:, 1]]
    error = (2 * np.log(config.base) + 4) * angle + 12
    limit = np.zeros(x.shape)
    limit[..., channels.write[:, 0]] = limit[..., channels.write[:, 1]] = (
        config.amplitude * np.hypot(first, second) * error * 2.0**-53
    )
    return limit


@pytest.mark.parametrize(("one", "other"), list(combinations(FORMS, 2)))
@given(case=cases())
def test_forms_agree(
    one: str, other: str, case: tuple[FloatArray, FloatArray, RotaryConfig]
) -> None:
    x, positions, config = case
    difference = np.abs(FORMS[one](*case) - FORMS[other](*case))
    assert (difference <= 2 * bound(x, positions, config)).all()


@given(cases())
def test_no_form_changes_its_input(
    case: tuple[FloatArray, FloatArray, RotaryConfig],
) -> None:
    before = case[0].tobytes()
    for apply in FORMS.values():
        apply(*case)
    assert case[0].tobytes() == before


def test_the_paper_by_hand() -> None:
    """Eq. 15 and 34 at d = 4, m = 2, written out."""
    config = RotaryConfig(4, base=100.0)
    c0, s0, c1, s1 = np.cos(2.0), np.sin(2.0), np.cos(0.2), np.sin(0.2)
    matrix = [[c0, -s0, 0, 0], [s0, c0, 0, 0], [0, 0, c1, -s1], [0, 0, s1, c1]]
    np.testing.assert_allclose(forms.rotation_matrix(2, config), matrix, atol=1e-15)
    x = np.array([1.0, 2.0, 3.0, 4.0])
    expected = x * [c0, c0, c1, c1] + np.array([-2.0, 1.0, -4.0, 3.0]) * [s0, s0, s1, s1]
    for apply in FORMS.values():
        y = apply(x.reshape(1, 1, 1, 4), [[2]], config)
        np.testing.assert_allclose(y.reshape(4), expected, atol=1e-15)


def test_the_other_layouts_by_hand() -> None:
    """One turn of 90 degrees: (x, x') becomes (-x', x), wherever the layout puts it."""
    x = np.arange(1.0, 7.0).reshape(1, 1, 1, 6)
    quarter = [[np.pi / 2]]
    cases: list[tuple[dict[str, Any], list[float]]] = [
        ({"layout": "interleaved"}, [-2, 1, 3, 4, 5, 6]),
        ({"layout": "half", "rotary_end": "last"}, [1, 2, 3, 4, -6, 5]),
        ({"layout": "half-idle"}, [-4, 2, 3, 1, 5, 6]),
        ({"layout": "half", "sign": -1}, [2, -1, 3, 4, 5, 6]),
        ({"layout": "half", "attention_factor": 0.5}, [-1, 0.5, 3, 4, 5, 6]),
    ]
    for values, expected in cases:
        config = RotaryConfig(6, 2, **values)
        for apply in FORMS.values():
            np.testing.assert_allclose(
                apply(x, quarter, config).reshape(6), expected, atol=1e-14
            )


def test_interleaved_to_half_moves_its_pairs() -> None:
    x = np.arange(1.0, 5.0).reshape(1, 1, 1, 4)
    config = RotaryConfig(4, layout="interleaved-to-half")
    for apply in FORMS.values():
        assert apply(x, [[0]], config).reshape(4).tolist() == [1, 3, 2, 4]


@given(configs(amplitudes=False), st.integers(-1000, 1000))
def test_the_matrix_is_orthogonal(config: RotaryConfig, position: int) -> None:
    place = [position] * len(config.axes) if config.axes else position
    R = forms.rotation_matrix(place, config)
    np.testing.assert_allclose(R @ R.T, np.eye(config.head_dim), atol=1e-14)
