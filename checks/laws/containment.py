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
    """Poison one token of the queries; look at all others, at other heads and rows."""
    case = trial.case()
    token = tuple(int(trial.rng.integers(size)) for size in case.q.shape[:3])
    mark = np.zeros(case.q.shape, dtype=np.bool_)
    mark[(*token, int(trial.rng.choice(layout_channels(trial.config).read.ravel())))] = True
    hidden = np.zeros(case.q.shape, dtype=np.bool_)
    hidden[token] = True
    _compare(trial, case, mark, hidden)


def _outside_pair(trial: Trial) -> None:
    """Poison one channel of each token, another one for each; look at all other pairs."""
    case = trial.case()
    channels = layout_channels(trial.config)
    slots = trial.rng.permutation(2 * len(channels.read))
    chosen = np.resize(slots, case.q.shape[:3])[..., np.newaxis]
    pair = chosen // 2
    mark, hidden = np.zeros((2, *case.q.shape), dtype=np.bool_)
    np.put_along_axis(mark, channels.read[pair, chosen % 2], True, axis=-1)
    for side in (0, 1):
        np.put_along_axis(hidden, channels.write[pair, side], True, axis=-1)
    _compare(trial, case, mark, hidden)


def _compare(trial: Trial, case: Case, mark: BoolArray, hidden: BoolArray) -> None:
    """Compare outputs with and without values that are no numbers, but for where they may show.

    Parameters
    ----------
    trial, case
        What is called, and with what.
    mark
        Which values of the queries are no numbers the second time; keys must not notice.
    hidden
        Which outputs of the queries may show it.
    """
    poison = POISONS[trial.scenario.detail("poison")]
    poisoned = np.where(mark, poison, case.q)
    before = trial.sides(case)
    after = trial.sides(replace(case, name=f"{case.name}: {poison} in a query", q=poisoned))
    for clean, now in zip(before, after, strict=False):
        got = np.where(hidden, clean.got, now.got) if now.role == "query" else now.got
        trial.compare(
            Side(_renamed(clean.case, now.case), now.role, clean.values, got), clean.got
        )


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
        sentence="NaN or infinity in one pair stays in that pair, whichever it is.",
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
