"""A fitted convention, held against what was measured."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ropespec.checks.budget import Budget
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.oracle import phases

from .identification import Identification
from .ladder import Complex, Ladder, Turns, agreement
from .reader import Reader
from .series import Series, offset, predicted
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
    """

    known: Identification
    config: RotaryConfig | None
    frequencies: FloatArray
    reader: Reader

    def expected(self, ladder: Ladder) -> Complex:
        """Return where unit vectors go, as complex numbers; NaN without a configuration."""
        if self.config is None:
            return np.full(ladder.first.shape, np.nan + 0j)
        shift = self.known.position_offset
        positions = ladder.positions + (int(shift) if shift == int(shift) else shift)
        cos, sin = phases(self.reader.coordinates(positions), self.config)
        return np.asarray(self.config.amplitude * (cos + 1j * sin), dtype=np.complex128)

    def sizes(self, ladder: Ladder) -> FloatArray:
        """Return the sizes of the phases in radians, not reduced, `(positions, pairs)`."""
        return np.abs(ladder.positions[:, np.newaxis] * self.frequencies)

    def good(self, ladder: Ladder) -> BoolArray:
        """Return which measured turns are within the budget of the standard grade."""
        if self.config is None:
            return np.zeros(ladder.first.shape, dtype=np.bool_)
        ones = np.ones((1, 1, len(ladder.positions), self.config.pairs))
        positions = self.reader.coordinates(ladder.positions)[np.newaxis]
        bound = Budget(self.config, self.reader.dtype).component(positions, ones)
        return agreement(ladder, self.expected(ladder), bound[0, 0])


def fitted(
    known: Identification, series: Series, turns: Turns, found: Found, reader: Reader
) -> Convention:
    """Add base, sign, scaling and offset of a series to what is known."""
    frequencies = predicted(series, 2 * found.channels.index / found.channels.width)
    shift = offset(turns, frequencies)
    notes = list(known.notes)
    if series.backwards:
        notes.append("the slowest pair comes first")
    if shift is None:
        notes.append("position 0 turns by an angle that no offset explains")
    complete = replace(
        known,
        sign=series.sign,
        base=series.base,
        scaling=series.scaling,
        position_offset=shift or 0.0,
        notes=tuple(notes),
    )
    return Convention(complete, complete.config(), frequencies, reader)
