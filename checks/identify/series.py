"""From frequencies to the numbers that somebody typed: base, sign, factor, offset."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray

from .ladder import Turns
from .numbers import simplest
from .structure import Found

FARTHEST = 1000
"""The largest offset of positions that is looked for."""

COMMON_BASES = (10000.0, 500000.0, 1000000.0, 100.0, 150000.0, 50000.0, 160000.0, 10000000.0)
"""Bases that published models have."""

DEVIATIONS = 3.0
"""Standard deviations that a typed number may be away from the fitted one."""

STRAY = 0.02
"""Relative distance from the series at which a frequency does not belong to it."""


@dataclass(frozen=True)
class Series:
    """A geometric series of frequencies, theta_i = base ** (-exponent_i) / factor.

    Attributes
    ----------
    base
        None when the one pair there is says nothing about it.
    factor
        The linear scaling factor.
    sign
        Sense of the rotation.
    backwards
        Whether the slowest pair comes first.
    """

    base: float | None
    factor: float
    sign: Literal[1, -1]
    backwards: bool = False

    @property
    def scaling(self) -> dict[str, Any] | None:
        """The factor in Hugging Face's words."""
        return None if self.factor == 1.0 else {"rope_type": "linear", "factor": self.factor}


def find_series(turns: Turns, found: Found, declared: RotaryConfig | None) -> list[Series]:
    """Fit a geometric series to measured frequencies.

    Returns
    -------
    list of Series
        The likeliest first: with declared, usual or short numbers where they are within the
        error of the fit, then as fitted. Empty when the frequencies are no geometric series.
    """
    exponent = 2 * found.channels.index / found.channels.width
    moving = turns.theta != 0
    if not moving.any():
        return []
    slow = np.abs(turns.theta) <= np.median(np.abs(turns.theta[moving]))
    sign: Literal[1, -1] = 1 if np.sign(turns.theta[slow & moving]).sum() >= 0 else -1
    for members in (moving, moving & slow):
        series = _fits(turns, exponent, members, sign, declared)
        if _follows(series[0], turns, exponent, moving):
            return series
    return []


def offset(turns: Turns, frequencies: FloatArray) -> float | None:
    """Return o where position 0 turns by o times the frequencies; None if by something else.

    Parameters
    ----------
    turns
        The measured angles.
    frequencies
        Signed radians per position of the fitted series, `(pairs,)`.
    """
    tolerance = 16 * turns.error + 1e-6
    if not frequencies.all():
        return None
    if (np.abs(turns.start) <= tolerance).all():
        return 0.0
    slowest = int(np.argmin(np.abs(frequencies)))
    raw = float(turns.start[slowest] / frequencies[slowest])
    precise = max(abs(raw), 1.0) * 16 * float(turns.error[slowest])
    guess = simplest(raw, precise, float(round(raw)) if precise < 0.4 else None)
    if abs(guess) > FARTHEST:
        return None
    rest = np.angle(np.exp(1j * (turns.start - guess * frequencies)))
    fits = np.abs(rest) <= 0.01 + tolerance * (1 + abs(guess))
    return guess if fits.mean() > 0.9 else None


def _fits(
    turns: Turns,
    exponent: FloatArray,
    members: BoolArray,
    sign: Literal[1, -1],
    declared: RotaryConfig | None,
) -> list[Series]:
    """Fit by weighted least squares in logarithms; guess the numbers behind, then the fit."""
    x, y = exponent[members], np.log(np.abs(turns.theta[members]))
    error = turns.error[members]
    base = None if declared is None else declared.base
    factor = _factor(declared)
    if len(set(x.tolist())) < 2:
        raw = float(np.exp(-y[0] - (x[0] * math.log(base) if base else 0.0)))
        wide = DEVIATIONS * raw * float(error[0])
        return [Series(base, each, sign) for each in (simplest(raw, wide, 1.0, factor), raw)]
    slope, intercept, deviation = _line(x, y, error)
    backwards = slope > 0
    if backwards:
        intercept, slope = intercept + slope * float(exponent.max()), -slope
    fit_base, fit_factor = math.exp(-slope), math.exp(-intercept)
    wide_base, wide_factor = (
        DEVIATIONS * value * width
        for value, width in zip((fit_base, fit_factor), deviation, strict=True)
    )
    typed_base = simplest(fit_base, wide_base, base, *COMMON_BASES)
    typed_factor = simplest(fit_factor, wide_factor, 1.0, factor)
    return [
        Series(typed_base, typed_factor, sign, backwards),
        Series(fit_base, typed_factor, sign, backwards),
        Series(fit_base, fit_factor, sign, backwards),
    ]


def _line(
    x: FloatArray, y: FloatArray, error: FloatArray
) -> tuple[float, float, tuple[float, float]]:
    """Return slope, intercept and their standard deviations."""
    design = np.stack((x, np.ones_like(x)), axis=-1) / error[:, np.newaxis]
    covariance = np.linalg.pinv(design.T @ design)
    slope, intercept = covariance @ design.T @ (y / error)
    residual = (y - slope * x - intercept) / error
    spread = max(1.0, float(np.sqrt((residual**2).sum() / max(1, len(x) - 2))))
    deviation = np.sqrt(np.diag(covariance)) * spread
    return float(slope), float(intercept), (float(deviation[0]), float(deviation[1]))


def predicted(series: Series, exponent: FloatArray) -> FloatArray:
    """Return the signed frequencies of a series, `(pairs,)`."""
    order = exponent.max() - exponent if series.backwards else exponent
    return series.sign * (series.base or 1.0) ** -order / series.factor


def _follows(series: Series, turns: Turns, exponent: FloatArray, moving: BoolArray) -> bool:
    """Whether nearly all moving pairs turn as the series says, modulo whole turns."""
    frequency = predicted(series, exponent)
    away = np.abs(np.angle(np.exp(1j * (turns.theta - frequency))))
    return bool((away <= STRAY * np.abs(frequency))[moving].mean() > 0.8)


def _factor(declared: RotaryConfig | None) -> float | None:
    scaling = None if declared is None else declared.scaling_dict()
    return None if scaling is None else scaling.get("factor")
