"""A token's output depends on that token and its position alone."""

from __future__ import annotations

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray

from .law import Law
from .measured import Side
from .trial import Trial

ROWS, HEADS = 0, 1
"""The axes of the values that are taken apart."""


def _rows(trial: Trial) -> None:
    """Each row of a batch alone gives what it gives among others."""
    _apart(trial, ROWS, "row")


def _heads(trial: Trial) -> None:
    """Each head alone gives what it gives among others."""
    _apart(trial, HEADS, "head")


def _apart(trial: Trial, axis: int, what: str) -> None:
    """Compare one call on several rows or heads with a call on each."""
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            rows = trial.near(trial.rng.integers(0, 400, (4, 5)))
            case = trial.case(f"several {what}s", rows, dtype)
            together = trial.sides(case)
            for index in range(case.q.shape[axis]):
                alone = trial.sides(_alone(case, axis, index, f"{what} {index} alone"))
                for one, among in zip(alone, together, strict=False):
                    _compare(trial, one, among.got.take([index], axis))


def _alone(case: Case, axis: int, index: int, name: str) -> Case:
    """Take one row of a batch with its positions, or one head with all of them."""
    k = None if case.k is None else case.k.take([index], axis)
    positions = case.positions[[index]] if axis == ROWS else case.positions
    return Case(name, case.q.take([index], axis), k, positions, case.dtype)


def _compare(trial: Trial, alone: Side, among: FloatArray) -> None:
    """Compare two outputs that are both near the same truth."""
    norms = trial.norms(alone.values)
    bound = trial.budget(alone.case.dtype).component(alone.case.positions, norms)
    trial.measure_pairs(alone, among, np.asarray(2 * bound))


LAWS = (
    Law(
        id="row-independence",
        sentence="A row of a batch gives alone what it gives among other rows.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: both outputs are within it of the same truth.",
        kills=("first-row-positions",),
        body=_rows,
    ),
    Law(
        id="head-independence",
        sentence="A head gives alone what it gives among other heads.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: both outputs are within it of the same truth.",
        kills=("head-not-rotated", "wrong-axis"),
        body=_heads,
    ),
)
