"""A rotation is linear: the values that it turns do not decide how it turns them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.arrays import FloatArray

from .draws import Detail, Draws
from .law import Law
from .measured import Side
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

EIGHTHS = 63
"""Inputs are whole eighths up to this many: every format holds them, and sums of two."""


def _linear(trial: Trial) -> None:
    """Add two inputs: their outputs must add."""
    case = trial.case()
    a, b = (_plain(trial, name, case) for name in "ab")
    one, other = trial.sides(a), trial.sides(b)
    total = trial.sides(_sum("a + b", a, b))
    for parts in zip(one, other, total, strict=False):
        bounds = sum((trial.component(side) for side in parts), np.zeros(()))
        trial.measure_pairs(parts[2], parts[0].got + parts[1].got, np.asarray(bounds))


def _powers(trial: Trial) -> None:
    """Multiply an input by a power of two: the output must be multiplied, bit for bit."""
    power = 2.0 ** trial.scenario.detail("power")
    case = _plain(trial, "x", trial.case())
    k = None if case.k is None else power * case.k
    multiplied = Case(f"{power:g} x", power * case.q, k, case.positions, case.dtype)
    for one, more in zip(trial.sides(case), trial.sides(multiplied), strict=False):
        lost = power * _underflow(trial, one) + _underflow(trial, more)
        trial.measure_pairs(more, power * one.got, lost)


def _plain(trial: Trial, name: str, case: Case) -> Case:
    """Draw whole eighths in the shapes of a case."""
    q, k = (
        None if values is None else trial.rng.integers(-EIGHTHS, EIGHTHS + 1, values.shape) / 8
        for values in (case.q, case.k)
    )
    return Case(name, np.asarray(q), k, case.positions, case.dtype)


def _sum(name: str, a: Case, b: Case) -> Case:
    """Add two inputs."""
    k = None if a.k is None or b.k is None else a.k + b.k
    return Case(name, a.q + b.q, k, a.positions, a.dtype)


def _underflow(trial: Trial, side: Side) -> FloatArray:
    """Bound what subnormal numbers alone may do to a component."""
    return trial.budget(side.case.dtype).underflow(trial.norms(side.values))


def _sums(scope: Scope) -> Iterator[Scenario]:
    """Try positions in any order."""
    yield from scope.each_dtype([("sums", scope.anywhere(2, 4), 3, 3)])


def _doubled(scope: Scope) -> Iterator[Scenario]:
    """Double, and divide by 8."""
    for dtype in scope.dtypes:
        for power in (1, -3):
            details = (("power", power),)
            rows = scope.anywhere(2, 4)
            yield scope.scenario("powers of two", rows, dtype, details=details)


LAWS = (
    Law(
        id="linearity",
        sentence="The rotation of a sum is the sum of the rotations.",
        theorem="B1",
        level="required",
        budget="The three value bounds, added.",
        kills=("value-dependent", "added-not-rotated"),
        advice="Nothing may be clipped, normalized, quantized or added on the way.",
        body=_linear,
        ladder=_sums,
    ),
    Law(
        id="powers-of-two",
        sentence="Multiplying the input by a power of two multiplies the output by it exactly.",
        theorem="B1",
        level="required",
        budget="Underflow alone: a power of two changes no significand.",
        kills=("value-dependent", "added-not-rotated"),
        advice="Look for a constant, a threshold or a scale that is taken from the values.",
        body=_powers,
        ladder=_doubled,
        draws=Draws(details=(Detail("power", -3, 3),)),
    ),
)
