"""Planted mistakes with positions of several coordinates, after public reports."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import MROPE, MROPE_IN_TURN, PIXTRAL
from .entry import Entry, Function, Maker

Array = Any


def turned(x: Array, angle: Array, *, halves: bool) -> Array:
    """Turn halves or neighbours by angles `(batch, seq, pairs)`."""
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    wide = x.astype(np.float64)
    if halves:
        a, b = np.split(wide, 2, axis=-1)
        return np.concatenate((a * cos - b * sin, b * cos + a * sin), -1).astype(x.dtype)
    z = (wide[..., 0::2] + 1j * wide[..., 1::2]) * (cos + 1j * sin)
    return np.stack((z.real, z.imag), axis=-1).reshape(x.shape).astype(x.dtype)


def series(config: RotaryConfig) -> Array:
    """Return one series over all pairs."""
    return config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)


def sections(order: Array, *, halves: bool = True) -> Maker:
    """Make a target whose pairs take coordinates in an order."""

    def make(config: RotaryConfig) -> Function:
        inv_freq = series(config)
        return lambda x, positions: turned(x, positions[..., order] * inv_freq, halves=halves)

    return make


def two_series(order: Array) -> Maker:
    """Make a target with a series for each of two coordinates, neighbours paired."""

    def make(config: RotaryConfig) -> Function:
        half = config.base ** -(np.arange(8) / 8)
        inv_freq = np.concatenate((half, half))
        return lambda x, positions: turned(x, positions[..., order] * inv_freq, halves=False)

    return make


def one_counter(config: RotaryConfig) -> Function:
    """Fuse both coordinates into the one-dimensional operation: a series over all pairs."""
    inv_freq = series(config)
    return lambda x, p: turned(x, p[..., :1] * inv_freq, halves=False)


def unfilled_sections(config: RotaryConfig) -> Function:
    """Fill the first section of the positions and read on in whatever memory holds."""
    inv_freq, order = series(config), np.array(MROPE_ORDER)
    rng = np.random.default_rng(0)

    def apply(x: Array, positions: Array) -> Array:
        given = positions.copy()
        given[..., 1:] = rng.integers(0, 9, given[..., 1:].shape)
        return turned(x, given[..., order] * inv_freq, halves=True)

    return apply


MROPE_ORDER = [0] * 4 + [1] * 6 + [2] * 6
IN_TURN = [0, 1, 2] * 4 + [0] * 4
F32 = {"dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("mrope-pairs-neighbours", sections(MROPE_ORDER, halves=False), MROPE,
          "wrong-pairing", F32),
    Entry("mrope-in-blocks", sections(sorted(IN_TURN)), MROPE_IN_TURN, "wrong-coordinate", F32),
    Entry("mrope-in-turn", sections(IN_TURN), MROPE, "wrong-coordinate", F32),
    Entry("mrope-first-coordinate", sections([0] * 16), MROPE, "wrong-coordinate", F32),
    Entry("mrope-sections-shifted", sections([2, *IN_TURN[:-1]]), MROPE_IN_TURN,
          "wrong-coordinate", F32),
    Entry("mrope-unfilled", unfilled_sections, MROPE, "depends-on-history", F32,
          also=("wrong-coordinate",)),
    Entry("axes-exchanged", two_series([1] * 8 + [0] * 8), PIXTRAL, "wrong-coordinate", F32),
    Entry("axes-in-turn", two_series([0, 1] * 8), PIXTRAL, "wrong-coordinate", F32),
    Entry("axes-fused", one_counter, PIXTRAL, "wrong-coordinate", F32,
          also=("wrong-exponent", "frequency-order")),
)  # fmt: skip
"""Planted mistakes with several coordinates."""
