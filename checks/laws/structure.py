"""Laws of the rotation itself: what holds whatever the frequencies are."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from ropespec.checks.budget import pair_norms
from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.layout import layout_channels

from .law import Law
from .measured import About
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

EVALUATION = 2.0**-48
"""Relative error of the sums and norms that the laws themselves form in float64."""


def _identity(trial: Trial) -> None:
    """Turn by 0: only the amplitude and the layout are left."""
    channels = layout_channels(trial.config)
    for side in trial.sides(trial.case(np.zeros_like(trial.scenario.rows))):
        expected = side.values.copy()
        turned = trial.config.amplitude * side.values[..., channels.read]
        expected[..., channels.write] = turned
        norms = trial.norms(side.values)
        trial.measure_pairs(side, expected, trial.budget(side.case.dtype).rotation(norms))


def _zeros(scope: Scope) -> Iterator[Scenario]:
    """Try the shapes of a prompt and of a single token."""
    yield from scope.each_dtype(
        [("position 0", np.zeros((2, 4)), 3, 1), ("position 0", np.zeros((3, 1)), 8, 8)]
    )


def _norm(trial: Trial) -> None:
    """Compare norms before and after; an error in the angle does not show, so is no excuse."""
    channels = layout_channels(trial.config)
    for side in trial.sides(trial.case()):
        norms = trial.norms(side.values)
        expected = trial.config.amplitude * norms
        pairs = side.got[..., channels.write]
        got = np.asarray(np.hypot(pairs[..., 0], pairs[..., 1]), dtype=np.float64)
        component = trial.budget(side.case.dtype).rotation(norms)
        bounds = np.sqrt(2) * component + EVALUATION * expected
        trial.measure(side, About(expected, got, pairs=True), np.abs(got - expected), bounds)


def _everywhere(scope: Scope) -> Iterator[Scenario]:
    """Try the special positions, and others."""
    name = "the norm of each pair"
    rows = scope.anywhere(3, 8)
    yield from scope.each_dtype([(name, [scope.ladder], 3, 3), (name, rows, 5, 1)])


def _composition(trial: Trial) -> None:
    """Turn by m and then by n, and by m + n at once: n are the same positions reversed."""
    half = trial.scope.farthest // 2
    first = np.clip(trial.scenario.rows, -half, half)
    _compare_turns(trial, trial.case(first), trial.positions(first[::-1, ::-1]))


def _inverse(trial: Trial) -> None:
    """Turn by m and then by -m, and by 0; or undo what was measured, asking for no -m."""
    case = trial.case()
    if trial.scope.claims.negative:
        _compare_turns(trial, case, -case.positions)
    else:
        _transpose(trial, case)


def _transpose(trial: Trial, case: Case) -> None:
    """Undo each turn by the transpose of the matrix that two calls show.

    A pair x and its quarter turn x' are a basis, so that their images y and y' are the
    matrix, and its transpose brings y to (x (y.y) + x' (y'.y)) / |x|^2: A^2 x for A times a
    rotation. Each image is off by at most sqrt(2) times the bound b of a component, hence
    the two products by 2 sqrt(2) A |x| b + 2 b^2, and the result by 4 A b +
    2 sqrt(2) b^2 / |x|. The angle is the same in both calls, so that its error does not show.
    """
    channels, amplitude = layout_channels(trial.config), trial.config.amplitude
    key = None if case.k is None else _quarter(case.k, channels.read)
    quarter = dataclasses.replace(case, q=_quarter(case.q, channels.read), k=key)
    first = trial.sides(case)
    for one, other in zip(first, trial.sides(quarter) if first else (), strict=False):
        x, across = (side.values[..., channels.read] for side in (one, other))
        y, shown = (side.got[..., channels.write] for side in (one, other))
        along, beside = (y * y).sum(-1, keepdims=True), (shown * y).sum(-1, keepdims=True)
        norms = trial.norms(one.values)
        sizes = np.where(norms > 0, norms, 1.0)
        expected, undone = one.values.copy(), one.values.copy()
        expected[..., channels.write] = amplitude**2 * x
        undone[..., channels.write] = (x * along + across * beside) / sizes[..., None] ** 2
        component = trial.budget(case.dtype).rotation(norms)
        bounds = 4 * amplitude * component + np.sqrt(8) * component**2 / sizes
        bounds += EVALUATION * amplitude**2 * norms
        trial.measure_pairs(dataclasses.replace(one, got=undone), expected, bounds)


def _quarter(values: FloatArray, pairs: IntArray) -> FloatArray:
    """Turn every pair a quarter."""
    turned = values.copy()
    turned[..., pairs[:, 0]], turned[..., pairs[:, 1]] = (
        -values[..., pairs[:, 1]],
        values[..., pairs[:, 0]],
    )
    return turned


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


def _twice(scope: Scope) -> Iterator[Scenario]:
    """Try positions in any order, and single tokens."""
    name = "turned twice"
    yield from scope.each_dtype(
        [(name, scope.anywhere(2, 5), 3, 3), (name, scope.anywhere(3, 1), 5, 1)]
    )


def _writes_elsewhere(scope: Scope) -> str | None:
    """Ask whether a pair is written to where it was read, so that it can be turned again."""
    channels = layout_channels(scope.config)
    if np.array_equal(channels.read, channels.write):
        return None
    return f"layout {scope.config.layout!r} writes pairs to other channels than it reads"


def _cannot_be_undone(scope: Scope) -> str | None:
    """Ask whether a turn back can be asked for; where it is measured there is no need."""
    return _writes_elsewhere(scope) if scope.claims.negative else None


LAWS = (
    Law(
        id="identity-at-zero",
        sentence="Position 0 leaves every pair as it is, up to the amplitude.",
        theorem="A2",
        level="required",
        budget="The rotation in float32 and in the output format; the angle is 0.",
        kills=("positions-off-by-one", "cos-sin-swapped", "wrong-amplitude"),
        advice="Count positions from 0, and look for cos and sin exchanged or multiplied.",
        body=_identity,
        ladder=_zeros,
    ),
    Law(
        id="norm",
        sentence="The norm of every pair is kept, up to the amplitude.",
        theorem="A5",
        level="required",
        budget="The rotation alone, sqrt(2) times its bound for a component: cos and sin are "
        "of one angle, whose error does not show.",
        kills=("missing-minus", "table-pairing-mismatch", "inaccurate-trigonometry"),
        advice="Look for a lost minus sign, and for cos and sin of two different angles.",
        body=_norm,
        ladder=_everywhere,
    ),
    Law(
        id="composition",
        sentence="Turning by m and then by n is turning by m + n.",
        theorem="A2",
        level="required",
        budget="The bounds of the three turns, added.",
        kills=("positions-off-by-one", "missing-minus", "table-pairing-mismatch"),
        advice="Form the angle as position times frequency, without an offset.",
        body=_composition,
        ladder=_twice,
        needs=_writes_elsewhere,
    ),
    Law(
        id="inverse",
        sentence="Turning by m and then by -m brings every pair back.",
        theorem="A2",
        level="information",
        budget="The bounds of the three turns, added; where negative positions are not "
        "claimed, four times the amplitude times the rotation alone.",
        kills=("negative-positions", "missing-minus"),
        advice="Look for a lost minus sign; where negative positions are claimed, make them "
        "turn the other way, or leave --negative out.",
        body=_inverse,
        ladder=_twice,
        required_by="negative",
        needs=_cannot_be_undone,
    ),
)
