"""Adapters declare what is known, options count before it, and nothing declared is believed."""

# ruff: noqa: ARG002 - a target takes what the signature says, needed or not

import numpy as np
import pytest

from ropespec import RotaryConfig, check, identify
from ropespec.checks import Adapter
from ropespec.checks.errors import TargetError
from ropespec.checks.opening import load
from ropespec.checks.target import find_function
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=6, layout="half", base=500.0)


class Mine(Adapter):
    """Right, and says so."""

    signature, axes = "qk", "bshd"
    dtypes = ("float32",)
    head_dim, layout, base = 6, "half", 500.0
    max_position = 70000
    attention_factor = 1.0

    def inv_freq(self):
        """Return the frequencies, as some methods do."""
        return CONFIG.inv_freq()

    def apply(self, q, k, positions):
        """Rotate by the reference."""
        return self.turned(q, positions), self.turned(k, positions)

    def turned(self, x, positions):
        """Rotate one array `(batch, seq, heads, head_dim)`."""
        out = apply_efficient(x.swapaxes(1, 2).astype(np.float64), positions, CONFIG)
        return out.swapaxes(1, 2).astype(x.dtype)


def test_what_an_adapter_declares_needs_no_option():
    report = check(Mine, level="quick", laws=["value", "single-token-decode"])
    assert report.verdict == "conformant"
    assert report.config == CONFIG
    claims = report.claims
    assert (claims.signature, claims.axes, claims.dtypes) == ("qk", "bshd", ("float32",))
    assert claims.max_position == 70000


def test_what_it_declares_is_verified():
    class Lying(Mine):
        base = 10000.0

    report = check(Lying, level="quick", laws=["value"])
    assert report.verdict == "nonconformant"
    assert report.diagnosis[0].bug == "wrong-base"


def test_options_count_before_attributes():
    report = check(Mine, {"base": 10000.0}, level="quick", laws=["value"], dtypes=["float64"])
    assert report.config == CONFIG.replace(base=10000.0)
    assert report.claims.dtypes == ("float64",)
    assert report.verdict == "nonconformant"
    found = identify(Mine)
    assert found.layout == "half"
    assert found.base == pytest.approx(500.0)


def test_frequencies_are_exposed_by_attributes_and_methods():
    shown = load(Mine).exposed()
    assert np.array_equal(shown.inv_freq, CONFIG.inv_freq())
    assert shown.attention_factor == 1.0


def test_an_adapter_in_a_process_of_its_own_declares_and_exposes_the_same():
    class Own(Adapter):
        layout, head_dim, axes = "half", 6, "bshd"
        inv_freq = (1.0, 0.5, 0.25)

        def apply(self, x, positions):
            return x

    target = load(Own, isolate=True)
    try:
        assert target.claims.axes == "bshd"
        assert target.host.convention == {"layout": "half", "head_dim": 6}
        assert target.exposed().inv_freq.tolist() == [1.0, 0.5, 0.25]
    finally:
        target.close()


def test_what_another_process_cannot_import_is_said():
    with pytest.raises(TargetError, match="cannot be made in another process: ModuleNotFound"):
        load(Mine, isolate=True)


def test_what_shows_no_frequencies_exposes_none():
    class Odd:
        inv_freq = "many"

        def __call__(self, x, positions):
            return x

    assert load(Odd).exposed().inv_freq is None
    assert load(Forward()).exposed().attention_factor is None


class Forward:
    """An object without `__call__`."""

    def forward(self, x, positions):
        """Return another array."""
        return 2 * x


def test_objects_are_called_by_apply_or_forward():
    assert find_function(Forward()).function(3, None) == 6
    made = find_function(Forward)
    assert made.make is not None
    assert made.make()(3, None) == 6


def test_a_factory_makes_what_is_called_again_and_again():
    def make():
        calls = []

        def counting(x, positions):
            calls.append(positions)
            return x + len(calls)

        return counting

    target = load(make, factory=True)
    x, positions = np.zeros((1, 1, 1, 2)), np.zeros((1, 1), np.int64)
    seen = [target.rotate(x, positions, "float32")[0, 0, 0, 0] for _ in range(2)]
    assert [*seen, target.fresh().rotate(x, positions, "float32")[0, 0, 0, 0]] == [1, 2, 1]
    with pytest.raises(TargetError, match="'_needing' cannot be called without arguments"):
        find_function(_needing, factory=True)


def _needing(width):
    raise AssertionError(width)


def test_numbers_as_axes_are_those_of_the_positions():
    class Plane(Adapter):
        axes = (2, 1)
        head_dim = 6

        def apply(self, x, positions):
            plane = RotaryConfig(head_dim=6, axes=(2, 1))
            return apply_efficient(x.astype(np.float64), positions, plane).astype(x.dtype)

    report = check(Plane, level="quick", laws=["value"])
    assert report.verdict == "conformant"
    assert report.config.axes == (2, 1)
    assert report.claims.axes == "bhsd"
