"""Laws that keep fast pairs, divide slow ones, and blend in between: what they share."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ropespec.reference.arrays import FloatArray

from .candidate import COMMON_FACTORS
from .evidence import Evidence
from .geometric import declared_factor
from .numbers import simplest


@dataclass(frozen=True, eq=False)
class Ramp:
    """The frequencies over those of a base: 1 for the first pairs, 1/s for the last.

    Attributes
    ----------
    base
        The base.
    ratio
        omega_i / theta_i, shape `(members,)`.
    allowed
        Its relative error.
    kept
        How many of the first pairs are untouched.
    divided
        How many of the last pairs share one divisor, 0 where the last has none to share.
    """

    base: float
    ratio: FloatArray
    allowed: FloatArray
    kept: int
    divided: int

    @property
    def blended(self) -> slice:
        """The pairs between."""
        return slice(self.kept, len(self.ratio) - self.divided)


def ramp_of(evidence: Evidence, base: float) -> Ramp | None:
    """Cut the pairs into kept, blended and divided; None where they are no such thing."""
    ratio = evidence.omega / evidence.plain(base)
    allowed = evidence.allowed(base, None)
    near = np.abs(ratio - 1) <= allowed
    kept = len(ratio) if near.all() else int(np.argmin(near))
    if kept == len(ratio):
        return None
    rest = np.log(ratio[kept:])
    low = np.maximum.accumulate((rest - allowed[kept:])[::-1])
    high = np.minimum.accumulate((rest + allowed[kept:])[::-1])
    divided = int(np.argmin(low <= high)) if not (low <= high).all() else len(rest)
    turn = np.diff(np.concatenate(([0.0], rest))) * math.copysign(1.0, rest[-1])
    if (turn < -2 * allowed[kept:]).any():  # up and down: no ramp
        return None
    return Ramp(base, ratio, allowed, kept, divided)


def factors(evidence: Evidence, ramp: Ramp) -> list[float]:
    """Return what the slow pairs may be divided by, the likeliest first.

    Where several pairs share a divisor it is that; where the last pair is alone it may still
    be blended, and the amplitude of YaRN or a usual factor has to say.
    """
    tail = ramp.ratio[len(ramp.ratio) - max(ramp.divided, 1) :]
    error = ramp.allowed[len(ramp.ratio) - max(ramp.divided, 1) :]
    weights = 1 / error**2
    middle = float((weights / tail).sum() / weights.sum())
    width = float(error.min()) * middle + abs(middle) * 1e-12
    guess = simplest(middle, 2 * width, declared_factor(evidence), *COMMON_FACTORS)
    found = [guess, middle]
    if ramp.divided < 3:
        found += [declared_factor(evidence) or guess, *_by_amplitude(evidence), *COMMON_FACTORS]
    least = 1 / float(ramp.ratio.min())
    beyond = [s for s in dict.fromkeys(found) if s > 0 and abs(math.log(s)) > 1e-6]
    if least > 1:
        return [s for s in beyond if s >= least * (1 - 2 * float(error[-1]))]
    return beyond


def _by_amplitude(evidence: Evidence) -> list[float]:
    """Return the factor that YaRN's amplitude 0.1 ln s + 1 comes from."""
    if evidence.amplitude <= 1 + evidence.amplitude_error:
        return []
    factor = math.exp(10 * (evidence.amplitude - 1))
    width = 10 * factor * evidence.amplitude_error
    return [simplest(factor, width, *COMMON_FACTORS), factor] if factor < 1e6 else []
