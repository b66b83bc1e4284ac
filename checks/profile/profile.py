"""The phase error of a target against position and pair, on a ladder of positions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from ropespec.checks.budget import EXACT_ULPS
from ropespec.checks.in_force import in_force
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.oracle import phases

from .turned import Bounds, Complex, Errors, bounds, coordinates, exact_ulps, reachable

Grade = Literal["exact", "standard", "nonconformant"]

MOST_BITS = 53
"""Bits beyond which float64 shows no more."""


@dataclass(frozen=True)
class Line:
    """One position of a profile.

    Attributes
    ----------
    position
        The position.
    pair
        The pair whose phase is worst there.
    phase_error
        Its error in radians.
    bound
        What is allowed there (grade standard).
    amplitude_error
        The largest error of a pair's length.
    good_bits
        Bits of a turn that are right in every pair: -log2(error / 2 pi).
    within
        Whether all pairs are within their bounds.
    """

    position: int
    pair: int
    phase_error: float
    bound: float
    amplitude_error: float
    good_bits: float
    within: bool


@dataclass(frozen=True, eq=False)
class FormatProfile:
    """The profile of one format.

    Attributes
    ----------
    positions
        Ascending, `(positions,)`.
    phase, bound
        Errors and bounds of the phases in radians, `(positions, pairs)`.
    lines
        What is worst at each position.
    grade
        The grade of all of them; nonconformant too where the target took no farther one.
    phase_bits
        Significant bits of the phase that are right at the worst place, as far as the format
        shows; None where no phase is large enough to tell.
    first_bad
        The first position beyond its bounds, None if there is none.
    stopped
        The first position of the ladder that the target did not take, None if it took all.
    why
        What it said there.
    """

    positions: tuple[int, ...]
    phase: FloatArray
    bound: FloatArray
    lines: tuple[Line, ...]
    grade: Grade
    phase_bits: int | None
    first_bad: int | None
    stopped: int | None = None
    why: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        return {
            "grade": self.grade,
            "phase_bits": self.phase_bits,
            "first_bad": self.first_bad,
            "stopped": self.stopped,
            "why": self.why or None,
            "lines": [vars(line) for line in self.lines],
            "phase_error": self.phase.tolist(),
        }


@dataclass(frozen=True)
class Profile:
    """The profiles of all formats, by their names; formats that gave no values are absent.

    Attributes
    ----------
    formats
        The profiles.
    faults
        Why the others gave none.
    """

    formats: Mapping[str, FormatProfile]
    faults: Mapping[str, str]

    @property
    def holds(self) -> bool:
        """Whether every phase of every format is within its bound, and there is one."""
        good = all(each.grade != "nonconformant" for each in self.formats.values())
        return good and bool(self.formats) and not self.faults

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        return {
            "formats": {name: each.as_dict() for name, each in self.formats.items()},
            "faults": dict(self.faults),
        }


def profile(target: Target, config: RotaryConfig, positions: tuple[int, ...]) -> Profile:
    """Measure the phases of every pair, in every format that is claimed.

    Parameters
    ----------
    target
        What is measured; it gets one call for each format, more where it does not take all
        positions.
    config
        What it is held to.
    positions
        Ascending; those up to the first that it does not take are measured.
    """
    row = np.asarray(positions, dtype=np.int64)
    formats, faults = {}, {}
    for dtype in target.dtypes:
        turned, taken, why = reachable(target, config, dtype, row)
        if turned is None:
            faults[dtype] = why
            continue
        here = in_force(config, target.claims, row[:taken])
        limits = bounds(row[:taken], here, dtype)
        errors = turned.errors(_expected(row[:taken], here), here.amplitude)
        stopped = int(row[taken]) if taken < len(row) else None
        formats[dtype] = _judged(row[:taken], errors, limits, here, stopped, why)
    return Profile(formats, faults)


def _expected(row: IntArray, config: RotaryConfig) -> Complex:
    """Return where exact phases turn 1 to, `(positions, pairs)`."""
    cos, sin = phases(coordinates(row, config), config)
    return np.asarray(cos + 1j * sin, dtype=np.complex128)


def _judged(
    row: IntArray,
    errors: Errors,
    limits: Bounds,
    config: RotaryConfig,
    stopped: int | None,
    why: str,
) -> FormatProfile:
    """Grade the errors of one format."""
    broken = limits.broken(errors)
    bad = np.flatnonzero(broken.any(axis=1))
    exact = bool((exact_ulps(errors, limits) <= EXACT_ULPS).all())
    good: Grade = "exact" if exact else "standard"
    return FormatProfile(
        positions=tuple(row.tolist()),
        phase=errors.phase,
        bound=limits.phase,
        lines=tuple(_lines(row, errors, limits)),
        grade="nonconformant" if bad.size or stopped is not None else good,
        phase_bits=_phase_bits(row, errors, limits, config),
        first_bad=int(row[bad[0]]) if bad.size else None,
        stopped=stopped,
        why=why,
    )


def _lines(row: IntArray, errors: Errors, limits: Bounds) -> list[Line]:
    """Say what is worst at each position: the pair that needs most of its bound."""
    worst = (errors.phase / limits.phase).argmax(axis=1)
    broken = limits.broken(errors)
    return [
        Line(
            position=int(position),
            pair=int(pair),
            phase_error=float(errors.phase[place, pair]),
            bound=float(limits.phase[place, pair]),
            amplitude_error=float(errors.amplitude[place].max()),
            good_bits=_bits(float(errors.phase[place].max())),
            within=bool(not broken[place].any()),
        )
        for place, (position, pair) in enumerate(zip(row, worst, strict=True))
    ]


def _bits(error: float) -> float:
    """Return how many bits of a turn are right."""
    if error == 0:
        return float(MOST_BITS)
    return round(min(float(MOST_BITS), -math.log2(error / (2 * math.pi))), 2)


def _phase_bits(
    row: IntArray, errors: Errors, limits: Bounds, config: RotaryConfig
) -> int | None:
    """Return the significant bits of the phase that are right at the worst place.

    What rounding of the output turns a pair by is taken off first.
    """
    size = np.abs(row[:, np.newaxis] * config.inv_freq())
    large = size >= 16
    if config.axes or not large.any():
        return None
    rounding = limits.phase[0]  # at position 0 the angle itself has no error
    beyond = np.maximum(errors.phase - rounding, 0)[large] / size[large]
    floor = float((rounding / size.max(axis=0))[size.max(axis=0) >= 16].min())
    return min(MOST_BITS, int(np.floor(-np.log2(max(float(beyond.max()), floor)))))
