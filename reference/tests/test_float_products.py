"""The plot's numbers: products of position and frequency against the oracle."""

import numpy as np
import pytest

from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.float_products import FORMATS, product_errors
from ropespec.reference.formats import FORMATS as ALL
from ropespec.reference.scaling import Linear

CONFIG = RotaryConfig(128, base=500000.0)


def test_no_error_exceeds_what_rounding_allows() -> None:
    """The frequency itself is computed in float64, to 2 ln(base) + 4 units: added here."""
    errors = product_errors(CONFIG)
    assert errors.powers.tolist() == list(range(63))
    for name in FORMATS:
        computed = 2.0 ** (errors.powers + 1.0) * (2 * np.log(500000.0) + 4) * 2.0**-53
        assert (errors.worst[name] <= errors.bound[name] + computed + 4e-16).all()
        assert (errors.bound[name] >= np.minimum(2, 3 * ALL[name].unit_roundoff)).all()


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_left_at_one_over_the_unit_roundoff(name: str) -> None:
    """Lost at 1/u, good fourteen powers before, and growing from power to power."""
    last = ALL[name].precision
    worst = product_errors(CONFIG).worst[name]
    assert worst[last + 2 :].min() > 1.0
    if last > 14:
        assert worst[last - 14] < 2.0**-10
    grown = worst[8 : last + 1] / worst[7:last]
    assert (grown > 0.3).all()


def test_every_number_is_rounded() -> None:
    """NumPy's own float32 on all positions from 16 to 31 at frequency 0.01."""
    worst = product_errors(RotaryConfig(4), [4], ["float32"], count=2000).worst["float32"]
    p = np.arange(16, 32)
    products = (p.astype(np.float32) * np.float32(0.01)).astype(np.float64)
    unrounded = p * float(np.float32(0.01))
    expected = 2 * np.sin(np.abs(products - p / 100).max() / 2)
    assert abs(worst[0] - expected) <= 1e-15
    assert abs(expected - 2 * np.sin(np.abs(unrounded - p / 100).max() / 2)) > 1e-10


def test_bfloat16_is_lost_before_position_256_and_float32_is_not() -> None:
    worst = product_errors(CONFIG, [4, 8, 17]).worst
    assert worst["bfloat16"][1] > 0.5
    assert worst["float32"][1] < 1e-4
    assert 1e-3 < worst["float32"][2] < 2e-2


def test_the_law_counts() -> None:
    """Frequencies divided by 1024 are as good at positions 1024 times as far."""
    plain = product_errors(CONFIG, [20]).worst["float32"]
    slow = product_errors(CONFIG.replace(scaling=Linear(1024.0)), [30]).worst["float32"]
    assert 0.3 < float(slow[0] / plain[0]) < 3


def test_what_cannot_be_measured() -> None:
    with pytest.raises(ConfigError, match=r"powers: got 63, expected .* from 0 to 62"):
        product_errors(CONFIG, [63])
    with pytest.raises(ConfigError, match="powers: got -1"):
        product_errors(CONFIG, [-1])
    with pytest.raises(ConfigError, match="expected one axis"):
        product_errors(RotaryConfig(8, axes=(2, 2)))
    with pytest.raises(ConfigError, match="dtype: got 'float8'"):
        product_errors(CONFIG, [3], ["float8"])
