"""The formats against NumPy's and torch's own, value by value."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError
from ropespec.reference.formats import FORMATS, round_to, ulp

TORCH = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def bits(values: object) -> np.ndarray[tuple[int, ...], np.dtype[np.uint64]]:
    """The values' bits with all NaN made one, so that they compare as they are."""
    array = np.asarray(values, dtype=np.float64)
    return np.where(np.isnan(array), np.nan, array).view(np.uint64)


@pytest.mark.parametrize("name", FORMATS)
def test_the_numbers_of_a_format(name: str) -> None:
    info, known = torch.finfo(TORCH[name]), FORMATS[name]
    assert known.largest == info.max
    assert known.smallest_normal == info.tiny
    assert known.unit_roundoff == info.eps / 2
    assert known.smallest == info.tiny * info.eps


def every_float16() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.arange(2**16, dtype=np.uint16).view(np.float16).astype(np.float64)


def test_every_float16_and_every_midpoint() -> None:
    values = every_float16()
    np.testing.assert_array_equal(bits(round_to(values, "float16")), bits(values))
    finite = np.sort(values[np.isfinite(values)])
    middle = (finite[1:] + finite[:-1]) / 2
    around = np.concatenate([middle, np.nextafter(middle, -9e9), np.nextafter(middle, 9e9)])
    expected = around.astype(np.float16).astype(np.float64)
    np.testing.assert_array_equal(bits(round_to(around, "float16")), bits(expected))


def test_every_bfloat16_and_every_midpoint() -> None:
    patterns = torch.arange(-(2**15), 2**15, dtype=torch.int16).view(torch.bfloat16)
    values = patterns.double().numpy()
    np.testing.assert_array_equal(bits(round_to(values, "bfloat16")), bits(values))
    finite = np.sort(values[np.isfinite(values)])
    middle = (finite[1:] + finite[:-1]) / 2
    expected = torch.from_numpy(middle).float().bfloat16().double().numpy()
    np.testing.assert_array_equal(bits(round_to(middle, "bfloat16")), bits(expected))
    for side in (-np.inf, np.inf):  # just beside a midpoint the nearer neighbour wins
        beside = np.nextafter(middle, side)
        nearest = np.where(side < 0, finite[:-1], finite[1:])
        np.testing.assert_array_equal(round_to(beside, "bfloat16"), nearest)


@given(st.floats(width=64) | st.floats(-1e-37, 1e-37) | st.floats(3e38, 4e38))
def test_float32_is_numpys(value: float) -> None:
    with np.errstate(over="ignore"):
        expected = np.float64(np.float32(value))
    np.testing.assert_array_equal(bits(round_to(value, "float32")), bits(expected))
    np.testing.assert_array_equal(bits(round_to(value, "float64")), bits(value))


def test_overflow_goes_to_infinity_from_half_a_unit_on() -> None:
    assert round_to([65519.99, 65520.0, -65520.0], "float16").tolist() == [
        65504.0,
        np.inf,
        -np.inf,
    ]


@pytest.mark.parametrize("name", ["float32", "float16"])
def test_ulp_is_numpys_spacing(name: str) -> None:
    values = every_float16()
    values = np.abs(values[np.isfinite(values)])
    values = values[values < FORMATS["float16"].largest]  # there NumPy's spacing is infinite
    expected = np.spacing(values.astype(name)).astype(np.float64)
    np.testing.assert_array_equal(ulp(values, name), expected)
    np.testing.assert_array_equal(ulp(-values, name), ulp(values, name))


def test_ulp_at_the_edges() -> None:
    top = 2.0 ** (15 - 10)
    assert ulp([65504.0, 1e9, np.inf], "float16").tolist() == [top, top, top]
    assert ulp(0.0, "bfloat16") == 2.0**-133
    assert np.isnan(ulp(np.nan, "float32"))
    assert ulp(5e-324, "float64") == 5e-324


def test_an_unknown_format() -> None:
    with pytest.raises(
        ConfigError, match=r"dtype: got 'bf16', expected one of float64.*bfloat16"
    ):
        round_to(1.0, "bf16")
