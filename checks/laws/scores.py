"""The law that gave the method its purpose: scores depend on the distance alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray
from ropespec.spec import bounds

from .draws import Detail, Draws
from .law import Law
from .measured import About, Side
from .scenario import Scenario
from .scope import Scope
from .structure import EVALUATION
from .trial import Trial

REACH = 40
"""Largest distance between two tokens whose score is compared."""


def _relative(trial: Trial) -> None:
    """Move queries and keys by the same distance and compare their scores."""
    reach = min(trial.scope.farthest, REACH)
    shift = min(trial.scenario.detail("shift"), trial.scope.farthest - reach)
    rows = np.asarray(trial.scenario.rows)
    heads = trial.scenario.heads  # a score needs as many keys as queries
    here = trial.case(np.sign(rows) * (np.abs(rows) % (reach + 1)), key_heads=heads)
    name = f"both moved by {shift}"
    there = Case(name, here.q, here.k, here.positions + shift, here.dtype)
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
    return trial.config.amplitude * trial.norms(side.values), trial.component(side)


def _moved(scope: Scope) -> Iterator[Scenario]:
    """Move by a little, and by a long way."""
    for dtype in scope.dtypes:
        for shift in (257, 4097, int(scope.rng.integers(scope.farthest + 1))):
            rows = scope.rng.integers(0, REACH + 1, (2, 5))
            details = (("shift", shift),)
            yield scope.scenario("two places", rows, dtype, details=details)


LAWS = (
    Law(
        id="relative-position",
        sentence="The score of a query and a key does not change when both positions move by "
        "the same distance.",
        theorem="B2",
        level="required",
        budget="The value bounds of query and key, carried through the inner product.",
        kills=("key-not-rotated", "low-precision-positions", "missing-minus"),
        advice="Turn keys as queries, with the same tables, by positions in full precision.",
        body=_relative,
        ladder=_moved,
        draws=Draws(details=(Detail("shift", 0, None),)),
    ),
)
