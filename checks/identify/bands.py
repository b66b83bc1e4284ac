"""Llama 3's law, and NTK by parts: a ramp over the turns within the trained length.

The two are one function of four numbers, s, low, high and L, of which L / low and L / high
alone show.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import Llama3, NtkByParts
from ropespec.reference.scaling.law import ORIGINAL

from .candidate import (
    COMMON_FACTORS,
    LENGTHS,
    LIKELIHOOD,
    Candidate,
    amplitude_price,
    base_price,
    price,
    shortest_between,
)
from .evidence import Evidence, Model
from .geometric import words_of
from .numbers import simplest
from .ramped import Ramp, factors

USUAL = ((1.0, 4.0), (1.0, 32.0), (1.0, 1.0), (1.0, 2.0), (1.0, 8.0))
"""Turns at the two ends of the ramp: Llama 3, by parts, Llama 4 Scout, and others."""

UNTOLD = (
    "of low_freq_factor, high_freq_factor and original_max_position_embeddings only the "
    "quotients show: low_freq_factor is taken as {low:g}"
)


def bands(evidence: Evidence, ramp: Ramp, usual: bool) -> Iterator[Candidate]:
    """Yield laws with a ramp over the turns: with usual numbers, or as fitted."""
    tried = _usual if usual else _fitted
    for factor in factors(evidence, ramp):
        yield from tried(evidence, ramp, factor)


def _ratio(theta: FloatArray, factor: float, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return omega / theta where the ramp runs between the frequencies low and high."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((theta - low) / (high - low), 0, 1)
    share = np.where(low == high, theta >= low, share)
    return np.asarray((1 - share) / factor + share, dtype=np.float64)


def _usual(evidence: Evidence, ramp: Ramp, factor: float) -> Iterator[Candidate]:
    """Yield usual numbers that come near: all tried at once."""
    words = words_of(evidence)
    turns = list(USUAL)
    if {"low_freq_factor", "high_freq_factor"} <= set(words):
        turns.insert(0, (words["low_freq_factor"], words["high_freq_factor"]))
    lengths = [int(words.get(ORIGINAL, LENGTHS[0])), *LENGTHS]
    grid = [
        (low, high, length)
        for low, high in turns
        for length in dict.fromkeys((*lengths, *_length(evidence, ramp, factor, low, high)))
    ]
    low, high = (
        np.array([[2 * np.pi * row[side] / row[2]] for row in grid]) for side in (0, 1)
    )
    theta = evidence.plain(ramp.base)
    away = np.abs(ramp.ratio / _ratio(theta, factor, low, high) - 1)
    close = (away <= 3 * ramp.allowed).all(axis=1)
    for row in np.flatnonzero(close):
        yield _named(evidence, ramp.base, factor, *grid[row])


def _length(
    evidence: Evidence, ramp: Ramp, factor: float, low: float, high: float
) -> list[int]:
    """Return the trained length that puts the ramp between these turns where it is."""
    theta, blended = evidence.plain(ramp.base), ramp.blended
    if blended.stop > blended.start:
        place = blended.start
        share = (float(ramp.ratio[place]) - 1 / factor) / (1 - 1 / factor)
        length = 2 * math.pi * (low + (high - low) * share) / float(theta[place])
        error = float(ramp.allowed[place]) * (1 + 1 / max(share, 1e-3))
        least, most = length * (1 - error), length * (1 + error)
    elif 0 < blended.start < len(theta):
        least = 2 * math.pi * high / float(theta[blended.start - 1])
        most = 2 * math.pi * low / float(theta[blended.start])
    else:
        return []
    if not 1 <= least <= most <= 1e9:
        return []
    return [shortest_between(least, most)]


def _named(
    evidence: Evidence, base: float, factor: float, low: float, high: float, length: int
) -> Candidate:
    """Return the law by the name that goes with its numbers."""
    declared = evidence.declared
    meant = None if declared is None else declared.scaling.rope_type
    cost = base_price(evidence, base) + LIKELIHOOD
    cost += price(factor, COMMON_FACTORS) + price(length) + price(low, (1.0,))
    untold = (UNTOLD.format(low=low),)
    plain = Llama3(factor, low, high, length)
    cost += amplitude_price(evidence, plain)
    parts = meant == "ntk-by-parts" or (meant != "llama3" and high == 32 * low)
    if parts and high > low:
        by_parts = NtkByParts(factor, length, beta_fast=high, beta_slow=low)
        return Candidate(base, by_parts, cost + price(high, (32.0,)), untold)
    return Candidate(base, plain, cost + price(high, (1.0, 4.0)), untold)


def _fitted(evidence: Evidence, ramp: Ramp, factor: float) -> Iterator[Candidate]:
    """Yield the ramp as fitted to the blended pairs."""
    theta = evidence.plain(ramp.base)
    ends = _ends(ramp, theta, factor)
    if ends is None:
        return
    start = np.array([math.log(ramp.base), math.log(factor), *np.log(ends)])
    exponent = evidence.exponent

    def model(numbers: FloatArray) -> FloatArray:
        theta = np.exp(-exponent * numbers[0])
        low, high = np.exp(numbers[2:])
        share = np.clip((theta - low) / max(high - low, 1e-300), 0, 1)
        return np.asarray(theta * ((1 - share) * np.exp(-numbers[1]) + share))

    fit = evidence.refined(model, start, ramp.allowed)
    for base, divisor, numbers in (
        (ramp.base, factor, _kept(evidence, model, start, ramp)),
        (float(np.exp(fit[0])), float(np.exp(fit[1])), fit[2:]),
    ):
        low, high = (float(value) / (2 * math.pi) for value in np.exp(numbers))
        if 1e-9 < low <= high < 1e9 and 1 < base < 1e300 and 0 < divisor < 1e9:
            for length in _lengths(evidence, low):
                for ends in _turns(low * length, high * length):
                    yield _named(evidence, base, divisor, *ends, length)


def _turns(low: float, high: float) -> list[tuple[float, float]]:
    """Return the turns at the two ends: as short numbers, and as fitted."""
    found = []
    for width in (1e-1, 1e-3, 1e-5):
        short = simplest(low, width * low, 1.0), simplest(high, width * high, 4.0, 32.0)
        if short[0] <= short[1]:
            found.append(short)
    return list(dict.fromkeys([*found, (low, high)]))


def _kept(evidence: Evidence, model: Model, start: FloatArray, ramp: Ramp) -> FloatArray:
    """Refine the ends alone."""
    fixed = start[:2]
    return evidence.refined(
        lambda ends: model(np.concatenate((fixed, ends))), start[2:], ramp.allowed
    )


def _lengths(evidence: Evidence, low: float) -> list[int]:
    """Return trained lengths that make the slow end about one turn."""
    declared = words_of(evidence).get(ORIGINAL)
    near = (declared, 2 ** max(1, round(-math.log2(low))), round(1 / low))
    return list(dict.fromkeys(int(length) for length in near if length))


def _ends(ramp: Ramp, theta: FloatArray, factor: float) -> tuple[float, float] | None:
    """Return the frequencies between which the ramp runs, from the blended pairs."""
    blended = ramp.blended
    share = (ramp.ratio[blended] - 1 / factor) / (1 - 1 / factor)
    inside, number = theta[blended], len(theta)
    above = float(theta[ramp.kept - 1]) if ramp.kept else float(theta[0]) * 2
    below = float(theta[number - ramp.divided]) if ramp.divided else float(theta[-1]) / 2
    if not len(inside):
        return math.sqrt(above * below), math.sqrt(above * below)
    if len(inside) == 1:
        # one pair is on many ramps: the one with Llama 3's ratio of the ends, if it fits
        g, where = float(share[0]), float(inside[0])
        for ratio in (4.0, 32.0, 2.0, 8.0, 1.5, 3.0, 16.0, 1.1):
            low = where / (1 + (ratio - 1) * g)
            if low >= below * (1 - 1e-9) and low * ratio <= above * (1 + 1e-9):
                return low, low * ratio
        return None
    slope, intercept = np.polyfit(inside, share, 1, w=1 / (ramp.allowed[blended] * inside))
    if slope <= 0:
        return None
    low, high = -intercept / slope, (1 - intercept) / slope
    low = min(max(low, below * 0.999), float(inside[-1])) if ramp.divided else low
    return (float(low), float(high)) if 0 < low < high else None
