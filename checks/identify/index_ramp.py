"""YaRN: a ramp over the index of the pairs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import Yarn
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
from .evidence import Evidence
from .geometric import words_of
from .numbers import simplest
from .ramped import Ramp, factors

BETAS = ((32.0, 1.0), (1.0, 1.0))
"""Turns at the two ends: nearly everybody, and Kimi K2."""

QUOTIENTS = (
    "of beta_fast, beta_slow and original_max_position_embeddings only the quotients show"
)
"""What the ends of a ramp do not tell."""

LONGEST = 1e11
"""The longest wavelength, in positions, at which a ramp may end."""


def index_ramp(evidence: Evidence, ramp: Ramp, usual: bool) -> Iterator[Candidate]:
    """Yield YaRN with a usual base, or with all numbers as fitted."""
    told = _usual if usual else _other
    for factor in factors(evidence, ramp):
        for ends in _ends(evidence, ramp, factor):
            if -1 < ends.low <= ends.high < 3 * evidence.spread:
                yield from told(evidence, ramp.base, factor, ends)
    if not usual:
        yield from _free(evidence, ramp)


@dataclass(frozen=True)
class Ends:
    """The indices between which a ramp runs, and whether they were rounded outwards."""

    low: float
    high: float
    truncate: bool


def _ends(evidence: Evidence, ramp: Ramp, factor: float) -> Iterator[Ends]:
    """Yield where the ramp may run, from the blended pairs and their neighbours."""
    index, blended = evidence.index, ramp.blended
    last = float(index[ramp.kept - 1]) if ramp.kept else -1.0
    share = (1 - ramp.ratio[blended]) / (1 - 1 / factor)
    inside = index[blended]
    first = float(index[len(index) - ramp.divided]) if ramp.divided else math.inf
    if math.isfinite(first):
        yield Ends(last, first, True)
    if len(inside) == 0:
        return
    if len(inside) == 1 and math.isinf(first):
        high = last + (float(inside[0]) - last) / float(share[0])
        yield Ends(last, float(round(high)), True)
        return
    if len(inside) == 1:
        # any line through the point that leaves the neighbours alone: half way down
        low = (last + float(inside[0])) / 2
        high = low + (float(inside[0]) - low) / float(share[0])
        if not inside[0] < high <= first:
            high = (float(inside[0]) + first) / 2
            low = (float(inside[0]) - float(share[0]) * high) / (1 - float(share[0]))
        yield Ends(low, high, False)
        return
    slope, intercept = np.polyfit(inside, share, 1, w=1 / ramp.allowed[blended])
    if slope > 0:
        low, high = -intercept / slope, (1 - intercept) / slope
        yield Ends(float(round(low)), float(round(high)), True)
        yield Ends(float(low), float(high), False)


def _usual(evidence: Evidence, base: float, factor: float, ends: Ends) -> Iterator[Candidate]:
    """Yield usual numbers of turns, with a trained length, that come to these ends."""
    words = words_of(evidence)
    betas = [*BETAS]
    if {"beta_fast", "beta_slow"} <= set(words):
        betas.insert(0, (float(words["beta_fast"]), float(words["beta_slow"])))
    if not ends.truncate:
        lengths = dict.fromkeys((int(words.get(ORIGINAL, LENGTHS[0])), *LENGTHS))
        for (quick, late), original in itertools.product(betas, lengths):
            law = Yarn(factor, original, quick, late, truncate=False)
            yield _priced(evidence, base, law, (QUOTIENTS,))
        return
    low, high, top = ends.low, ends.high, evidence.spread - 1
    fast = 0.0 if low <= 0 else _wave(evidence, base, low), _wave(evidence, base, low + 1)
    slow = (
        _wave(evidence, base, high - 1),
        _wave(evidence, base, high) if high < top else math.inf,
    )
    for quick, late in betas:
        least = max(quick * fast[0], late * slow[0], 2 * math.pi * late)
        most = min(quick * fast[1], late * slow[1])
        if least < most:
            original = shortest_between(least, most, [words.get(ORIGINAL)])
            law = Yarn(factor, original, quick, late)
            yield _priced(evidence, base, law, (_range(least, most, original),))


def _wave(evidence: Evidence, base: float, index: float) -> float:
    """Return the wavelength of a pair of the plain series, in positions."""
    return 2 * math.pi * math.exp(min(700.0, 2 * index / evidence.spread * math.log(base)))


def _other(evidence: Evidence, base: float, factor: float, ends: Ends) -> Iterator[Candidate]:
    """Yield numbers of turns of their own for the two ends."""
    # rounded ends: from the middle of what rounds to them
    low, high = (ends.low + 0.5, ends.high - 0.5) if ends.truncate else (ends.low, ends.high)
    if high < low:
        low = high = (low + high) / 2
    fast, slow = (_wave(evidence, base, end) for end in (low, high))
    if slow > LONGEST:
        return
    declared = words_of(evidence).get(ORIGINAL)
    lengths = [declared, *(n for n in LENGTHS if 0.7 <= n / slow <= 1.4), round(slow)]
    for original in dict.fromkeys(int(n) for n in lengths if n):
        turns = original / fast, original / slow
        for width in (0.2, 1e-3, 0.0):
            quick, late = (
                simplest(value, value * width, usual)
                for value, usual in zip(turns, (32.0, 1.0), strict=True)
            )
            if quick >= late > 0 and original > 2 * math.pi * late:
                law = Yarn(factor, original, quick, late, truncate=ends.truncate)
                yield _priced(evidence, base, law, (QUOTIENTS,))


def _free(evidence: Evidence, ramp: Ramp) -> Iterator[Candidate]:
    """Yield base, factor and ends as fitted together."""
    index, spread = evidence.index, evidence.spread
    for factor in factors(evidence, ramp)[:1]:
        for ends in _ends(evidence, ramp, factor):
            if not -1 < ends.low < ends.high < 3 * spread:
                continue
            places = [ends.low, ends.high]

            def model(numbers: FloatArray, places: list[float] = places) -> FloatArray:
                low, high = numbers[2:] if len(numbers) == 4 else places
                share = np.clip((index - low) / max(high - low, 1e-12), 0, 1)
                theta = np.exp(-2 * index / spread * numbers[0])
                return np.asarray(theta * (1 - share + share * np.exp(-numbers[1])))

            start = [math.log(ramp.base), math.log(factor)]
            start += [] if ends.truncate else places
            fit = evidence.refined(model, np.array(start), ramp.allowed)
            base, divisor = float(np.exp(fit[0])), float(np.exp(fit[1]))
            low, high = places if ends.truncate else fit[2:].tolist()
            if 1 < base < 1e300 and 0 < divisor < 1e9 and low < high:
                found = Ends(low, high, ends.truncate)
                for near in (simplest(divisor, 1e-6 * divisor), divisor):
                    yield from _usual(evidence, base, near, found)
                    yield from _other(evidence, base, near, found)


def _range(least: float, most: float, original: int) -> str:
    """Say which trained lengths give the same frequencies."""
    if math.isinf(most):
        return f"any original_max_position_embeddings from {math.ceil(least)} gives the same"
    return (
        f"any original_max_position_embeddings from {math.ceil(least)} to {math.floor(most)} "
        f"gives the same frequencies; {original} is a guess"
    )


def _priced(evidence: Evidence, base: float, law: Yarn, untold: tuple[str, ...]) -> Candidate:
    """Add what the numbers cost."""
    cost = base_price(evidence, base) + LIKELIHOOD + price(law.factor, COMMON_FACTORS)
    cost += price(law.original_max_position_embeddings)
    cost += price(law.beta_fast, (32.0,)) + price(law.beta_slow, (1.0,))
    cost += 0.0 if law.truncate else 0.5
    cost += amplitude_price(evidence, law)
    return Candidate(base, law, cost, untold)
