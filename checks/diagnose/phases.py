"""Where phases go wrong by little: in the frequency, the product, or sine and cosine.

Each pair's output gives its angle and its length. What the errors of both depend on tells the
stages apart: a rounded product errs by a share of itself, a rounded frequency by the same
amount for every step of the position, a poor sine by as much at small phases as at large ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray

from .diagnosis import Diagnosis
from .exhibit import Exhibit
from .moved import wrapped

SMALL = 0.7
"""Radians below which an error of an angle is surely no whole turn more."""

POOR = 0.6
"""Error of an angle or a length above which it is no matter of precision."""

FEWEST = 12
"""Measurements that it takes to speak of a trend."""

FEWEST_BITS = 3
"""Bits of the poorest format that a phase may have been rounded to."""

ALIKE = 0.01
"""Radians between two angles that are taken for one."""

OF_THE_ANGLE = 0.7
"""Confidence in wrong sines and cosines: many mistakes with a name are such functions too."""

TURN = 2 * np.pi


@dataclass(frozen=True, eq=False)
class Errors:
    """Wrong pairs of all exhibits.

    Attributes
    ----------
    phase
        What each should have turned by, not reduced.
    angle
        Radians that it turned too far.
    length
        By what share it is too long.
    """

    phase: FloatArray
    angle: FloatArray
    length: FloatArray

    @property
    def whole(self) -> FloatArray:
        """Whole turns in each phase."""
        return np.asarray(np.rint(self.phase / TURN), dtype=np.float64)


def phases(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield the stage that the errors of angles and lengths speak for."""
    seen = _errors(shown, config)
    if seen is None or len(seen.phase) < FEWEST:
        return
    found = list(_stages(seen))
    yield from found or _of_the_angle(seen)


def _stages(seen: Errors) -> Iterator[Diagnosis]:
    """Yield the stage that the sizes of the errors speak for."""
    size = np.abs(seen.phase)
    angle, length = np.abs(seen.angle), np.abs(seen.length)
    turning = size > np.pi
    if np.median(angle) > SMALL and _typical(angle[size < 64.0]) > SMALL:
        return  # these are no rounding errors
    turn = _short_turn(seen)
    if turn is not None:
        evidence = f"each whole turn adds {turn:.3g} radians, as if 2 pi were "
        yield Diagnosis("inaccurate-trigonometry", 0.93, f"{evidence}{TURN - turn:.8g}")
        return
    slope = _slope(size, np.maximum(angle, length))
    near = angle[size < np.pi]
    largest = float(np.max(np.maximum(angle, length)[size < 64.0], initial=0.0))
    if turning.all() and size.min() > 100 and slope is None:
        evidence = f"sine and cosine are wrong from phases of {size.min():.4g} radians on"
        yield Diagnosis("inaccurate-trigonometry", 0.6, evidence)
    elif slope is not None and slope < 0.35 and _high(angle, length) < POOR:
        evidence = f"angles or lengths are off by up to {largest:.2g} at phases of any size"
        yield Diagnosis("inaccurate-trigonometry", 0.85, evidence)
    elif slope is not None and slope > 0.55 and _high(angle[size < 1], length) < POOR:
        share = _typical(angle[angle < SMALL] / size[angle < SMALL])
        bits = int(np.floor(-np.log2(share))) if 0 < share < np.inf else 0
        if bits < FEWEST_BITS:
            return  # no format is that poor
        evidence = f"angles are off by a share of the phase, about 2**-{bits}, that is random"
        yield Diagnosis("low-precision-phase", 0.85, evidence)
    elif near.size and length.max() > 4 * angle.max() and _high(angle, length) < POOR:
        evidence = f"lengths are off by up to {length.max():.2g}, angles by less"
        yield Diagnosis("inaccurate-trigonometry", 0.6, evidence)


def _of_the_angle(seen: Errors) -> Iterator[Diagnosis]:
    """Yield sines and cosines that are wrong, and alike wherever the angle is the same.

    Whatever stands for them: a series that is too short, a coarse table, another function.
    """
    angle = seen.phase - TURN * seen.whole
    order = np.argsort(angle)
    turned = ((1 + seen.length) * np.exp(1j * (angle + seen.angle)))[order]
    near = np.diff(angle[order]) < ALIKE
    if near.sum() < FEWEST:
        return
    apart = np.abs(np.diff(turned))[near]
    off = np.abs(turned - np.exp(1j * angle[order]))
    if np.quantile(apart, 0.9) < ALIKE + 0.05 * np.median(off):
        evidence = f"sine and cosine are off by {np.median(off):.2g}, and by the same for all "
        yield Diagnosis("inaccurate-trigonometry", OF_THE_ANGLE, f"{evidence}equal angles")


def _typical(errors: FloatArray) -> float:
    """Return the median, infinite where there is nothing to take it of."""
    return float(np.median(errors)) if errors.size else float("inf")


def _high(*errors: FloatArray) -> float:
    """Return what nearly all errors are below."""
    return max(float(np.quantile(each, 0.95)) if each.size else 0.0 for each in errors)


def _errors(shown: Sequence[Exhibit], config: RotaryConfig) -> Errors | None:
    """Measure the pairs that are wrong; None where too many are wrong by too much."""
    channels, frequencies = layout_channels(config), config.inv_freq()
    parts: list[tuple[FloatArray, ...]] = []
    for exhibit in shown:
        x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
        before, after = x[..., 0] + 1j * x[..., 1], y[..., 0] + 1j * y[..., 1]
        given = exhibit.positions.astype(np.float64)
        given = given[..., channels.axis] if config.axes else given[..., np.newaxis]
        phase = np.broadcast_to(
            (config.sign * given * frequencies)[:, np.newaxis], before.shape
        )
        with np.errstate(all="ignore"):
            away = wrapped(np.angle(after * np.conj(before)) - wrapped(phase))
            longer = np.abs(after) / (config.amplitude * np.abs(before)) - 1
        wrong = exhibit.wrong[..., channels.write].any(axis=-1) & np.isfinite(away)
        parts.append((phase[wrong], away[wrong], longer[wrong]))
    if not parts:
        return None
    phase, angle, length = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Errors(phase, angle, length)


def _short_turn(seen: Errors) -> float | None:
    """Return what each whole turn adds to the angle, None if that is not what happens."""
    some = (np.abs(seen.whole) >= 2) & (np.abs(seen.angle) < SMALL)
    if some.sum() < FEWEST // 2:
        return None
    each = seen.angle[some] / seen.whole[some]
    turn = float(np.median(each))
    some &= np.abs(seen.whole * turn) < SMALL
    each = seen.angle[some] / seen.whole[some]
    if turn == 0 or abs(turn) > 0.2 or some.sum() < FEWEST // 2:
        return None
    return turn if (np.abs(each / turn - 1) < 0.6).mean() > 0.85 else None


def _slope(size: FloatArray, error: FloatArray) -> float | None:
    """Fit the exponent e in error ~ size**e to the largest errors of each octave of phases."""
    low = (error < SMALL) & (size > 1e-3)
    octave = np.floor(np.log2(size[low])) if low.any() else np.empty(0)
    points = []
    for each in np.unique(octave):
        inside = error[low][octave == each]
        if len(inside) >= 3 and np.median(inside) > 0:
            points.append((each, float(np.log2(np.median(inside)))))
    if len(points) < 3 or points[-1][0] - points[0][0] < 3:
        return None
    x, y = np.array(points).T
    return float(np.polyfit(x, y, 1)[0])
