"""A fitted convention, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ropespec.checks.budget import Budget
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray, Numbers
from ropespec.reference.oracle import phases

from .fit import Fit
from .identification import Identification
from .ladder import Complex, Ladder, Turns, agreement
from .reader import Reader
from .series import offset
from .structure import Found


@dataclass(frozen=True, eq=False)
class Convention:
    """A convention with all its numbers.

    Attributes
    ----------
    known
        What is known so far, the numbers of the series included.
    config
        The same as a configuration; None when it is none.
    frequencies
        Signed radians per position, `(pairs,)`.
    reader
        How the target is called.
    varies
        Whether the frequencies were seen to depend on the length of a call.
    """

    known: Identification
    config: RotaryConfig | None
    frequencies: FloatArray
    reader: Reader
    varies: bool = False

    def in_force(self, ladder: Ladder) -> RotaryConfig | None:
        """Return the configuration for the length of a call."""
        if self.config is None or not self.config.depends_on_length:
            return self.config
        length = int(ladder.positions.max()) + 1 if self.varies else 1
        return self.config.at_length(length)

    def expected(self, ladder: Ladder) -> Complex:
        """Return where unit vectors go, as complex numbers; NaN without a configuration."""
        config = self.in_force(ladder)
        if config is None:
            return np.full(ladder.first.shape, np.nan + 0j)
        shift = self.known.position_offset
        positions = ladder.positions + (int(shift) if shift == int(shift) else shift)
        cos, sin = phases(self._coordinates(positions), config)
        return np.asarray(config.amplitude * (cos + 1j * sin), dtype=np.complex128)

    def _coordinates(self, positions: Numbers) -> Numbers:
        """Give positions as many coordinates as the convention has, which may be one."""
        several = self.config is not None and self.config.axes
        return self.reader.coordinates(positions) if several else positions

    def sizes(self, ladder: Ladder) -> FloatArray:
        """Return the sizes of the phases in radians, not reduced, `(positions, pairs)`."""
        return np.abs(ladder.positions[:, np.newaxis] * self.frequencies)

    def good(self, ladder: Ladder) -> BoolArray:
        """Return which measured turns are within the budget of the standard grade."""
        config = self.in_force(ladder)
        if config is None:
            return np.zeros(ladder.first.shape, dtype=np.bool_)
        ones = np.ones((1, 1, len(ladder.positions), config.pairs))
        positions = self._coordinates(ladder.positions)[np.newaxis]
        bound = Budget(config, self.reader.dtype).component(positions, ones)
        return agreement(ladder, self.expected(ladder), bound[0, 0])


def fitted(
    known: Identification,
    fit: Fit,
    turns: Turns,
    found: Found,
    reader: Reader,
    varies: bool = False,
) -> Convention:
    """Add base, sign, scaling and offset of a law to what is known."""
    frequencies = fit.predicted(found)
    shift = offset(turns, frequencies)
    notes = [*known.notes, *fit.notes]
    if shift is None:
        notes.append("position 0 turns by an angle that no offset explains")
    complete = replace(
        known,
        sign=fit.sign,
        base=fit.base,
        scaling=fit.scaling,
        misfit=None if fit.misfit is None else round(fit.misfit, 4),
        position_offset=shift or 0.0,
        notes=tuple(notes),
        untold=(*known.untold, *fit.untold),
    )
    return Convention(complete, complete.config(), frequencies, reader, varies)
