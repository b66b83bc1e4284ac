"""A rotation is linear: the values that it turns do not decide how it turns them."""

from __future__ import annotations

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray, IntArray

from .law import Law
from .measured import Side
from .trial import Trial

EIGHTHS = 63
"""Inputs are whole eighths up to this many: every format holds them, and sums of two."""


def _linear(trial: Trial) -> None:
    """Add two inputs and double one: outputs must do the same."""
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            positions = trial.positions(trial.anywhere((2, 4)))
            a, b = (_plain(trial, name, positions, dtype) for name in "ab")
            one, other = trial.sides(a), trial.sides(b)
            total, double = trial.sides(_sum("a + b", a, b)), trial.sides(_sum("2 a", a, a))
            for parts in zip(one, other, total, strict=False):
                _compare(trial, *parts, bounds=_added_bounds(trial, *parts))
            for first, twice in zip(one, double, strict=False):
                lost = 2 * _underflow(trial, first) + _underflow(trial, twice)
                _compare(trial, first, first, twice, bounds=lost)


def _plain(trial: Trial, name: str, positions: IntArray, dtype: str) -> Case:
    """Draw whole eighths."""
    shape = (*positions.shape[:2], trial.config.head_dim)
    draws = [
        trial.rng.integers(-EIGHTHS, EIGHTHS + 1, (shape[0], 2, *shape[1:])) / 8
        for _ in trial.target.roles
    ]
    return Case(name, draws[0], draws[1] if len(draws) == 2 else None, positions, dtype)


def _sum(name: str, a: Case, b: Case) -> Case:
    """Add two inputs."""
    k = None if a.k is None or b.k is None else a.k + b.k
    return Case(name, a.q + b.q, k, a.positions, a.dtype)


def _compare(trial: Trial, a: Side, b: Side, total: Side, bounds: FloatArray) -> None:
    """Compare an output with the sum of two."""
    trial.measure_pairs(total, a.got + b.got, bounds)


def _added_bounds(trial: Trial, *sides: Side) -> FloatArray:
    """Add the bounds of several outputs."""
    bounds = [
        trial.budget(side.case.dtype).component(side.case.positions, trial.norms(side.values))
        for side in sides
    ]
    return np.asarray(sum(bounds), dtype=np.float64)


def _underflow(trial: Trial, side: Side) -> FloatArray:
    """Bound what subnormal numbers alone may do to a component."""
    return trial.budget(side.case.dtype).underflow(trial.norms(side.values))


LAWS = (
    Law(
        id="linearity",
        sentence="The rotation of a sum is the sum of the rotations, and doubling the input "
        "doubles the output.",
        theorem="B1",
        level="required",
        budget="The three value bounds for a sum; underflow alone for doubling, which rounds "
        "to the same significands.",
        kills=("value-dependent", "added-not-rotated"),
        body=_linear,
    ),
)
