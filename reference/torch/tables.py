"""Exact cosines and sines by digits of the position: a few megabytes serve every int64.

A position is written in digits of `DIGIT_BITS` bits, p = sum_j d_j 2**(DIGIT_BITS j), and its
turn is the product of the turns of d_j 2**(DIGIT_BITS j): the angles add (theorem A2). There
is one table for each place. Its rows come from the oracle, whose fixed-point turns are exact
at every int64 (theorem H6), so nothing is lost at large positions, and up to a million
positions take three tables of 512 rows, 1.5 MB for 64 pairs.

The products are float64 multiplications and additions rounded one by one, which give the same
bits on every device. They are off by a few units of 2**-53, far below the last place of the
float32 that they are rounded to. float64 inputs take the oracle's own values.
"""

from __future__ import annotations

import threading
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack
from torch.utils._python_dispatch import _disable_current_modes

from ropespec.reference.arrays import IntArray, WordArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.oracle import phases

DIGIT_BITS = 9
"""Bits of one digit; `kDigitBits` of kernel/job.h."""

ROWS = 1 << DIGIT_BITS
"""Rows of one table."""

_AT_ONCE = 64
"""Rows that are made together in the two lowest tables: their neighbours will be next."""


class Tables:
    """The tables of one configuration, filled in as positions come.

    A row that is there never changes, and does not depend on when or in which order rows were
    made. Memory that no row was written to is the system's to keep.

    Parameters
    ----------
    config
        The configuration; its amplitude is in the first table.

    Attributes
    ----------
    levels
        For each digit, the lowest first, float64 of shape `(ROWS, 2 * pairs)`: the cosines,
        then the sines, turning counter-clockwise.
    marks
        Which rows are there, uint8 of shape `(digits, ROWS)`.
    """

    def __init__(self, config: RotaryConfig) -> None:
        # the sign is the kernel's part
        self.config = config if config.sign == 1 else config.replace(sign=1)
        self.levels: tuple[Tensor, ...] = ()
        self.marks = _zeros((-(-64 // DIGIT_BITS), ROWS), np.uint8)
        self._elsewhere: dict[torch.device, tuple[Tensor, ...]] = {}
        self._lock = threading.Lock()

    def cover(self, sizes: WordArray) -> None:
        """Make the rows that some positions need.

        Parameters
        ----------
        sizes
            Magnitudes of positions, uint64, any shape.
        """
        with self._lock:
            for place in range(
                max(1, -(-int(sizes.max(initial=0)).bit_length() // DIGIT_BITS))
            ):
                digits = sizes >> np.uint64(DIGIT_BITS * place) & np.uint64(ROWS - 1)
                wanted = np.zeros(ROWS, dtype=np.bool_)
                wanted[digits.astype(np.intp)] = True
                if place < 2:
                    wanted = wanted.reshape(-1, _AT_ONCE).any(axis=1).repeat(_AT_ONCE)
                self._fill(place, np.flatnonzero(wanted & (self.marks[place].numpy() == 0)))

    def on(self, device: torch.device) -> tuple[Tensor, ...]:
        """Return the tables as they are now, on a device."""
        if device.type == "cpu":
            return self.levels
        with self._lock:
            if device not in self._elsewhere:
                self._elsewhere[device] = tuple(level.to(device) for level in self.levels)
            return self._elsewhere[device]

    def _fill(self, place: int, rows: IntArray) -> None:
        """Make some rows of one table."""
        if place == len(self.levels):
            self.levels += (_zeros((ROWS, 2 * self.config.pairs), np.float64),)
        if not rows.size:
            return
        digits = rows.astype(np.uint64) << np.uint64(DIGIT_BITS * place)
        axes = len(self.config.axes)
        given = np.repeat(digits[:, np.newaxis], axes, axis=1) if axes else digits
        factor = self.config.amplitude if place == 0 else 1.0
        parts = [factor * part for part in phases(given, self.config)]
        self.levels[place].numpy()[rows] = np.concatenate(parts, axis=1)
        self.marks[place].numpy()[rows] = 1  # last: a row that is marked is there
        self._elsewhere = {}


def _zeros(shape: tuple[int, int], dtype: type[np.generic]) -> Tensor:
    """Return zeros in memory, whatever devices and modes are set where this is called.

    Under a fake tensor mode, in inference mode or in a transform of torch.func, the shared
    tables would be of that kind ever after.
    """
    with (
        _disable_current_modes(),
        temporarily_clear_interpreter_stack(),
        torch.inference_mode(False),
    ):
        return torch.from_numpy(np.zeros(shape, dtype=dtype))


def magnitudes(positions: Tensor) -> WordArray:
    """Return the sizes of whole positions as uint64, that of -2**63 too."""
    given = positions.detach().cpu().numpy().astype(np.int64, copy=False)
    return np.abs(given).astype(np.uint64)


@lru_cache(maxsize=64)
def tables_of(config: RotaryConfig) -> Tables:
    """Return the tables that all layers with an equal configuration share."""
    return Tables(config)
