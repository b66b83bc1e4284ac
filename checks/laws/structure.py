"""Laws of the rotation itself: what holds whatever the frequencies are."""

from __future__ import annotations

import numpy as np

from ropespec.checks.budget import pair_norms
from ropespec.checks.observation import Case
from ropespec.reference.arrays import IntArray
from ropespec.reference.layout import layout_channels

from .law import Law
from .measured import About, Side
from .trial import Trial

EVALUATION = 2.0**-48
"""Relative error of the sums and norms that the laws themselves form in float64."""


def _identity(trial: Trial) -> None:
    """Turn by 0: only the amplitude and the layout are left."""
    channels = layout_channels(trial.config)
    for dtype in trial.target.dtypes:
        for side in trial.sides(trial.case("position 0", np.zeros((2, 4)), dtype, key_heads=1)):
            expected = side.values.copy()
            turned = trial.config.amplitude * side.values[..., channels.read]
            expected[..., channels.write] = turned
            norms = trial.norms(side.values)
            trial.measure_pairs(side, expected, trial.budget(dtype).rotation(norms))


def _norm(trial: Trial) -> None:
    """Compare norms before and after, at any position."""
    ladder = np.asarray(trial.level.within(trial.target.max_position))
    for dtype in trial.target.dtypes:
        for rows in (ladder[np.newaxis], trial.anywhere((3, 8))):
            for side in trial.sides(trial.case("the norm of each pair", rows, dtype)):
                _compare_norms(trial, side)


def _compare_norms(trial: Trial, side: Side) -> None:
    """Compare norms; an error in the angle does not show, so its budget is not granted."""
    channels = layout_channels(trial.config)
    norms = trial.norms(side.values)
    expected = trial.config.amplitude * norms
    pairs = side.got[..., channels.write]
    got = np.asarray(np.hypot(pairs[..., 0], pairs[..., 1]), dtype=np.float64)
    component = trial.budget(side.case.dtype).rotation(norms)
    bounds = np.sqrt(2) * component + EVALUATION * expected
    trial.measure(side, About(expected, got, pairs=True), np.abs(got - expected), bounds)


def _composition(trial: Trial) -> None:
    """Turn by m and then by n, and by m + n at once."""
    half = trial.farthest // 2
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            first, second = (np.minimum(trial.anywhere((2, 5)), half) for _ in "mn")
            case = trial.case("turned twice", first, dtype)
            _compare_turns(trial, case, trial.positions(second))


def _inverse(trial: Trial) -> None:
    """Turn by m and then by -m, and by 0."""
    for dtype in trial.target.dtypes:
        case = trial.case("turned there and back", trial.anywhere((2, 5)), dtype)
        _compare_turns(trial, case, -case.positions)


def _compare_turns(trial: Trial, case: Case, second: IntArray) -> None:
    """Compare two turns in a row with one turn by the sum.

    The first turn is off by its bound in each component, so by sqrt(2) times that in norm;
    the second carries this on, times the amplitude A, and adds its own bound. The single
    turn is off by its bound, and is multiplied by A as the second of the two turns is.
    """
    first = trial.sides(case)
    if not first:
        return
    key = first[1].got if len(first) == 2 else None
    turned = Case(case.name, first[0].got, key, second, case.dtype)
    summed = Case(case.name, case.q, case.k, case.positions + second, case.dtype)
    budget, amplitude = trial.budget(case.dtype), trial.config.amplitude
    for one, two, whole in zip(first, trial.sides(turned), trial.sides(summed), strict=False):
        norms = trial.norms(one.values)
        before = np.sqrt(2) * budget.component(case.positions, norms)
        after = budget.component(second, pair_norms(two.values, trial.config))
        single = budget.component(summed.positions, norms)
        expected = amplitude * whole.got
        bounds = amplitude * (before + single) + after + EVALUATION * norms
        trial.measure_pairs(two, expected, bounds)


def _writes_elsewhere(trial: Trial) -> str | None:
    """Ask whether a pair is written to where it was read, so that it can be turned again."""
    channels = layout_channels(trial.config)
    if np.array_equal(channels.read, channels.write):
        return None
    return f"layout {trial.config.layout!r} writes pairs to other channels than it reads"


LAWS = (
    Law(
        id="identity-at-zero",
        sentence="Position 0 leaves every pair as it is, up to the amplitude.",
        theorem="A2",
        level="required",
        budget="The rotation in float32 and in the output format; the angle is 0.",
        kills=("positions-off-by-one", "cos-sin-swapped", "wrong-amplitude"),
        body=_identity,
    ),
    Law(
        id="norm",
        sentence="The norm of every pair is kept, up to the amplitude.",
        theorem="A5",
        level="required",
        budget="The rotation alone, sqrt(2) times its bound for a component: cos and sin are "
        "of one angle, whose error does not show.",
        kills=("missing-minus", "table-pairing-mismatch", "inaccurate-trigonometry"),
        body=_norm,
    ),
    Law(
        id="composition",
        sentence="Turning by m and then by n is turning by m + n.",
        theorem="A2",
        level="required",
        budget="The bounds of the three turns, added.",
        kills=("positions-off-by-one", "missing-minus", "table-pairing-mismatch"),
        body=_composition,
        needs=_writes_elsewhere,
    ),
    Law(
        id="inverse",
        sentence="Turning by m and then by -m brings every pair back.",
        theorem="A2",
        level="information",
        budget="The bounds of the three turns, added.",
        kills=("negative-positions",),
        body=_inverse,
        needs=_writes_elsewhere,
    ),
)
