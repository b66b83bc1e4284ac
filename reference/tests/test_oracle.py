"""The exact oracle against mpmath at 200 digits, at ordinary and at the hardest positions."""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.reference import InputError, RotaryConfig, oracle, oracle_mpmath
from ropespec.reference.arrays import FloatArray, Numbers
from ropespec.reference.formats import ulp
from ropespec.reference.strategies import INT64, LADDER, configs

POSITIONS = LADDER | INT64 | st.integers(0, 131071)
LEAST = 1e-280  # below, phases are subnormal numbers
REALS = st.one_of(
    st.just(0.0),
    st.floats(LEAST, 1e300),
    st.floats(-1e300, -LEAST),
    st.floats(-1e6, 1e6).map(lambda position: round(position, 3)),
    st.fractions(-1000, 1000),
)


def worst_ulps(got: FloatArray, exact: Numbers) -> float:
    """Largest |got - exact| in units of the last place of the exact value."""
    worst = mpmath.mpf(0)
    for value, truth in zip(got.flat, exact.flat, strict=True):
        unit = ulp(float(truth), "float64")
        worst = max(worst, abs(truth - float(value)) / float(unit))
    return float(worst)


def check_phases(positions: Any, config: RotaryConfig) -> None:
    for got, exact in zip(
        oracle.phases(positions, config), oracle_mpmath.phases(positions, config), strict=True
    ):
        assert got.shape == exact.shape
        assert worst_ulps(got, exact) <= 0.501


def of_config(config: RotaryConfig, positions: list[Any]) -> Any:
    """Give positions as many coordinates as the configuration has axes."""
    axes = len(config.axes)
    return (
        np.array([positions[i:] + positions[:i] for i in range(axes)]).T if axes else positions
    )


@settings(max_examples=60)
@given(configs(max_head_dim=24), st.lists(POSITIONS, min_size=3, max_size=3))
def test_phases_at_any_int64_position(config: RotaryConfig, positions: list[int]) -> None:
    check_phases(of_config(config, positions), config)


@pytest.mark.parametrize("base", [10000.0, 500000.0])
def test_thousands_of_random_phases(base: float) -> None:
    random = np.random.default_rng(0)
    config = RotaryConfig(128, base=base)
    wide = random.integers(-(2**62), 2**62, 30)
    check_phases(np.concatenate([wide, random.integers(0, 2**20, 10)]), config)


@settings(max_examples=60)
@given(
    configs(max_head_dim=12),
    st.lists(REALS, min_size=3, max_size=3),
)
def test_phases_at_real_positions(config: RotaryConfig, positions: list[float]) -> None:
    check_phases(of_config(config, positions), config)


def convergents(number: mpmath.mpf) -> list[int]:
    """Numerators below 2**63 of the best rational approximations of a number."""
    rest, last, numerator, found = number, 0, 1, []
    while numerator < 2**63:
        found.append(numerator)
        whole = int(mpmath.floor(rest))
        last, numerator = numerator, whole * numerator + last
        rest = 1 / (rest - whole)
    return found


def test_phases_that_nearly_vanish() -> None:
    """At these positions cosine or sine of pair 0 is as small as it gets below 2**63."""
    with mpmath.workdps(60):
        positions = convergents(mpmath.pi + 0) + convergents(mpmath.pi / 2)
    config = RotaryConfig(4)
    cos, sin = np.abs(oracle.phases(positions, config))[:, :, 0]
    assert cos.min() < 2.0**-60
    assert sin.min() < 2.0**-60
    check_phases(positions, config)


@pytest.mark.parametrize("position", [2**300 + 1, -(10**100), Fraction(1, 3**200), 1e-290])
def test_positions_of_any_size(position: Any) -> None:
    check_phases(np.array([position], dtype=object), RotaryConfig(4, base=1e9))


def test_the_smallest_positions() -> None:
    _, sin = oracle.phases([5e-324, -1e-323], RotaryConfig(2))
    assert (np.abs(sin[:, 0] - [5e-324, -1e-323]) <= 4 * 5e-324).all()


@pytest.mark.parametrize("position", [1, 2**62, 10**150, Fraction(1, 10**150)])
@pytest.mark.parametrize("factor", [1e-35, 1e-30, 1e30, 1e35])
def test_extreme_frequencies(factor: float, position: Any) -> None:
    """From 2**614 turns for a position to 2**-614: the bits stored at first are too few."""
    config = RotaryConfig(2, scaling={"rope_type": "linear", "factor": factor})
    check_phases(np.array([position], dtype=object), config)  # alone: others bring bits along


def test_position_zero_is_exact_and_positive() -> None:
    for sign in (1, -1):
        cos, sin = oracle.phases([0], RotaryConfig(8, sign=sign))
        assert (cos == 1).all()
        assert (sin == 0).all()
        assert not np.signbit(sin).any()


def test_every_kind_of_number_is_the_same_position() -> None:
    config = RotaryConfig(16)
    expected = oracle.phases([-3, 5], config)
    for same in (
        np.array([-3, 5], dtype=np.int8),
        np.array([-3.0, 5.0], dtype=np.float16),
        np.array([-3, Fraction(5)], dtype=object),
        np.array([-3, Fraction(11, 2)], dtype=object) - np.array([0, Fraction(1, 2)]),
    ):
        np.testing.assert_array_equal(oracle.phases(same, config), expected)
    largest = np.array([2**64 - 1], dtype=np.uint64)
    exact = np.array([2**64 - 1], dtype=object)
    np.testing.assert_array_equal(oracle.phases(largest, config), oracle.phases(exact, config))


def test_a_long_table_is_the_same_in_parts() -> None:
    """Positions are worked on in chunks, sorted and once each: none may get lost."""
    random = np.random.default_rng(1)
    config = RotaryConfig(128)
    positions = random.integers(0, 3000, (2, 2000))
    parts = [oracle.phases(part, config) for part in np.split(positions, 20, axis=1)]
    np.testing.assert_array_equal(
        np.concatenate(parts, axis=2), oracle.phases(positions, config)
    )


@given(configs(max_head_dim=12), POSITIONS)
def test_turns_are_the_phases(config: RotaryConfig, position: int) -> None:
    positions: list[Any] = [[position] * len(config.axes)] if config.axes else [position]
    turn, remainder = oracle.turns(positions, config)
    assert (np.abs(turn) <= 0.5).all()
    with mpmath.workdps(60):
        exact_cos, exact_sin = oracle_mpmath.phases(positions, config)
        for index in np.ndindex(turn.shape):
            phase = 2 * mpmath.pi * (mpmath.mpf(turn[index]) + mpmath.mpf(remainder[index]))
            assert abs(mpmath.cos(phase) - exact_cos[index]) < 2.0**-100
            assert abs(mpmath.sin(phase) - exact_sin[index]) < 2.0**-100


@pytest.mark.parametrize(
    ("positions", "message"),
    [
        ([float("nan")], "NaN or infinity"),
        ([float("inf")], "NaN or infinity"),
        ([True], "expected whole or real numbers"),
        (["1"], "expected whole or real numbers"),
        ([1j], "expected whole or real numbers"),
        (np.array([None, 1], dtype=object), "got None, expected whole or real"),
        (np.array([1, float("nan")], dtype=object), "got nan, expected finite"),
    ],
)
def test_positions_that_are_none(positions: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        oracle.phases(positions, RotaryConfig(4))


def test_no_positions() -> None:
    cos, sin = oracle.phases(np.zeros((2, 0), dtype=np.int64), RotaryConfig(8))
    assert cos.shape == sin.shape == (2, 0, 4)


def test_missing_coordinates() -> None:
    config = RotaryConfig(8, axes=(2, 2))
    with pytest.raises(InputError, match=r"got shape \(3,\), expected \(\.\.\., 2\)"):
        oracle.phases([1, 2, 3], config)


@pytest.mark.parametrize("value", [
    np.int64(-(2**63)), np.int64(2**63 - 1), np.uint64(2**64 - 1), np.int8(-128),
    np.float32(-2.5),
])  # fmt: skip
def test_scalars_of_numpy_among_other_objects(value: Any) -> None:
    """Their own arithmetic overflows at the ends, and an int8's at 128."""
    plain = value.item()
    config = RotaryConfig(8)
    mixed = oracle.phases(np.array([value, Fraction(1, 3)], dtype=object), config)
    meant = oracle.phases(np.array([plain, Fraction(1, 3)], dtype=object), config)
    np.testing.assert_array_equal(mixed, meant)
