"""Planted bugs in NumPy that single laws are for: right values, and something else wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import LLAMA
from .entry import Entry, Function

Array = Any


def _inv_freq(config: RotaryConfig) -> Array:
    return np.asarray(config.base ** -(np.arange(0, config.rotary_dim, 2) / config.rotary_dim))


def _halves(x: Array, positions: Array, inv_freq: Array) -> Array:
    angle = positions[:, None, :, None] * inv_freq
    a, b = np.split(x, 2, axis=-1)
    c, s = np.cos(angle), np.sin(angle)
    return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)


def heads_of_one_block(config: RotaryConfig) -> Function:
    """Turn the heads of one block, as a kernel whose grid is too small."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        y = x.copy()
        y[:, :4] = _halves(x[:, :4], positions, inv_freq)
        return y

    return apply


def mixes_tokens(config: RotaryConfig) -> Function:
    """Take away the mean of the sequence and add it again."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        mean = x.astype(np.float64).mean(axis=2, keepdims=True)
        return _halves((x - mean) + mean, positions, inv_freq).astype(x.dtype)

    return apply


class Dithered:
    """Round up and down in turn."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = _inv_freq(config)
        self.calls = 0

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        self.calls += 1
        toward = x.dtype.type(np.inf if self.calls % 2 else -np.inf)
        return np.nextafter(_halves(x, positions, self.inv_freq), toward)


def refuses_transposed(config: RotaryConfig) -> Function:
    """Change the shape in place, which an array that is not contiguous refuses."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        if not x.flags.c_contiguous:
            raise ValueError("view size is not compatible with input tensor's size and stride")
        return _halves(x, positions, inv_freq)

    return apply


F32 = {"dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("heads-of-one-block", heads_of_one_block, LLAMA, "head-not-rotated", F32),
    Entry("mixes-tokens", mixes_tokens, LLAMA, "value-dependent", {"dtypes": ("float64",)}),
    Entry("dithered", Dithered, LLAMA, "depends-on-history", F32),
    Entry("refuses-transposed", refuses_transposed, LLAMA, "raises", F32,
          also=("assumes-contiguous",)),
)  # fmt: skip
"""Planted bugs that a comparison of values at ordinary inputs does not show."""
