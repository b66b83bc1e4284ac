"""From frequencies to the law behind them: as declared, the simplest, or as most pairs do."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from ropespec.checks.budget import ROTATION_UNIT
from ropespec.checks.roundings import relative_error
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.scaling import Linear

from .candidate import COMMON_BASES
from .evidence import Evidence
from .explanations import explanations, misplaced, repeated
from .fit import Fit, signed
from .ladder import Ladder, Turns
from .numbers import simplest
from .structure import Found

FARTHEST = 1000
"""The largest offset of positions that is looked for."""

DEVIATIONS = 3.0
"""Standard deviations that a typed number may be away from the fitted one."""

STRAY = 0.02
"""Relative distance from the series at which a frequency does not belong to it."""


def find_fits(
    turns: Turns, found: Found, ladder: Ladder, declared: RotaryConfig | None
) -> tuple[list[Fit], tuple[str, ...]]:
    """Find laws for measured frequencies.

    Returns
    -------
    list of Fit
        The likeliest first: the declared law where it explains what was measured, else the
        simplest that does, else a geometric series that most pairs follow. Empty when the
        frequencies are nothing of that kind.
    notes
        What can be said of frequencies that no law explains.
    """
    moving = turns.theta != 0
    if not moving.any():
        return [], ("no pair turns",)
    slow = np.abs(turns.theta) <= np.median(np.abs(turns.theta[moving]))
    sign: Literal[1, -1] = 1 if np.sign(turns.theta[slow & moving]).sum() >= 0 else -1
    meant = _declared(turns, found, declared, sign)
    if meant is not None:
        return [meant], ()
    evidence = evidence_of(turns, found, ladder, declared, sign)
    if evidence is not None:
        length = int(ladder.positions[-1]) + 1
        fits = explanations(evidence, sign, length if turns.followed else None)
        if fits:
            return fits, ()
    said = None
    if evidence is not None and turns.followed:
        said = misplaced(evidence, sign) or repeated(evidence)
    for members in (moving, moving & slow):
        fits = _fits(turns, found, members, sign, declared)
        likely = bool(fits) and (said is None or fits[0].backwards)
        if likely and _follows(fits[0], turns, found, moving):
            return fits, ()
    return [], () if said is None else (said,)


def evidence_of(
    turns: Turns, found: Found, ladder: Ladder, declared: RotaryConfig | None, sign: int
) -> Evidence | None:
    """Return what the measured angles say of one series; None where some turn backwards."""
    moving = turns.theta != 0
    omega = sign * turns.theta[moving]
    if found.shape.axes or not moving.any() or (omega <= 0).any():
        return None
    near = ladder.amplitude
    return Evidence(
        omega=omega,
        error=2 * turns.error[moving],
        members=moving,
        shape=found.shape.replace(scaling=None, attention_factor=None),
        amplitude=near,
        amplitude_error=4 * near * ladder.noise + 2.0**-22,
        declared=declared,
    )


def _declared(
    turns: Turns, found: Found, declared: RotaryConfig | None, sign: Literal[1, -1]
) -> Fit | None:
    """Return the declared law if it explains all that was measured."""
    if declared is None:
        return None
    try:
        config = found.shape.replace(
            base=declared.base, scaling=declared.scaling, sign=sign, attention_factor=None
        )
    except ConfigError:  # the declared law does not fit the pairs that turn
        return None
    meant = signed(config)
    allowed = (2 * turns.error + relative_error(config, ROTATION_UNIT)) * np.abs(meant)
    away = np.abs(np.angle(np.exp(1j * (turns.theta - meant))))
    if not (away <= allowed).all():
        return None
    misfit = float((away / np.where(allowed > 0, allowed, 1.0)).max())
    return Fit(declared.base, declared.scaling, sign, misfit=misfit)


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
    found: Found,
    members: BoolArray,
    sign: Literal[1, -1],
    declared: RotaryConfig | None,
) -> list[Fit]:
    """Fit by weighted least squares in logarithms; guess the numbers behind, then the fit."""
    exponent = 2 * found.channels.index / found.channels.width
    x, y = exponent[members], np.log(np.abs(turns.theta[members]))
    if len(set(x.tolist())) < 2:
        return []
    base = None if declared is None else declared.base
    words = {} if declared is None else declared.scaling_dict() or {}
    slope, intercept, deviation = _line(x, y, turns.error[members])
    backwards = slope > 0
    if backwards:
        intercept, slope = intercept + slope * float(exponent.max()), -slope
    if not (-300 < slope < -1e-6 and abs(intercept) < 300):
        return []
    fit_base, fit_factor = math.exp(-slope), math.exp(-intercept)
    wide_base, wide_factor = (
        DEVIATIONS * value * width
        for value, width in zip((fit_base, fit_factor), deviation, strict=True)
    )
    typed_base = simplest(fit_base, wide_base, base, *COMMON_BASES)
    typed_factor = simplest(fit_factor, wide_factor, 1.0, words.get("factor"))
    notes = ("the slowest pair comes first",) if backwards else ()
    return [
        Fit(each, None if factor == 1 else Linear(factor), sign, backwards, notes=notes)
        for each, factor in (
            (typed_base, typed_factor), (fit_base, typed_factor), (fit_base, fit_factor)
        )
        if each > 1
    ]  # fmt: skip


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


def _follows(fit: Fit, turns: Turns, found: Found, moving: BoolArray) -> bool:
    """Whether nearly all moving pairs turn as the series says, modulo whole turns."""
    frequency = fit.predicted(found)
    away = np.abs(np.angle(np.exp(1j * (turns.theta - frequency))))
    return bool((away <= STRAY * np.abs(frequency))[moving].mean() > 0.8)
