"""Calls of a target that show it as a linear operator, a few large ones instead of many.

The vectors of one measurement lie along the batch, the positions along the sequence, the
same in every row: so a target that takes positions from the wrong row, or counts them, is
still one operator for each place in the sequence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.observation import Probe
from ropespec.reference.arrays import FloatArray, IntArray, Numbers


class Reader:
    """A probe that is read as an operator on vectors.

    Parameters
    ----------
    probe
        The target.
    axes
        How many coordinates its positions have; all get the same number.

    Attributes
    ----------
    dtype
        The format of every call: the most precise that the target is claimed for.
    fault
        What the last call that failed said.
    """

    def __init__(self, probe: Probe, axes: int = 0) -> None:
        self._probe = probe
        self.axes = axes
        self.dtype = probe.dtypes[0]
        self.fault: TargetRaised | None = None

    def read(self, vectors: FloatArray, positions: Sequence[int]) -> FloatArray | None:
        """Rotate every vector `(m, head_dim)` by every position, or None where it fails.

        Returns
        -------
        FloatArray or None
            Shape `(m, positions, head_dim)`.
        """
        return self.read_at(vectors, self.coordinates(np.asarray(positions, dtype=np.int64)))

    def read_at(self, vectors: FloatArray, places: IntArray) -> FloatArray | None:
        """Rotate every vector by every place, `(positions,)` or `(positions, axes)`."""
        count, width = vectors.shape
        shape = (count, 1, len(places), width)
        values = np.broadcast_to(vectors[:, np.newaxis, np.newaxis], shape).copy()
        rows = np.broadcast_to(places, (count, *places.shape)).copy()
        try:
            return self._probe.rotate(values, rows, self.dtype)[:, 0]
        except TargetRaised as fault:
            self.fault = fault
            return None

    def coordinates(self, positions: Numbers) -> Numbers:
        """Give positions `(...)` as many equal coordinates as the target takes."""
        return np.stack([positions] * self.axes, axis=-1) if self.axes else positions

    def read_reachable(
        self, vectors: FloatArray, positions: Sequence[int]
    ) -> tuple[IntArray, FloatArray] | None:
        """Rotate by as many of the ascending positions as the target takes.

        Returns
        -------
        positions, FloatArray
            The positions taken and the results, or None when it takes none.
        """
        taken, failing, result = 0, len(positions) + 1, None
        tried = len(positions)
        while taken < tried < failing:
            answer = self.read(vectors, positions[:tried])
            if answer is None:
                failing = tried
            else:
                taken, result = tried, answer
            tried = (taken + failing) // 2
        if result is None:
            return None
        return np.asarray(positions[:taken], dtype=np.int64), result
