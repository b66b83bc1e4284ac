"""The way back is the inverse rotation, as the rotation is linear and orthogonal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case, Outcome
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.layout import layout_channels

from .draws import Draws
from .law import Law
from .measured import About
from .oracle import judge_outcome
from .scenario import Scenario
from .scope import Scope
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
    case, upstream = _two(trial)
    outcome = trial.target.pull_back(case, upstream)
    _noted(trial, case, outcome)
    channels = layout_channels(trial.config)
    passed = channels.passed[:, np.newaxis]
    for side in trial.seen(upstream, outcome):
        expected = pulled_back(side.values, case.positions, trial.config)
        norms = trial.norms(as_input(side.values, trial.config))
        bounds = trial.budget(case.dtype).component(case.positions, norms)
        away = np.abs(side.got - expected)
        about = About(expected, side.got, channels.write, channels.read, pairs=True)
        trial.measure(side, about, away[..., channels.read].max(axis=-1), bounds)
        kept = About(expected, side.got, passed, passed)
        errors = away[..., channels.passed]
        trial.measure(side, kept, errors, np.zeros_like(errors))


def _second(trial: Trial) -> None:
    """Differentiate the gradient: a linear map is its own second way there."""
    case, tangent = _two(trial)
    outcome = trial.target.push_forward(case, tangent)
    _noted(trial, case, outcome)
    if outcome.fault is not None and outcome.fault.kind == "raised":
        trial.faults.pop()  # it says that it cannot: nobody is misled
    judge_outcome(trial, tangent, outcome)


def _two(trial: Trial) -> tuple[Case, Case]:
    """Draw values, and gradients or tangents of the same shapes."""
    case = trial.case()
    other = trial.case()
    return case, dataclasses.replace(case, q=other.q, k=other.k)


def _noted(trial: Trial, case: Case, outcome: Outcome) -> None:
    """Count a call, and what went wrong in it."""
    trial.executed += 1
    trial.blame(case, outcome.fault)


def _anything(scope: Scope) -> Iterator[Scenario]:
    """Try a prompt, many heads, and single tokens."""
    name = "a random upstream gradient"
    yield from scope.each_dtype(
        [
            (name, scope.anywhere(2, 5), 3, 1),
            (name, scope.anywhere(3, 2), 8, 4),
            (name, scope.anywhere(3, 1), 5, 5),
        ]
    )


def _no_gradient(scope: Scope) -> str | None:
    """Say why there is no gradient to ask for."""
    return scope.target.no_gradient or None


LAWS = (
    Law(
        id="gradient",
        sentence="The gradient of queries and keys is the inverse rotation of the gradient of "
        "the result, and the identity where channels pass through.",
        theorem="C5",
        level="required",
        budget="The value bound of the gradient that is sent back: the matrix is the same, "
        "transposed.",
        kills=("backward-not-inverted", "gradient-missing", "gradient-wrong"),
        advice="Turn the gradient by minus the angle; do not detach; if it has none, pass "
        "--no-grad.",
        unanswered="Use operations that can be differentiated, or write the backward pass; if "
        "it has none, pass --no-grad.",
        body=_gradient,
        alone=True,
        ladder=_anything,
        needs=_no_gradient,
    ),
    Law(
        id="second-derivative",
        sentence="The derivative of the gradient is the rotation again, unless it is refused "
        "aloud.",
        theorem="C5",
        level="required",
        budget="The value bound of what is sent forward.",
        kills=("gradient-missing",),
        advice="Write the backward pass with operations that can be differentiated, or refuse "
        "aloud, in torch by once_differentiable.",
        body=_second,
        alone=True,
        ladder=_anything,
        draws=Draws(share=0.5),
        needs=_no_gradient,
    ),
)
