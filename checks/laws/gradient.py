"""The way back is the inverse rotation, as the rotation is linear and orthogonal."""

from __future__ import annotations

import dataclasses

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.layout import layout_channels

from .law import Law
from .measured import About, Side
from .trial import Trial


def pulled_back(upstream: FloatArray, positions: IntArray, config: RotaryConfig) -> FloatArray:
    """Return the gradient of the input for a gradient of the output: R transposed times it.

    Parameters
    ----------
    upstream
        Shape `(batch, heads, seq, head_dim)`.
    positions
        Those of the way there.
    config
        What was computed.
    """
    channels = layout_channels(config)
    turned = oracle.rotate(as_input(upstream, config), -positions, config)
    result = upstream.copy()
    result[..., channels.read] = turned[..., channels.write]
    return result


def as_input(upstream: FloatArray, config: RotaryConfig) -> FloatArray:
    """Move pairs from the channels that they are written to, to those they are read from."""
    channels = layout_channels(config)
    moved = upstream.copy()
    moved[..., channels.read] = upstream[..., channels.write]
    return moved


def _gradient(trial: Trial) -> None:
    """Send a random gradient back: a constant one hides known mistakes."""
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            rows = trial.near(trial.anywhere((2, 5)))
            case = trial.case("a random upstream gradient", rows, dtype, key_heads=1)
            other = trial.case("upstream", rows, dtype, key_heads=1)
            upstream = dataclasses.replace(case, q=other.q, k=other.k)
            _judge(trial, case, upstream)


def _judge(trial: Trial, case: Case, upstream: Case) -> None:
    """Compare the gradients of one call with the inverse rotation."""
    outcome = trial.target.pull_back(case, upstream)
    trial.executed += 1
    if outcome.fault is not None:
        trial.faults.append(f"{case.name}, {case.dtype}: {outcome.fault}")
    channels = layout_channels(trial.config)
    passed = channels.passed[:, np.newaxis]
    for role in trial.target.roles:
        values, got = upstream.values(role), outcome.values(role)
        if values is None or got is None:
            continue
        expected = pulled_back(values, case.positions, trial.config)
        norms = trial.norms(as_input(values, trial.config))
        bounds = trial.budget(case.dtype).component(case.positions, norms)
        away = np.abs(got - expected)
        side = Side(case, role, values, got)
        about = About(expected, got, channels.write, channels.read, pairs=True)
        trial.measure(side, about, away[..., channels.read].max(axis=-1), bounds)
        kept = About(expected, got, passed, passed)
        errors = away[..., channels.passed]
        trial.measure(side, kept, errors, np.zeros_like(errors))


def _no_gradient(trial: Trial) -> str | None:
    """Say why there is no gradient to ask for."""
    return trial.target.no_gradient or None


LAWS = (
    Law(
        id="gradient",
        sentence="The gradient of queries and keys is the inverse rotation of the gradient of "
        "the result, and the identity where channels pass through.",
        theorem="B1",
        level="required",
        budget="The value bound of the gradient that is sent back: the matrix is the same, "
        "transposed.",
        kills=("backward-not-inverted", "gradient-missing", "gradient-wrong"),
        body=_gradient,
        needs=_no_gradient,
    ),
)
