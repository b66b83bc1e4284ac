"""No law fails what is honest: ten implementations, three seeds, five configurations."""

import dataclasses
from functools import partial

import numpy as np
import pytest

from ropespec.checks.corpus import honest
from ropespec.checks.laws import LAWS, LEVELS, run_law
from ropespec.checks.target import load
from ropespec.reference import RotaryConfig, layout_channels, oracle
from ropespec.reference.forms import apply_efficient, apply_matrix

QUICK = dataclasses.replace(LEVELS["quick"], examples=1)
"""Every ladder, and one random input."""

CONFIGS = {
    "paper": RotaryConfig(head_dim=12),
    "half": RotaryConfig(head_dim=20, layout="half", base=500000.0),
    "partial": RotaryConfig(head_dim=14, rotary_dim=6, rotary_end="last", base=50000.0),
    "clockwise": RotaryConfig(head_dim=10, layout="half", sign=-1, attention_factor=1.25),
    "interpolated": RotaryConfig(
        head_dim=16, layout="half", scaling={"rope_type": "linear", "factor": 4.0}
    ),
}


def turned(config, x, angle, number):
    """Rotate by angles `(batch, seq, pairs)`, everything in one format."""
    read, write = layout_channels(config).read, layout_channels(config).write
    wide, angle = x.astype(number), angle[:, None].astype(number)
    c, s = (number(config.amplitude) * part for part in (np.cos(angle), np.sin(angle)))
    a, b = wide[..., read[:, 0]], wide[..., read[:, 1]]
    y = x.copy()
    y[..., write[:, 0]], y[..., write[:, 1]] = a * c - b * s, a * s + b * c
    return y


def efficient(config, x, positions):
    return apply_efficient(x, positions, config).astype(x.dtype)


def matrix(config, x, positions):
    return apply_matrix(x, positions, config).astype(x.dtype)


def exact(config, x, positions):
    return oracle.rotate(x.astype(np.float64), positions, config).astype(x.dtype)


def double(config, x, positions):
    return turned(config, x, positions[..., None] * config.inv_freq() * config.sign, np.float64)


def single(config, x, positions):
    frequency = (config.inv_freq() * config.sign).astype(np.float32)
    return turned(config, x, positions[..., None].astype(np.float32) * frequency, np.float32)


def mixed(config, x, positions):
    """Angles in float64, the rotation in float32."""
    return turned(config, x, positions[..., None] * config.inv_freq() * config.sign, np.float32)


def complex_numbers(config, x, positions):
    read, write = layout_channels(config).read, layout_channels(config).write
    phase = np.exp(1j * config.sign * positions[:, None, :, None] * config.inv_freq())
    z = (x[..., read[:, 0]] + 1j * x[..., read[:, 1]]) * phase * config.amplitude
    y = x.copy()
    y[..., write[:, 0]], y[..., write[:, 1]] = z.real, z.imag
    return y


def by_token(config, x, positions):
    """One token after another, in plain loops."""
    y = np.empty_like(x)
    for row, token in np.ndindex(positions.shape):
        part = slice(row, row + 1), slice(None), slice(token, token + 1)
        y[part] = double(config, x[part], positions[row : row + 1, token : token + 1])
    return y


def flat(config, x, positions):
    """Heads and rows in one axis, as kernels see them."""
    batch, heads, seq, width = x.shape
    rows = np.repeat(positions, heads, axis=0)
    return single(config, x.reshape(batch * heads, 1, seq, width), rows).reshape(x.shape)


class Table:
    """A table that grows, of both signs of the position."""

    def __init__(self, config):
        self.config = config
        self.angles = np.zeros((0, config.rotary_dim // 2))

    def __call__(self, x, positions):
        longest = int(np.abs(positions).max(initial=0)) + 1
        if longest > len(self.angles):
            self.angles = np.arange(longest)[:, None] * self.config.inv_freq()
        angle = self.angles[np.abs(positions)] * np.sign(positions)[..., None]
        return turned(self.config, x, angle * self.config.sign, np.float64)


PLAIN = (efficient, matrix, exact, double, single, mixed, complex_numbers, by_token, flat)
TEN = {function.__name__: partial(partial, function) for function in PLAIN} | {"table": Table}


EXCUSED = {
    ("matrix", "nan-in-pair"): "a matrix product multiplies NaN by 0",
    ("dense-matrix", "nan-in-pair"): "a matrix product multiplies NaN by 0",
    ("matrices-of-pairs", "empty"): "reshape(..., -1, 2) of no elements is ambiguous",
    ("float-tables", "empty"): "reshape(..., -1) of no elements is ambiguous",
    ("torch-polar", "empty"): "reshape(..., -1, 2) of no elements is ambiguous in torch",
}
"""Recommended laws that honest implementations do not keep, and why."""


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", TEN)
def test_no_false_alarm_in_150_runs(name, seed, config):
    target = load(lambda: TEN[name](config), factory=True, negative=True)
    results = [run_law(law.under(target.claims), target, config, QUICK, seed) for law in LAWS]
    failed = [result for result in results if result.status == "fail"]
    assert [one.reason for one in failed if (name, one.id) not in EXCUSED] == []
    assert [result.reason for result in results if result.status == "error"] == []
    assert sum(result.executed for result in results) > 300
    assert all(result.executed for result in results if result.status == "pass")


def test_there_are_ten_implementations_and_150_runs():
    assert len(TEN) == 10
    assert len(TEN) * 3 * len(CONFIGS) == 150


@pytest.mark.slow
@pytest.mark.parametrize("entry", honest(), ids=lambda entry: entry.name)
def test_every_honest_entry_keeps_every_law_that_counts(entry):
    target = load(entry.target, factory=True, **entry.claims)
    for law in LAWS:
        with np.errstate(all="ignore"):
            result = run_law(law, target, entry.config, QUICK, 3, shrink=False)
        counts = law.level == "required" or (
            law.level == "recommended" and (entry.name, law.id) not in EXCUSED
        )
        assert result.status != "error", result.reason
        assert result.status != "fail" or not counts, (law.id, result.reason)
