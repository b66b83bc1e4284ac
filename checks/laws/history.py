"""What a call leaves behind must not show in the next one."""

from __future__ import annotations

import dataclasses

import numpy as np

from ropespec.checks.observation import Case

from .law import Law
from .oracle import judge
from .trial import Trial


def _history(trial: Trial) -> None:
    """Walk through calls that differ in length, offset and dtype, each again in new company.

    First every input in all formats, the coarsest first, then all of them in random orders.
    Each call is judged by itself and named with the one before, so that two calls in a row
    show a failure.
    """
    coarsest_first = trial.target.dtypes[::-1]
    for _ in range(trial.level.rounds):
        walk = [
            case for step in _steps(trial) for case in _in_formats(trial, step, coarsest_first)
        ]
        order = trial.rng.permutation(len(walk))
        before = "other calls"
        for case in (*walk, *(walk[place] for place in order)):
            judge(trial, dataclasses.replace(case, name=f"{case.name} after {before}"))
            before = f"{case.name} in {case.dtype}"


def _steps(trial: Trial) -> list[Case]:
    """Draw inputs of which most have a partner of the same shape at other positions."""
    offset = int(trial.rng.integers(5, 300))
    tokens = np.arange(5)
    rows = {
        "a long prompt": np.tile(np.arange(40), (2, 1)),
        "a short prompt": np.tile(tokens, (2, 1)),
        "an offset": np.tile(tokens + offset, (2, 1)),
        "rows apart": np.stack([tokens, tokens + offset]),
        "one token": np.array([[offset], [3]]),
        "the first token": np.array([[0], [0]]),
    }
    first = trial.target.dtypes[0]
    return [trial.case(name, trial.near(each), first, heads=2) for name, each in rows.items()]


def _in_formats(trial: Trial, step: Case, formats: tuple[str, ...]) -> list[Case]:
    """Draw new values in each format for the same positions."""
    shape = step.q.shape
    return [
        dataclasses.replace(
            step,
            q=trial.values(shape, dtype),
            k=None if step.k is None else trial.values(shape, dtype),
            dtype=dtype,
        )
        for dtype in formats
    ]


LAWS = (
    Law(
        id="history",
        sentence="The answer does not depend on earlier calls: another length, offset or "
        "dtype before it changes nothing.",
        theorem="B4",
        level="required",
        budget="The value bound, whatever was called before.",
        kills=("stale-cache", "depends-on-history"),
        body=_history,
    ),
)
