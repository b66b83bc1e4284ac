"""The budgets cover every honest way to compute, and little more."""

import numpy as np
import pytest

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.formats import FORMATS, round_to

BASES = (100.0, 10000.0, 500000.0)
WIDTHS = (64, 80, 128)


def powers(config):
    """The usual way: 1 / base ** (i / d), all in float32."""
    exponents = np.arange(0, config.rotary_dim, 2, dtype=np.float32) / np.float32(
        config.rotary_dim
    )
    return np.float32(1) / np.float32(config.base) ** exponents


def exponentials(config):
    """The other usual way: exp(-i ln(base) / d), all in float32."""
    exponents = np.arange(0, config.rotary_dim, 2, dtype=np.float32)
    return np.exp(exponents * np.float32(-np.log(np.float32(config.base)) / config.rotary_dim))


def in_float32(x, positions, config, frequencies, dtype):
    """Angle and tables in float32, tables and rotation rounded to the output format."""
    phase = positions[:, None, :, None].astype(np.float32) * frequencies(config)
    cos, sin = (
        round_to(each.astype(np.float64), dtype) for each in (np.cos(phase), np.sin(phase))
    )
    first, second = np.split(x, 2, axis=-1)

    def fl(value):
        return round_to(value, dtype)

    one = fl(fl(first * cos) - fl(second * sin))
    two = fl(fl(second * cos) + fl(first * sin))
    return np.concatenate([one, two], axis=-1)


def drawn(config, dtype, farthest, seed=0):
    rng = np.random.default_rng(seed)
    positions = rng.integers(0, farthest + 1, (2, 200))
    values = rng.standard_normal((2, 2, 200, config.head_dim)) * 2.0 ** rng.integers(-4, 5)
    return round_to(values, dtype), positions


def ratio(config, frequencies, dtype, farthest):
    x, positions = drawn(config, dtype, farthest)
    got = in_float32(x, positions, config, frequencies, dtype)
    errors = pair_errors(got, oracle.rotate(x, positions, config), config)
    budgets = Budget(config, dtype).component(positions, pair_norms(x, config))
    return (errors / budgets).max()


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("frequencies", [powers, exponentials])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_honest_float32_stays_within_and_the_bound_is_no_more_than_six_times_it(
    base, width, frequencies, dtype
):
    config = RotaryConfig(head_dim=width, base=base, layout="half")
    largest = max(ratio(config, frequencies, dtype, far) for far in (300, 8192, 131071))
    assert 1 / 6 < largest <= 1


@pytest.mark.parametrize(
    ("dtype", "position"), [("bfloat16", 257), ("bfloat16", 131071), ("float16", 2049)]
)
def test_positions_rounded_to_a_small_format_are_far_outside(dtype, position):
    config = RotaryConfig(head_dim=64, layout="half")
    rounded = round_to(np.array([[float(position)]]), dtype)
    x = np.ones((1, 1, 1, 64))
    got = oracle.rotate(x, rounded, config)
    errors = pair_errors(got, oracle.rotate(x, np.array([[position]]), config), config)
    budget = Budget(config, dtype).component(np.array([[position]]), pair_norms(x, config))
    assert (errors / budget).max() > 10


def test_float32_phases_break_the_budget_of_exactness_and_float64_phases_do_not():
    config = RotaryConfig(head_dim=64, layout="half")
    x, positions = drawn(config, "float32", 131071)
    truth = oracle.rotate(x, positions, config)
    exact = Budget(config, "float32").exact(pair_norms(x, config))
    phase = positions[:, None, :, None] * config.inv_freq()
    first, second = np.split(x, 2, axis=-1)
    careful = np.concatenate(
        [
            first * np.cos(phase) - second * np.sin(phase),
            second * np.cos(phase) + first * np.sin(phase),
        ],
        axis=-1,
    )
    assert (pair_errors(round_to(careful, "float32"), truth, config) <= exact).all()
    usual = in_float32(x, positions, config, powers, "float32")
    assert not (pair_errors(usual, truth, config) <= exact).all()


def test_the_angle_of_the_fastest_pair_has_the_roundings_that_the_docstring_counts():
    config = RotaryConfig(head_dim=4)
    unit = FORMATS["float32"].unit_roundoff
    near, far = np.array([[1000]]), np.array([[2**24]])
    assert Budget(config, "float32").angle(near)[0, 0, 0] == pytest.approx(1000 * 5 * unit)
    assert Budget(config, "float32").angle(far)[0, 0, 0] == pytest.approx(2**24 * 6 * unit)
    assert Budget(config, "float32").angle(-near)[0, 0, 0] == pytest.approx(1000 * 5 * unit)


def test_each_axis_has_the_angle_of_its_own_coordinate():
    config = RotaryConfig(head_dim=8, layout="half", axes=(2, 2))
    angle = Budget(config, "float32").angle(np.array([[[0, 7]]]))[0, 0]
    assert (angle[:2] == 0).all()
    assert (angle[2:] > 0).all()


def test_the_amplitude_scales_the_budget():
    plain, loud = (RotaryConfig(head_dim=8, attention_factor=factor) for factor in (None, 3.0))
    positions, norms = np.array([[5]]), np.ones((1, 1, 1, 4))
    one, three = (Budget(c, "float32").component(positions, norms) for c in (plain, loud))
    assert three == pytest.approx(3 * one)


def test_nan_is_an_error_and_not_a_small_one():
    config = RotaryConfig(head_dim=4)
    got = np.array([[[[np.nan, 0.0, 0.0, 0.0]]]])
    errors = pair_errors(got, np.zeros((1, 1, 1, 4)), config)
    assert np.isnan(errors[..., 0]).all()
    assert (errors[..., 1] == 0).all()
