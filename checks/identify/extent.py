"""How far a convention holds: phase precision, and the last position that follows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ropespec.reference.arrays import BoolArray, FloatArray

from .ladder import Complex, Ladder

FINE = 64
"""Positions tried at once between the last good and the first bad one."""


def phase_bits(ladder: Ladder, expected: Complex, phases: FloatArray, reach: int) -> int | None:
    """Return how many significant bits of the phase are right at the worst place.

    Parameters
    ----------
    ladder
        The measured turns.
    expected
        The right ones, `(positions, pairs)`.
    phases
        Sizes of the phases in radians, not reduced, `(positions, pairs)`.
    reach
        The largest position to look at.
    """
    rows = (ladder.positions <= reach)[:, np.newaxis]
    large = rows & (phases >= 16) & (np.abs(ladder.first) > 0)
    if not large.any():
        return None
    noise = 4 * ladder.noise
    with np.errstate(invalid="ignore"):
        wrong = np.abs(np.angle(ladder.first * np.conj(expected)))
    beyond = np.maximum(np.nan_to_num(wrong, nan=np.pi) - noise, 0)[large]
    worst = max(float((beyond / phases[large]).max()), noise / float(phases[large].max()))
    return min(53, int(np.floor(-np.log2(worst))))


def last_good(good: BoolArray, positions: Sequence[int]) -> tuple[int | None, int | None]:
    """Return the last position before the first bad one, and that one.

    Parameters
    ----------
    good
        Whether all pairs are right, for each of the ascending positions.
    """
    bad = np.flatnonzero(~good)
    if bad.size == 0:
        return int(positions[-1]), None
    first = int(bad[0])
    return (None if first == 0 else int(positions[first - 1])), int(positions[first])


def refine(low: int, high: int, holds: Callable[[list[int]], BoolArray | None]) -> int:
    """Narrow down the last good position between a good and a bad one.

    `holds` tells for ascending positions which are good, or None when the call fails; then
    only the middle one is asked for.
    """
    count = FINE
    while high - low > 1:
        between = np.unique(np.linspace(low, high, count + 2).astype(np.int64)[1:-1])
        tried = [int(position) for position in between if low < position < high]
        good = holds(tried)
        if good is None and len(tried) == 1:
            high = tried[0]
        elif good is None:
            count = 1
        else:
            last, first = last_good(good, tried)
            low, high = (low if last is None else last), (high if first is None else first)
    return low
