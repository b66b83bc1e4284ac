"""A law of the frequencies with everything that goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import LongRope, Yarn
from ropespec.reference.spectrum import frequency_matrix

from .candidate import Candidate
from .evidence import Law
from .structure import Found


@dataclass(frozen=True)
class Fit:
    """Base, law and sign that explain the measured frequencies.

    Attributes
    ----------
    base
        None when the one pair there is says nothing about it.
    law
        The frequency law, None for plain frequencies.
    sign
        Sense of the rotation.
    backwards
        Whether the slowest pair comes first.
    misfit
        The largest distance of a measured frequency from the law's, in units of what the
        measurement and float32 allow; None for a law that only most pairs follow.
    untold
        What the frequencies do not tell, in sentences.
    notes
        What else was seen.
    cost
        Digits that have to be said to name it.
    """

    base: float | None
    law: Law
    sign: Literal[1, -1]
    backwards: bool = False
    misfit: float | None = None
    untold: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    cost: float = 0.0

    @property
    def scaling(self) -> dict[str, Any] | None:
        """The law in Hugging Face's words, None for plain frequencies."""
        words = None if self.law is None else self.law.to_dict()
        return None if words == {"rope_type": "default"} else words

    def config(self, shape: RotaryConfig) -> RotaryConfig:
        """Return the law on a shape; without a base its frequencies are 1 all the same."""
        return shape.replace(
            base=self.base or 10000.0, scaling=self.law, sign=self.sign, attention_factor=None
        )

    def predicted(self, found: Found) -> FloatArray:
        """Return the signed frequencies, `(pairs,)`; with several axes their sums."""
        used = signed(self.config(found.shape))
        return used[::-1] if self.backwards else used


def spoken(fit: Fit, amplitude: float, declared: RotaryConfig | None) -> Fit:
    """Return a law that says its amplitude where it is not the one its numbers make.

    The declared law is left as it is: what is declared besides it may say the amplitude.
    """
    law = fit.law
    if not isinstance(law, Yarn | LongRope) or law.amplitude() == amplitude:
        return fit
    if declared is not None and law == declared.scaling:
        return fit
    return replace(fit, law=replace(law, attention_factor=amplitude))


def signed(config: RotaryConfig) -> FloatArray:
    """Return what each pair turns by when all coordinates of the position are 1."""
    matrix = np.asarray(frequency_matrix(config), dtype=np.float64)
    return np.asarray(config.sign * matrix.sum(axis=1))


def of_candidate(
    candidate: Candidate, sign: Literal[1, -1], misfit: float, *untold: str
) -> Fit:
    """Complete a candidate."""
    every = (*candidate.untold, *untold)
    return Fit(
        candidate.base, candidate.law, sign, misfit=misfit, untold=every, cost=candidate.cost
    )
