"""LongRoPE: a divisor for each pair, which no formula gives."""

from __future__ import annotations

import math

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import LongRope
from ropespec.reference.scaling.law import ORIGINAL

from .candidate import COMMON_BASES, Candidate
from .evidence import Evidence
from .geometric import words_of
from .numbers import simplest

LARGEST = 1e4
"""The largest divisor that is taken for one."""


def divisors(evidence: Evidence, base: float) -> tuple[float, ...] | None:
    """Return what each pair's plain frequency is divided by; None if it is no such list.

    Short numbers where they are within the error.
    """
    ratio = evidence.plain(base) / evidence.omega
    if not evidence.members.all() or not ((ratio > 1 / LARGEST) & (ratio < LARGEST)).all():
        return None
    allowed = evidence.allowed(base, None)
    return tuple(
        simplest(float(value), float(value * width), 1.0)
        for value, width in zip(ratio, allowed, strict=True)
    )


def listed(evidence: Evidence, length: int) -> Candidate | None:
    """Return the list of divisors, with the declared base or the commonest that fits.

    Parameters
    ----------
    evidence
        The measured frequencies.
    length
        The sequence length they were measured at: nothing is known of longer ones.
    """
    declared = evidence.declared
    options = [declared.base] if declared is not None else list(COMMON_BASES[:3])
    for base in options:
        found = divisors(evidence, base)
        if found is None:
            continue
        if declared is None and min(found) < 0.9 and base != options[-1]:
            continue  # a list does not speed pairs up: the base is larger
        taken = f"{base:g} as declared" if declared is not None else f"{base:g}"
        same = f"the frequencies are the same up to length {length}: "
        untold = (
            f"the base does not show in a list of divisors: it is taken as {taken}",
            f"{same}nothing shows of original_max_position_embeddings",
        )
        original = int(words_of(evidence).get(ORIGINAL, length))
        return Candidate(base, law_of(found, found, original, evidence.amplitude), 0.0, untold)
    return None


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
