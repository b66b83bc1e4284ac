"""LongRoPE: a divisor for each pair, which no formula gives."""

from __future__ import annotations

import math

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import LongRope
from ropespec.reference.scaling.law import ORIGINAL

from .candidate import COMMON_BASES, LIKELIHOOD, Candidate, price
from .evidence import Evidence
from .geometric import words_of
from .numbers import simplest

FASTER = 0.9
"""Divisors below this speed a pair up, which no list does."""

CLEARLY = 0.8
"""Share of its digits that a list must come down to before another base is believed."""

UNSEEN = "nothing shows of original_max_position_embeddings"
"""What cannot be told of frequencies that were the same at every length tried."""

LARGEST = 1e4
"""The largest divisor that is taken for one."""


def divisors(evidence: Evidence, base: float) -> tuple[float, ...] | None:
    """Return what each pair's plain frequency is divided by; None if it is no such list.

    Short numbers where they are well within the error: one at its edge shows at far positions.
    """
    ratio = evidence.plain(base) / evidence.omega
    if not evidence.members.all() or not ((ratio > 1 / LARGEST) & (ratio < LARGEST)).all():
        return None
    allowed = evidence.allowed(base, None)
    return tuple(
        simplest(float(value), float(value * width) / 2, 1.0)
        for value, width in zip(ratio, allowed, strict=True)
    )


def listed(evidence: Evidence, length: int) -> Candidate | None:
    """Return the list of divisors, with the declared base or the one of the shortest numbers.

    Parameters
    ----------
    evidence
        The measured frequencies.
    length
        The sequence length they were measured at: nothing is known of longer ones.
    """
    declared = evidence.declared
    options = list(COMMON_BASES) if declared is None else [declared.base]
    lists = {base: found for base in options if (found := divisors(evidence, base))}
    if not lists:
        return None
    base = min(lists, key=lambda each: _price(lists[each]))
    usual = next(iter(lists))  # little shorter numbers may be chance
    base = base if _price(lists[base]) < CLEARLY * _price(lists[usual]) else usual
    why = "as declared" if declared is not None else "a usual one"
    untold = (
        f"the base does not show in a list of divisors: it is taken as {base:g}, {why}",
        f"the frequencies are the same up to length {length}: {UNSEEN}",
    )
    original = int(words_of(evidence).get(ORIGINAL, length))
    law = law_of(lists[base], lists[base], original, evidence.amplitude)
    return Candidate(base, law, LIKELIHOOD + _price(lists[base]), untold)


def _price(found: tuple[float, ...]) -> float:
    """Return the digits of a list; one that speeds pairs up is unlikely."""
    return sum(price(number) + (len(found) if number < FASTER else 0) for number in found)


def law_of(
    short: tuple[float, ...], long: tuple[float, ...], original: int, amplitude: float
) -> LongRope:
    """Return the law of two lists with the amplitude that was measured."""
    factor = float(f"{amplitude:.7g}")
    return LongRope(short, long, max(2, original), attention_factor=factor)


def reordered(evidence: Evidence) -> Evidence | None:
    """Return the same frequencies, the fastest first; None where they are in that order."""
    order = np.argsort(-evidence.omega, kind="stable")
    if np.array_equal(order, np.arange(len(order))):
        return None
    omega: FloatArray = evidence.omega[order]
    if not math.isfinite(float(omega.sum())):
        return None
    return evidence.reordered(omega, evidence.error[order])
