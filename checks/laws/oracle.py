"""Comparing with the true value: what the value laws share."""

from __future__ import annotations

import numpy as np

from ropespec.checks.budget import EXACT_ULPS
from ropespec.checks.observation import Case
from ropespec.reference import oracle

from .measured import Side
from .trial import Trial


def judge(trial: Trial, case: Case) -> None:
    """Call the target once and compare every pair of queries and keys with the truth."""
    for side in trial.sides(case):
        _compare(trial, side)


def _compare(trial: Trial, side: Side) -> None:
    """Compare one array with the exact oracle, for both grades."""
    case = side.case
    expected = oracle.rotate(side.values, case.positions, trial.config)
    norms, budget = trial.norms(side.values), trial.budget(case.dtype)
    errors = trial.measure_pairs(side, expected, budget.component(case.positions, norms))
    if errors.size:
        with np.errstate(all="ignore"):
            ulps = np.where(errors == 0, 0.0, EXACT_ULPS * errors / budget.exact(norms))
        largest = float(np.where(np.isnan(ulps), np.inf, ulps).max())
        trial.ulps[case.dtype] = max(trial.ulps.get(case.dtype, 0.0), largest)
