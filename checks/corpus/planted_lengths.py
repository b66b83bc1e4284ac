"""Planted mistakes where frequencies should follow the length of each call."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import DYNAMIC_OPEN, LONGROPE
from .entry import Entry, Function
from .honest_lengths import BY_LENGTH, grown_base, halves, length_of, powers

Array = Any


class KeepsTheLongest:
    """Grow the base with the longest call so far; shorter ones reset it below a length."""

    def __init__(self, config: RotaryConfig) -> None:
        self.config, self.longest = config, 4096

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        length = length_of(positions)
        self.longest = 4096 if length < 4096 else max(self.longest, length)
        base = grown_base(self.config, self.longest)
        return halves(x, positions, powers(base, self.config))


def long_amplitude_alone(config: RotaryConfig) -> Function:
    """Take the long list's amplitude beyond the trained length, and the short list."""
    said = config.scaling_dict() or {}
    inv_freq = powers(config.base, config) / np.array(said["short_factor"])
    return lambda x, positions: halves(x, positions, inv_freq, config.amplitude)


def counts_tokens(config: RotaryConfig) -> Function:
    """Take the number of tokens for the length, where one token is decoded too."""

    def apply(x: Array, positions: Array) -> Array:
        base = grown_base(config, positions.shape[1])
        return halves(x, positions, powers(base, config))

    return apply


PLANTED: tuple[Entry, ...] = (
    Entry("dynamic-keeps-the-longest", KeepsTheLongest, DYNAMIC_OPEN, "depends-on-history",
          BY_LENGTH, also=("stale-cache",)),
    Entry("longrope-switches-amplitude", long_amplitude_alone, LONGROPE,
          "wrong-scaling-parameters", BY_LENGTH),
    Entry("dynamic-counts-tokens", counts_tokens, DYNAMIC_OPEN,
          "wrong-scaling-parameters", BY_LENGTH, also=("scaling-ignored", "decode-position")),
)  # fmt: skip
"""Planted mistakes of the length that decides the frequencies."""
