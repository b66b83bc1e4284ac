"""The budgets cover every honest way to compute, and little more."""

import numpy as np
import pytest

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.checks.roundings import ROUTES, TRIGONOMETRIC_ULPS, relative_error
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arithmetic import arithmetic
from ropespec.reference.formats import FORMATS, round_to
from ropespec.reference.scaling import Spectrum
from ropespec.reference.spectrum import spectrum
from ropespec.spec import bounds

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
def test_honest_float32_stays_within_and_the_bound_is_no_more_than_eight_times_it(
    base, width, frequencies, dtype
):
    config = RotaryConfig(head_dim=width, base=base, layout="half")
    largest = max(ratio(config, frequencies, dtype, far) for far in (300, 8192, 131071))
    assert 1 / 8 < largest <= 1  # how tight it is depends on the processor a little


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


def test_the_angle_of_the_fastest_pair_has_the_roundings_that_are_counted():
    config = RotaryConfig(head_dim=4)
    unit = FORMATS["float32"].unit_roundoff
    near, last, far = (np.array([[position]]) for position in (1000, 2**24, 2**24 + 1))

    def angle(positions):
        return Budget(config, "float32").angle(positions)[0, 0, 0]

    # its frequency is a power with the exponent 0; a position beyond 2**24 is rounded
    assert angle(near) == pytest.approx(1000 * unit)
    assert angle(-near) == angle(near)
    assert angle(last) == pytest.approx(2**24 * unit)
    assert angle(far) == pytest.approx(2**24 * 2 * unit)


def test_the_bound_of_the_second_pair_is_the_formula_of_the_theorem():
    config = RotaryConfig(head_dim=4)
    unit = FORMATS["float32"].unit_roundoff
    exponent = np.log(10000.0) / 2
    ways = [
        bounds.frequency(
            exponent,
            bounds.gamma(route.exponent, unit),
            bounds.gamma(route.following, unit),
            np.expm1,
        )
        for route in ROUTES
    ]
    want = bounds.angle(1000 * 0.01, max(ways), 0, unit)
    got = Budget(config, "float32").angle(np.array([[1000]]))[0, 0, 1]
    assert want < got <= want * (1 + 2**-39)


@pytest.mark.parametrize(
    "scaling",
    [
        {"rope_type": "linear", "factor": 3.0},
        {"rope_type": "ntk", "alpha": 7.0},
        {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 4096},
        {
            "rope_type": "llama3",
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 8192,
        },
    ],
)
def test_scaled_frequencies_in_float32_stay_within(scaling):
    config = RotaryConfig(head_dim=128, base=500000.0, layout="half", scaling=scaling)
    exact = config.inv_freq()
    errors = np.abs(scaled_in_float32(config) / exact - 1)
    bound = relative_error(config, FORMATS["float32"].unit_roundoff)
    assert (errors <= bound).all()
    assert (bound < 1e-4).all()


def scaled_in_float32(config):
    """The law's own formula, in float32 arithmetic."""
    one = np.float32
    index = np.arange(0, config.head_dim, 2, dtype=one)
    plain = one(1) / one(config.base) ** (index / one(config.head_dim))
    series = Spectrum(
        base=one(config.base),
        index=index / one(2),
        width=np.full(config.pairs, config.head_dim, dtype=one),
        theta=plain,
        arithmetic=arithmetic(np.float64),
    )
    return config.scaling.frequencies(series).astype(np.float32).astype(np.float64)


def test_only_frequencies_on_the_ramp_may_be_far_off():
    scaling = {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 4096}
    config = RotaryConfig(head_dim=128, layout="half", scaling=scaling)
    bound = relative_error(config, FORMATS["float32"].unit_roundoff)
    low, high = config.scaling.range(spectrum(config))
    index = np.arange(config.pairs)
    outside = (index < low - 1) | (index > high + 1)
    plain = relative_error(config.replace(scaling=None), FORMATS["float32"].unit_roundoff)
    assert (bound[outside] < plain[outside] + 6 * 2.0**-24).all()
    assert (bound[~outside] > 2 * plain[~outside]).any()


def test_half_precision_without_underflow_has_its_three_roundings():
    config = RotaryConfig(head_dim=4)
    coarse, fine = 2.0**-8, 2.0**-24
    tables = bounds.joined(bounds.gamma(2 * TRIGONOMETRIC_ULPS, fine), coarse)
    want = bounds.joined(tables, coarse, coarse)
    got = Budget(config, "bfloat16").rotation(np.array([1.0]))
    assert got == pytest.approx(want, rel=1e-9)


def test_float64_code_may_lose_what_float32_loses_to_underflow():
    config = RotaryConfig(head_dim=4)
    lost = Budget(config, "float64").underflow(np.array([0.0]))
    assert lost >= 1.5 * FORMATS["float32"].smallest
    unit = FORMATS["float64"].unit_roundoff
    assert Budget(config, "float64", unit=unit).underflow(np.array([0.0])) < 1e-320


def test_each_axis_has_the_angle_of_its_own_coordinate():
    config = RotaryConfig(head_dim=8, layout="half", axes=(2, 2))
    angle = Budget(config, "float32").angle(np.array([[[0, 7]]]))[0, 0]
    assert (angle[:2] == 0).all()
    assert (angle[2:] > 0).all()


def test_the_amplitude_scales_the_budget():
    plain, loud = (RotaryConfig(head_dim=8, attention_factor=factor) for factor in (None, 3.0))
    positions, norms = np.array([[5]]), np.ones((1, 1, 1, 4))
    one, three = (Budget(c, "float32").component(positions, norms) for c in (plain, loud))
    assert (three >= 3 * one).all()  # a factor other than 1 is rounded, and its product
    assert (three <= 3 * one + 3 * 2.1 * FORMATS["float32"].unit_roundoff).all()


def test_nan_is_an_error_and_not_a_small_one():
    config = RotaryConfig(head_dim=4)
    got = np.array([[[[np.nan, 0.0, 0.0, 0.0]]]])
    errors = pair_errors(got, np.zeros((1, 1, 1, 4)), config)
    assert np.isnan(errors[..., 0]).all()
    assert (errors[..., 1] == 0).all()
