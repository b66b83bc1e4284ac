"""The law that gave the method its purpose: scores depend on the distance alone."""

from __future__ import annotations

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray
from ropespec.spec import bounds

from .law import Law
from .measured import About, Side
from .structure import EVALUATION
from .trial import Trial

REACH = 40
"""Largest distance between two tokens whose score is compared."""


def _relative(trial: Trial) -> None:
    """Move queries and keys by the same distance and compare their scores."""
    reach = min(trial.farthest, REACH)
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            shift = int(trial.anywhere((1, 1))[0, 0])
            shift = min(shift, trial.farthest - reach)
            near = trial.rng.integers(0, reach + 1, (2, 5))
            here = trial.case("two places", near, dtype, heads=2)
            name = f"both moved by {shift}"
            there = Case(name, here.q, here.k, here.positions + shift, dtype)
            _compare(trial, trial.sides(here), trial.sides(there))


def _compare(trial: Trial, here: list[Side], there: list[Side]) -> None:
    """Compare the scores of all tokens with all tokens in two calls."""
    if not (here and there):
        return
    first, near = _scores(trial, here[0], here[-1])
    second, far = _scores(trial, there[0], there[-1])
    about = About(first, second)
    trial.measure(there[0], about, np.abs(second - first), near + far)


def _scores(trial: Trial, query: Side, key: Side) -> tuple[FloatArray, FloatArray]:
    """Compute scores of every token with every token, and how far rounding can move them (H5).

    Returns
    -------
    scores, bounds
        Shape `(batch, heads, seq, seq)`.
    """
    q_norm, q_error = (part[:, :, :, np.newaxis] for part in _errors(trial, query))
    k_norm, k_error = (part[:, :, np.newaxis] for part in _errors(trial, key))
    moved = bounds.score((q_norm, k_norm), (q_error, k_error)).sum(axis=-1)
    moved += EVALUATION * np.einsum("bhsc,bhtc->bhst", np.abs(query.got), np.abs(key.got))
    return np.einsum("bhsc,bhtc->bhst", query.got, key.got), moved


def _errors(trial: Trial, side: Side) -> tuple[FloatArray, FloatArray]:
    """Return the norm of each rotated pair, and the bound on a component's error."""
    norms = trial.norms(side.values)
    component = trial.budget(side.case.dtype).component(side.case.positions, norms)
    return trial.config.amplitude * norms, component


LAWS = (
    Law(
        id="relative-position",
        sentence="The score of a query and a key does not change when both positions move by "
        "the same distance.",
        theorem="B2",
        level="required",
        budget="The value bounds of query and key, carried through the inner product.",
        kills=("key-not-rotated", "low-precision-positions", "missing-minus"),
        body=_relative,
    ),
)
