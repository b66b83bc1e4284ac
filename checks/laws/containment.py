"""NaN and infinity stay where they are put: masked and padded values are often such."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import BoolArray
from ropespec.reference.layout import layout_channels

from .draws import Detail, Draws
from .law import Law
from .measured import Side
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

POISONS = (np.nan, np.inf, -np.inf)
"""What is put into the input."""


def _outside_token(trial: Trial) -> None:
    """Look at all other tokens, heads and rows."""
    _compare(trial, whole_token=True)


def _outside_pair(trial: Trial) -> None:
    """Look at the other pairs of the same token."""
    _compare(trial, whole_token=False)


def _compare(trial: Trial, *, whole_token: bool) -> None:
    """Compare outputs with and without one value that is no number, except where it may show.

    Queries are poisoned; keys must not notice.
    """
    case = trial.case()
    channels = layout_channels(trial.config)
    batch, heads, seq, _ = case.q.shape
    token = tuple(int(trial.rng.integers(size)) for size in (batch, heads, seq))
    pair = int(trial.rng.integers(len(channels.read)))
    poisoned = case.q.copy()
    poison = POISONS[trial.scenario.detail("poison")]
    poisoned[(*token, channels.read[pair, trial.rng.integers(2)])] = poison
    before = trial.sides(case)
    after = trial.sides(replace(case, name=f"{case.name}: {poison} in a query", q=poisoned))
    for clean, now in zip(before, after, strict=False):
        hidden = np.zeros(clean.got.shape, dtype=np.bool_)
        if now.role == "query":
            hidden[token if whole_token else (*token, channels.write[pair])] = True
        seen = hidden if whole_token else hidden | ~_token(hidden.shape, token, now)
        got = np.where(seen, clean.got, now.got)
        trial.compare(
            Side(_renamed(clean.case, now.case), now.role, clean.values, got), clean.got
        )


def _token(shape: tuple[int, ...], token: tuple[int, ...], side: Side) -> BoolArray:
    """Mark one token of the queries."""
    chosen = np.zeros(shape, dtype=np.bool_)
    if side.role == "query":
        chosen[token] = True
    return chosen


def _renamed(case: Case, other: Case) -> Case:
    """Give a case the name of another."""
    return replace(case, name=other.name)


def _poisoned(scope: Scope) -> Iterator[Scenario]:
    """Try NaN and both infinities."""
    for dtype in scope.dtypes:
        for poison in range(len(POISONS)):
            details = (("poison", poison),)
            rows = scope.anywhere(3, 5)
            yield scope.scenario(
                "no number", rows, dtype, heads=4, key_heads=2, details=details
            )


DRAWS = Draws(details=(Detail("poison", 0, len(POISONS) - 1),), share=0.5)

LAWS = (
    Law(
        id="nan-in-token",
        sentence="NaN or infinity in one token of a head stays there: other tokens, heads and "
        "rows, and the keys, are as without it.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: both outputs are within it of the same number.",
        kills=("value-dependent",),
        advice="Look for a sum, a maximum or a norm over tokens, heads or rows.",
        body=_outside_token,
        ladder=_poisoned,
        draws=DRAWS,
    ),
    Law(
        id="nan-in-pair",
        sentence="NaN or infinity in one pair stays in that pair.",
        theorem="B4",
        level="recommended",
        budget="Twice the value bound: both outputs are within it of the same number.",
        kills=("value-dependent",),
        advice="Turn pairs one by one: a product with a whole matrix multiplies NaN by 0.",
        body=_outside_pair,
        ladder=_poisoned,
        draws=DRAWS,
    ),
)
