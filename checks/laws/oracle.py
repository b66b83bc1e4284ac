"""Comparing with the true value: what the value laws share."""

from __future__ import annotations

import numpy as np

from ropespec.checks.budget import EXACT_ULPS
from ropespec.checks.observation import Case, Outcome
from ropespec.reference import oracle
from ropespec.reference.arrays import FloatArray

from .measured import Side
from .trial import Trial


def judge(trial: Trial, case: Case) -> None:
    """Call the target once and compare every pair of queries and keys with the truth."""
    for side in trial.sides(case):
        _graded(trial, side, _compared(trial, side))


def judge_outcome(trial: Trial, case: Case, outcome: Outcome) -> None:
    """Compare what came of values in another way than by a call."""
    for side in trial.seen(case, outcome):
        _compared(trial, side)


def _compared(trial: Trial, side: Side) -> FloatArray:
    """Compare one array with the exact oracle; return the error of each pair."""
    expected = oracle.rotate(side.values, side.case.positions, trial.config)
    return trial.measure_pairs(side, expected, trial.component(side))


def _graded(trial: Trial, side: Side, errors: FloatArray) -> None:
    """Note the largest error in units in the last place, for the grade."""
    if errors.size:
        budget, norms = trial.budget(side.case.dtype), trial.norms(side.values)
        with np.errstate(all="ignore"):
            ulps = np.where(errors == 0, 0.0, EXACT_ULPS * errors / budget.exact(norms))
        largest = float(np.where(np.isnan(ulps), np.inf, ulps).max())
        dtype = side.case.dtype
        trial.ulps[dtype] = max(trial.ulps.get(dtype, 0.0), largest)
