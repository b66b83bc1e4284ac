"""How far every pair turned at a row of positions: phase and amplitude apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ropespec.checks.budget import EXACT_ULPS, Budget
from ropespec.checks.observation import Case, Outcome
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import BoolArray, FloatArray, IntArray

Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Turned:
    """What became of the unit vectors of every pair.

    Attributes
    ----------
    first, second
        Where the first and the second unit vector of each pair went, as complex numbers
        that both are A exp(i phase) for a rotation; shape `(roles, positions, pairs)`.
    """

    first: Complex
    second: Complex

    def errors(self, expected: Complex, amplitude: float) -> Errors:
        """Take phase and amplitude apart.

        The mean of the two is the part of the operator that turns and stretches; what is
        left of it mirrors, and counts as amplitude.

        Parameters
        ----------
        expected
            exp(i phase), exact, shape `(positions, pairs)`.
        amplitude
            A.
        """
        with np.errstate(all="ignore"):
            mean = (self.first + self.second) / 2
            mirrored = np.abs(self.first - self.second) / 2
            phase = np.abs(np.angle(mean * np.conj(expected)))
            phase = np.where(np.isfinite(mean) & (mean != 0), phase, np.pi)
            size = np.abs(np.abs(mean) - amplitude) + mirrored
            apart = [
                np.maximum(np.abs(away.real), np.abs(away.imag))
                for away in (
                    self.first - amplitude * expected,
                    self.second - amplitude * expected,
                )
            ]
            component = np.maximum(*apart)
        size, component = (
            np.where(np.isnan(values), np.inf, values) for values in (size, component)
        )
        return Errors(*(values.max(axis=0) for values in (phase, size, component)))


@dataclass(frozen=True, eq=False)
class Errors:
    """Errors of every position and pair, `(positions, pairs)`; the worse of query and key.

    Attributes
    ----------
    phase
        Radians, 0 to pi.
    amplitude
        Of the length of a turned unit vector.
    component
        The largest of a component.
    """

    phase: FloatArray
    amplitude: FloatArray
    component: FloatArray


@dataclass(frozen=True, eq=False)
class Bounds:
    """What the grades allow, `(positions, pairs)`.

    Attributes
    ----------
    phase
        Radians: the proved bound of the angle, and what rounding turns a pair by (standard).
    amplitude, component
        The same for the length and the components.
    exact
        For the components of the grade `exact`.
    """

    phase: FloatArray
    amplitude: FloatArray
    component: FloatArray
    exact: float

    def broken(self, errors: Errors) -> BoolArray:
        """Return where an error is above its bound."""
        wrong = (errors.phase > self.phase) | (errors.component > self.component)
        return np.asarray(wrong, dtype=np.bool_)


def bounds(positions: IntArray, config: RotaryConfig, dtype: str) -> Bounds:
    """Bound the errors of an honest implementation at positions `(n,)`."""
    budget = Budget(config, dtype)
    places = coordinates(positions, config)[np.newaxis]
    ones = np.ones((1, 1, len(positions), config.pairs))
    # both components may be off by the rounding, so a unit vector by sqrt(2) of it
    rounding = np.sqrt(2) * budget.rotation(ones)[0, 0] / config.amplitude
    angle = budget.angle(places)[0]
    return Bounds(
        phase=angle + np.arcsin(np.minimum(rounding, 1.0)),
        amplitude=2 * np.sqrt(2) * budget.rotation(ones)[0, 0],
        component=budget.component(places, ones)[0, 0],
        exact=float(budget.exact(np.ones(1))[0]),
    )


def coordinates(positions: IntArray, config: RotaryConfig) -> IntArray:
    """Give positions `(n,)` as many equal coordinates as the configuration has axes."""
    axes = len(config.axes)
    return np.stack([positions] * axes, axis=-1) if axes else positions


def turn(
    target: Target, config: RotaryConfig, dtype: str, positions: IntArray
) -> Turned | Outcome:
    """Turn the unit vectors of all pairs in one call; the outcome if it gave no values.

    Parameters
    ----------
    target, config
        What is called, and as what it is read.
    dtype
        The format of the call.
    positions
        Shape `(n,)`.
    """
    channels = layout_channels(config)
    values = np.zeros((2, 1, len(positions), config.head_dim))
    for side in (0, 1):
        values[side, ..., channels.read[:, side]] = 1.0
    places = coordinates(positions, config)
    rows = np.broadcast_to(places, (2, *places.shape)).copy()
    keys = values.copy() if "key" in target.roles else None
    outcome = target.call(Case("unit vectors of every pair", values, keys, rows, dtype))
    outputs = [y for y in (outcome.q, outcome.k) if y is not None]
    if not outputs:
        return outcome
    y = np.stack(outputs)[:, :, 0]
    a, b = y[..., channels.write[:, 0]], y[..., channels.write[:, 1]]
    return Turned(a[:, 0] + 1j * b[:, 0], b[:, 1] - 1j * a[:, 1])


def reachable(
    target: Target, config: RotaryConfig, dtype: str, row: IntArray
) -> tuple[Turned | None, int, str]:
    """Turn by as many of the positions as the target takes; how many, and why no more."""
    found, taken, failing, why = None, 0, len(row) + 1, ""
    tried = len(row)
    while taken < tried < failing:
        answer = turn(target, config, dtype, row[:tried])
        if isinstance(answer, Outcome):
            failing, why = tried, str(answer.fault)
        else:
            found, taken = answer, tried
        tried = (taken + failing) // 2
    return found, taken, why


def exact_ulps(errors: Errors, limits: Bounds) -> FloatArray:
    """Return component errors in units in the last place of the output."""
    return np.asarray(EXACT_ULPS * errors.component / limits.exact, dtype=np.float64)
