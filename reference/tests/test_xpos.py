"""xPos: its factors, its scores (E7), and the conventions that differ."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, RotaryConfig, layout_channels, xpos
from ropespec.reference.strategies import configs

CONFIGS = configs(max_head_dim=12, layouts=["interleaved", "half"]).filter(
    lambda config: not config.axes
)


def test_zeta_is_the_published_form() -> None:
    """torchscale writes it (2i + 0.4 d) / (1.4 d)."""
    d = 64
    expected = [(2 * i + 0.4 * d) / (1.4 * d) for i in range(d // 2)]
    np.testing.assert_allclose(xpos.zeta(RotaryConfig(d)), expected, rtol=1e-15)
    assert xpos.zeta(RotaryConfig(8), gamma=1.0).tolist() == [0.5, 0.625, 0.75, 0.875]


@given(CONFIGS, st.integers(0, 600), st.integers(0, 600), st.integers(0, 2**32))
def test_the_score_is_relative_and_decays(
    config: RotaryConfig, m: int, n: int, seed: int
) -> None:
    """E7: sum_i zeta_i ** ((m - n) / B) Re(q_i conj(k_i) e^(i theta_i (m - n)))."""
    random = np.random.default_rng(seed)
    q, k = random.standard_normal((2, 1, 1, 1, config.head_dim))
    score = (xpos.rotate_queries(q, [[m]], config) * xpos.rotate_keys(k, [[n]], config)).sum()
    channels = layout_channels(config)
    a, b = (x[0, 0, 0, channels.read[:, 0]] + 1j * x[0, 0, 0, channels.read[:, 1]]
            for x in (q, k))  # fmt: skip
    turn = np.exp(1j * config.sign * config.inv_freq() * (m - n))
    decay = xpos.zeta(config) ** ((m - n) / 512) * config.amplitude**2
    passed = (q * k)[..., channels.passed].sum()
    expected = passed + (decay * (a * b.conj() * turn).real).sum()
    size = np.linalg.norm(q) * np.linalg.norm(k) * max(1.0, float(decay.max()))
    assert abs(score - expected) <= 1e-11 * size


@given(CONFIGS, st.integers(0, 300), st.sampled_from(xpos.CENTRES))
def test_a_centre_changes_keys_and_no_score(
    config: RotaryConfig, n: int, convention: str
) -> None:
    centre = xpos.centre(300, convention)
    random = np.random.default_rng(n)
    q, k = random.standard_normal((2, 1, 1, 1, config.head_dim))
    scores = [
        (xpos.rotate_queries(q, [[300]], config, centre=c)
         * xpos.rotate_keys(k, [[n]], config, centre=c)).sum()
        for c in (0, centre)
    ]  # fmt: skip
    size = np.linalg.norm(q) * np.linalg.norm(k) * config.amplitude**2
    assert abs(scores[0] - scores[1]) <= 1e-12 * max(1.0, float(size))
    keys = [xpos.rotate_keys(k, [[n]], config, centre=c) for c in (0, centre)]
    assert np.array_equal(keys[0], keys[1]) == (centre == 0)


@pytest.mark.parametrize(
    ("convention", "centres"),
    [("none", [0, 0, 0, 0]), ("torchscale", [0, 1, 1, 3]), ("half", [0, 0, 1, 2])],
)
def test_centres(convention: str, centres: list[int]) -> None:
    """torchscale starts at -(T + offset) // 2: -3 for T = 5; the others at -(T // 2)."""
    assert [xpos.centre(t, convention) for t in (0, 1, 2, 5)] == centres


def test_lengths_are_not_kept() -> None:
    """E7's second half: no rotation."""
    config = RotaryConfig(2)
    x = np.array([[[[3.0, 4.0]]]])
    turned = xpos.rotate_queries(x, [[512]], config)
    assert math.isclose(float(np.linalg.norm(turned)), 5 * 0.4 / 1.4, rel_tol=1e-14)
    back = xpos.rotate_keys(x, [[512]], config)
    assert math.isclose(float(np.linalg.norm(back)), 5 * 1.4 / 0.4, rel_tol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda c: xpos.zeta(c, gamma=0), "gamma: got 0"),
        (lambda c: xpos.zeta(c, gamma=float("nan")), "gamma: got nan"),
        (lambda c: xpos.amplitudes([1], c, scale_base=0), "scale_base: got 0"),
        (lambda c: xpos.amplitudes([1], c, scale_base=-1.0), "scale_base: got -1.0"),
        (lambda _: xpos.centre(-1, "half"), "length: got -1"),
        (lambda _: xpos.centre(5, "middle"), "convention: got 'middle', expected one of none"),
        (lambda c: xpos.zeta(c.replace(axes=(2, 2))), "expected one axis for xPos"),
    ],
)
def test_wrong_values_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        call(RotaryConfig(8))
    assert "\n" not in str(error.value)
