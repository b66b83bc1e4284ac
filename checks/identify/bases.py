"""Which bases the frequencies may have been made from."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ropespec.checks.budget import ROTATION_UNIT
from ropespec.checks.roundings import relative_error
from ropespec.reference.arrays import FloatArray
from ropespec.reference.validate import LARGEST

from .candidate import COMMON_BASES
from .evidence import Evidence
from .numbers import simplest

STEEPEST = math.log(LARGEST)
"""ln of the largest base that a configuration takes."""


def bases(evidence: Evidence) -> list[float]:
    """Return bases to try, the likeliest first.

    Where no law touches the fast pairs they are powers of the base; where a law divides all
    slow pairs alike, their ratios are. Those fits come first, with the short numbers near
    them, then the declared base and those of published models.
    """
    declared = None if evidence.declared is None else evidence.declared.base
    found = list(_fitted(evidence, declared))
    found += [base for base in (declared, *COMMON_BASES) if base is not None]
    usable = [base for base in found if 1 + 1e-9 < base <= LARGEST]
    return list(dict.fromkeys(usable))


def _fitted(evidence: Evidence, declared: float | None) -> Iterator[float]:
    """Yield the bases of stretches of the frequencies, guessed and as fitted."""
    y, x = -np.log(evidence.omega), evidence.exponent
    error = evidence.error + _float32(evidence, y, x)
    middles = [*_heads(x, y, error), *_tails(x, y, error)]
    for middle, width in middles:
        if not abs(middle) < STEEPEST:
            continue
        base = math.exp(middle)
        guess = simplest(base, base * width, declared, *COMMON_BASES)
        yield guess
        yield base


def _float32(evidence: Evidence, y: FloatArray, x: FloatArray) -> FloatArray:
    """Bound the relative errors of plain float32 frequencies of about these sizes."""
    turning = x > 0
    slope = float(np.median(y[turning] / x[turning])) if turning.any() else 1.0
    base = math.exp(min(max(slope, 0.01), STEEPEST - 1))
    config = evidence.shape.replace(base=base, scaling=None)
    return relative_error(config, ROTATION_UNIT)[evidence.members]


def _heads(x: FloatArray, y: FloatArray, error: FloatArray) -> Iterator[tuple[float, float]]:
    """Yield ln(base) and its error from the longest stretch of fast pairs that are its powers.

    And from a shorter one, where the end of the longest may already be scaled.
    """
    if x[0] == 0 and abs(y[0]) > error[0]:
        return
    low, high = (np.full(len(x), side * np.inf) for side in (-1, 1))
    np.divide(y - error, x, out=low, where=x > 0)
    np.divide(y + error, x, out=high, where=x > 0)
    low, high = np.maximum.accumulate(low), np.minimum.accumulate(high)
    fits = int((low <= high).sum())
    for count in dict.fromkeys((fits, fits - 1, (fits + 1) // 2)):
        if count >= 1 and np.isfinite(low[count - 1]):
            middle = (low[count - 1] + high[count - 1]) / 2
            yield float(middle), float((high[count - 1] - low[count - 1]) / 2)


def _tails(x: FloatArray, y: FloatArray, error: FloatArray) -> Iterator[tuple[float, float]]:
    """Yield ln(base) and its error from the longest stretch of slow pairs on one line."""
    for start in range(len(x) - 1):
        line, deviation = _slope(x[start:], y[start:], error[start:])
        if line is not None:
            yield line, deviation
            return


def _slope(x: FloatArray, y: FloatArray, error: FloatArray) -> tuple[float | None, float]:
    """Return the slope of a line and its error; None if the points are on none."""
    design = np.stack((x, np.ones_like(x)), axis=-1) / error[:, np.newaxis]
    fit = np.linalg.lstsq(design, y / error, rcond=None)[0]
    rest = np.abs(y / error - design @ fit)
    if rest.max() > 1:
        return None, 0.0
    covariance = np.linalg.pinv(design.T @ design)
    return float(fit[0]), float(np.sqrt(covariance[0, 0]))
