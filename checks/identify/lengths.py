"""Laws that depend on the length of the sequence: seen by calls of different lengths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.checks.in_force import DEPENDS
from ropespec.reference import RotaryConfig
from ropespec.reference.scaling import Dynamic, LongRope, Scaling
from ropespec.reference.scaling.dynamic import CONVENTIONS

from .candidate import COMMON_FACTORS, price, shortest_between
from .evidence import Evidence
from .fit import Fit
from .ladder import Ladder, measure_at, unwrap
from .listed import UNSEEN, divisors, law_of
from .numbers import simplest
from .reader import Reader
from .series import evidence_of, find_fits
from .structure import Found

SHORT = 256
"""A sequence shorter than any trained length."""

NEAR = (0, 1, 2, 4, 8, 16, 32, 64, 128, 255)
"""Positions that every length has."""

BEYOND = (1, 2, 4, 8)
"""Lengths that are tried, in units of the first power of two with other frequencies."""


@dataclass(frozen=True, eq=False)
class Varying:
    """What calls of different lengths showed.

    Attributes
    ----------
    fit
        The law, or the law up to the last length with the first frequencies.
    known
        Whether the law explains the other lengths too.
    """

    fit: Fit
    known: bool


class Lengths:
    """Calls of chosen lengths.

    Before each the target is called with position 0 alone: an implementation that keeps the
    largest length it has seen forgets it then.
    """

    def __init__(self, reader: Reader, found: Found, limit: int) -> None:
        self._reader, self._found = reader, found
        self.limit = limit

    def ladder(self, length: int) -> Ladder | None:
        """Turn by powers of two in a call whose largest position is the length less one."""
        length = min(length, self.limit + 1)
        measure_at(self._reader, self._found, [0])
        powers = [2**n for n in range(17) if 2**n < length - 1]
        positions = sorted({*(p for p in NEAR if p < length), *powers, length - 1})
        return measure_at(self._reader, self._found, positions)

    def same(self, one: Ladder, other: Ladder) -> bool:
        """Whether two calls agree at the positions that every length has."""
        both = [ladder.first[np.isin(ladder.positions, NEAR)] for ladder in (one, other)]
        noise = 8 * one.noise * max(1.0, one.amplitude)
        return both[0].shape == both[1].shape and bool(
            (np.abs(both[0] - both[1]) <= noise).all()
        )


def vary(lengths: Lengths, ladder: Ladder) -> tuple[Ladder, bool] | None:
    """Return a short call, and whether a long one has the same frequencies.

    None where the short call fails.
    """
    short = lengths.ladder(SHORT)
    if short is None:
        return None
    long = lengths.ladder(int(ladder.positions[-1]) + 1)
    return short, long is None or lengths.same(short, long)


def varying(
    lengths: Lengths, short: Ladder, found: Found, declared: RotaryConfig | None
) -> Varying | None:
    """Find the law of a target whose frequencies depend on the length."""
    last = _last_alike(lengths, short)
    below = lengths.ladder(max(SHORT, last // 2))  # just above, a law may not show yet
    if below is None:
        return None
    plain = (
        None if declared is None else declared.replace(scaling=declared.scaling.at_length(1))
    )
    fits, _ = find_fits(unwrap(below), found, below, plain)
    whole = lengths.ladder(last)
    if fits and isinstance(fits[0].law, LongRope) and whole is not None:
        fits, _ = find_fits(unwrap(whole), found, whole, plain)  # which is more precise
    if not fits or fits[0].base is None:
        return None
    start = fits[0]
    above = list(_beyond(lengths, last, found, declared, start))
    if not above:
        return None
    law = _law(start, last, above, declared)
    if law is None:
        untold = f"the frequencies change above length {last}, as in no known law"
        return Varying(_changed(start, start.law, untold), False)
    return Varying(_changed(start, law), True)


def _changed(fit: Fit, law: Any, *untold: str) -> Fit:
    """Say that the law depends on the length: where it changes has been seen."""
    kept = tuple(words for words in fit.untold if not words.endswith(UNSEEN))
    return Fit(
        fit.base, law, fit.sign, fit.backwards, fit.misfit, (*kept, *untold),
        (*fit.notes, DEPENDS),
    )  # fmt: skip


def _last_alike(lengths: Lengths, short: Ladder) -> int:
    """Return the largest length up to which the frequencies are those of a short call."""
    low, high = SHORT, lengths.limit + 1
    while 2 * low < high and _alike(lengths, short, 2 * low):
        low *= 2
    high = min(high, 2 * low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _alike(lengths, short, middle) else (low, middle)
    return low


def _alike(lengths: Lengths, short: Ladder, length: int) -> bool:
    tried = lengths.ladder(length)
    return tried is not None and lengths.same(short, tried)


def _beyond(
    lengths: Lengths, last: int, found: Found, declared: RotaryConfig | None, start: Fit
) -> Iterator[tuple[int, Evidence]]:
    """Yield what longer calls show."""
    tried = {min(last * times + times, lengths.limit + 1) for times in BEYOND}
    for length in sorted(tried):
        ladder = lengths.ladder(length)
        if ladder is None or length <= last:
            continue
        evidence = evidence_of(unwrap(ladder), found, ladder, declared, start.sign)
        if evidence is not None and evidence.members.all():
            yield length, evidence


def _law(
    start: Fit, last: int, above: list[tuple[int, Evidence]], declared: RotaryConfig | None
) -> Scaling | None:
    """Return the law of the lengths that explains all of them."""
    options = [] if declared is None else [declared.scaling]
    options += _dynamic(start, last, above)
    for law in options:
        if law.depends_on_length and _explains(law, start, above):
            return law
    (_, first), (_, farthest) = above[0], above[-1]
    same = (np.abs(first.omega / farthest.omega - 1) <= first.error + farthest.error).all()
    if not same or start.base is None:
        return None
    long = divisors(farthest, start.base)
    if long is None:
        return None
    return law_of(_short(start, farthest), long, last, farthest.amplitude)


def _short(start: Fit, evidence: Evidence) -> tuple[float, ...]:
    """Return the divisors of the law up to the trained length."""
    if isinstance(start.law, LongRope):
        return start.law.short_factor
    base = start.base or 10000.0
    ratio = evidence.plain(base) / evidence.predicted(base, start.law)
    return tuple(float(f"{value:.9g}") for value in ratio)


def _explains(law: Scaling, start: Fit, above: list[tuple[int, Evidence]]) -> bool:
    """Whether a law explains the frequencies of every length."""
    base = start.base or 10000.0
    return all(evidence.misfit(base, law.at_length(length)) <= 1 for length, evidence in above)


def _dynamic(start: Fit, last: int, above: list[tuple[int, Evidence]]) -> list[Scaling]:
    """Return dynamic laws with the numbers that two lengths give."""
    lengths = {last, shortest_between(last - last // 64, last)}
    found: list[Scaling] = []
    factors: list[float] = []
    slope = _growth(start, above)
    if slope is not None:
        factor, original, width = slope
        near = shortest_between(original * (1 - width), original * (1 + width))
        lengths.add(near)
        factors = [simplest(factor, 4 * factor * width, *COMMON_FACTORS), factor]
    likely = sorted(lengths, key=price)
    found += [Dynamic(each, length) for each in factors for length in likely]
    conventions = [name for name in CONVENTIONS if name != "hugging-face"]
    found += [Dynamic(1.0, length, name) for name in conventions for length in likely]
    return found


def _growth(start: Fit, above: list[tuple[int, Evidence]]) -> tuple[float, float, float] | None:
    """Return s, L and their error from alpha(T) = s T / L - (s - 1) at two lengths."""
    if len(above) < 2 or start.base is None:
        return None
    points = []
    for length, evidence in (above[0], above[-1]):
        spread, index = evidence.spread, evidence.index
        if spread <= 2 or len(index) < 2:
            return None
        ratio = evidence.plain(start.base)[1:] / evidence.omega[1:]
        each = np.log(ratio) * (spread - 2) / (2 * index[1:])
        error = 2 * evidence.error[1:] * (spread - 2) / (2 * index[1:])
        weights = 1 / error**2
        points.append((length, float(np.exp((each * weights).sum() / weights.sum()))))
    (one, low), (other, high) = points
    slope = (high - low) / (other - one)
    factor = 1 - (low - slope * one)
    width = 4 * float(above[0][1].error.min()) * abs(high) / max(abs(factor), 1e-9) + 1e-6
    if not (slope > 0 and factor > 0):
        return None
    return factor, factor / slope, min(width, 0.25)
