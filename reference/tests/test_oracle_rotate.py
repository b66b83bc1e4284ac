"""The oracle's rotation: within one unit in the last place at the norm of the pair."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.reference import InputError, RotaryConfig, layout_channels, oracle, oracle_mpmath
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import ulp
from ropespec.reference.strategies import INT64, LADDER, configs

POSITIONS = LADDER | INT64
SEEDS = st.integers(0, 2**32)


def inputs(config: RotaryConfig, seed: int, scale: float = 1.0) -> FloatArray:
    return np.random.default_rng(seed).standard_normal((2, 1, 1, config.head_dim)) * scale


def places(config: RotaryConfig, position: int) -> FloatArray:
    """Positions of two batch rows: `position` and its neighbour."""
    rows = np.array([[position], [max(position - 1, -(2**63))]])
    return np.stack([rows] * len(config.axes), axis=-1) if config.axes else rows


def pair_units(x: FloatArray, config: RotaryConfig) -> FloatArray:
    """One unit in the last place at each pair's rotated norm, for every output channel."""
    channels = layout_channels(config)
    first, second = x[..., channels.read[:, 0]], x[..., channels.read[:, 1]]
    units = np.zeros(x.shape)
    norm = ulp(config.amplitude * np.hypot(first, second), "float64")
    units[..., channels.write[:, 0]] = units[..., channels.write[:, 1]] = norm
    return units


@settings(max_examples=80)
@given(configs(max_head_dim=16), POSITIONS, SEEDS, st.sampled_from([1.0, 1e-300, 1e300]))
def test_within_one_unit_of_the_truth(
    config: RotaryConfig, position: int, seed: int, scale: float
) -> None:
    x, positions = inputs(config, seed, scale), places(config, position)
    got = oracle.rotate(x, positions, config)
    exact = oracle_mpmath.rotate(x, positions, config)
    units = pair_units(x, config)
    for index in np.ndindex(x.shape):
        error = abs(exact[index] - float(got[index]))
        assert error <= 0.51 * mpmath.mpf(float(units[index]))


@given(configs(), POSITIONS, SEEDS)
def test_other_channels_keep_their_bits(config: RotaryConfig, position: int, seed: int) -> None:
    x = inputs(config, seed)
    passed = layout_channels(config).passed
    x[..., passed] = np.resize([-0.0, np.nan, np.inf, 5e-324], passed.shape)
    before = x.copy()
    got = oracle.rotate(x, places(config, position), config)
    assert got[..., passed].tobytes() == x[..., passed].tobytes()
    assert x.tobytes() == before.tobytes()


@given(configs(), st.integers(-1000, 1000), SEEDS, st.sampled_from([np.nan, np.inf, -np.inf]))
def test_what_is_not_finite_stays_in_its_pair(
    config: RotaryConfig, position: int, seed: int, value: float
) -> None:
    x, positions = inputs(config, seed), places(config, position)
    clean = oracle.rotate(x, positions, config)
    channels = layout_channels(config)
    x[0, 0, 0, channels.read[0, 1]] = value
    got = oracle.rotate(x, positions, config)
    struck = np.zeros(x.shape, dtype=bool)
    struck[0, 0, 0, channels.write[0]] = True
    np.testing.assert_array_equal(got[~struck], clean[~struck])
    assert not np.isfinite(got[struck]).all()


IN_PLACE = ["interleaved", "half", "half-idle", "half-blocks"]


@given(configs(layouts=IN_PLACE, amplitudes=False), POSITIONS, SEEDS)
def test_turning_back_gives_the_input(config: RotaryConfig, position: int, seed: int) -> None:
    x, positions = inputs(config, seed), places(config, position)
    there = oracle.rotate(x, positions, config)
    back = oracle.rotate(there, positions, config.replace(sign=-config.sign))
    assert (np.abs(back - x) <= 4 * pair_units(x, config)).all()


@given(
    configs(layouts=IN_PLACE, amplitudes=False),
    st.integers(-(2**62), 2**62),
    st.integers(-(2**61), 2**61),
    SEEDS,
)
def test_one_turn_after_another_is_their_sum(
    config: RotaryConfig, m: int, n: int, seed: int
) -> None:
    x = inputs(config, seed)
    first, second = places(config, m), places(config, n)
    twice = oracle.rotate(oracle.rotate(x, first, config), second, config)
    once = oracle.rotate(x, first + second, config)
    assert (np.abs(twice - once) <= 4 * pair_units(x, config)).all()


def test_position_zero_gives_the_input() -> None:
    for layout in ("interleaved", "half"):
        config = RotaryConfig(16, layout=layout)
        x = inputs(config, 0)
        np.testing.assert_array_equal(oracle.rotate(x, [[0], [0]], config), x)


def test_the_axis_turns_its_own_pairs() -> None:
    """A head of two axes is two heads of one axis side by side."""
    config = RotaryConfig(16, layout="half-blocks", axes=(4, 4), base=100.0)
    x = np.random.default_rng(0).standard_normal((1, 2, 3, 16))
    places = np.array([[[3, 50], [4, 60], [-5, 70]]])
    one = RotaryConfig(8, layout="half", base=100.0)
    halves = [
        oracle.rotate(x[..., 8 * axis : 8 * axis + 8], places[..., axis], one)
        for axis in (0, 1)
    ]
    together = np.concatenate(halves, axis=-1)
    np.testing.assert_array_equal(oracle.rotate(x, places, config), together)


def test_every_token_has_its_own_position() -> None:
    config = RotaryConfig(8)
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 8))
    positions = np.array([[7, 0, 9, -2], [1, 1, 5, 3]])
    together = oracle.rotate(x, positions, config)
    for b, h, s in np.ndindex(2, 3, 4):
        alone = oracle.rotate(x[b, h, s].reshape(1, 1, 1, 8), [[positions[b, s]]], config)
        np.testing.assert_array_equal(together[b, h, s], alone.reshape(8))


@pytest.mark.parametrize(
    ("shape", "positions", "message"),
    [
        ((1, 1, 2, 6), [[0, 1]], "x: got shape .* head_dim = 8"),
        ((1, 2, 8), [[0, 1]], "x: got shape"),
        ((2, 1, 3, 8), [[0, 1]], r"positions: got shape \(1, 2\), expected \(batch, seq\)"),
        ((2, 1, 3, 8), [[0, 1, 2]] * 3, "positions: got shape"),
        ((2, 1, 3, 8), 4, "positions: got shape"),
    ],
)
def test_shapes_that_do_not_fit(
    shape: tuple[int, ...], positions: list[list[int]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        oracle.rotate(np.zeros(shape), positions, RotaryConfig(8))
