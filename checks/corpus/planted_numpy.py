"""Planted bugs written by hand in NumPy: what no deviation of a pure function can be."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import AMPLIFIED, LLAMA, NEOX, PAPER
from .entry import Entry, Function

Array = Any


def _inv_freq(config: RotaryConfig) -> Array:
    return np.asarray(config.base ** -(np.arange(0, config.rotary_dim, 2) / config.rotary_dim))


def _halves(x: Array, angle: Array) -> Array:
    a, b = np.split(x, 2, axis=-1)
    c, s = np.cos(angle), np.sin(angle)
    return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)


def overwrites_before_reading(config: RotaryConfig) -> Function:
    """Write the first half through a view, then read it for the second."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        first, second = np.split(x, 2, axis=-1)
        first[...] = first * np.cos(angle) - second * np.sin(angle)
        second[...] = second * np.cos(angle) + first * np.sin(angle)
        return x

    return apply


def scales_in_place(config: RotaryConfig) -> Function:
    """Multiply the caller's vectors by the attention factor before turning them."""
    width, scaling = config.rotary_dim, config.scaling_dict() or {}
    inv_freq = _inv_freq(config) / scaling["factor"]

    def apply(x: Array, positions: Array) -> Array:
        x[..., :width] *= config.amplitude
        angle = positions[:, None, :, None] * inv_freq
        even, odd = x[..., 0:width:2], x[..., 1:width:2]
        y = x.copy()
        y[..., 0:width:2] = even * np.cos(angle) - odd * np.sin(angle)
        y[..., 1:width:2] = odd * np.cos(angle) + even * np.sin(angle)
        return y

    return apply


def advances_positions(config: RotaryConfig) -> Function:
    """Move the caller's positions on for the next step."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        y = _halves(x, positions[:, None, :, None] * inv_freq)
        positions += 1
        return y

    return apply


def keeps_table_dtype(config: RotaryConfig) -> Function:
    """Return float64 because the tables are."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        a, b = np.split(x, 2, axis=-1)
        c, s = np.cos(angle), np.sin(angle)
        return np.concatenate((a * c - b * s, b * c + a * s), axis=-1)

    return apply


def fixed_table(config: RotaryConfig) -> Function:
    """Look up a table of 2048 rows and fail beyond it, without having said so."""
    angles = np.outer(np.arange(2048), _inv_freq(config))

    def apply(x: Array, positions: Array) -> Array:
        return _halves(x, angles[positions][:, None])

    return apply


def squeezes_batch(config: RotaryConfig) -> Function:
    """Drop axes of length 1, so that single rows do not broadcast any more."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = np.squeeze(positions)[:, None, :, None] * inv_freq
        return _halves(x, angle)

    return apply


def sinc(config: RotaryConfig) -> Function:
    """Divide by the angle and multiply again: 0/0 at position 0."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        with np.errstate(invalid="ignore"):
            ratio = np.sin(angle) / angle
        a, b = np.split(x, 2, axis=-1)
        c, s = np.cos(angle), ratio * angle
        return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)

    return apply


class TableOfFirstCall:
    """Keep the angles of the first call of each length."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = _inv_freq(config)
        self.kept: dict[tuple[int, ...], Array] = {}

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        angle = positions[:, None, :, None] * self.inv_freq
        return _halves(x, self.kept.setdefault(positions.shape, angle))


class CountsItself:
    """Count the tokens seen so far and turn by that, as a cache that is never reset."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = _inv_freq(config)
        self.seen = 0

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        shifted = positions + self.seen
        self.seen += positions.shape[1]
        return _halves(x, shifted[:, None, :, None] * self.inv_freq)


class TableOfOtherDtype:
    """Keep the tables of the last positions, in the dtype of the call that made them."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = _inv_freq(config)
        self.made_for: bytes = b""
        self.tables: tuple[Array, Array] = (np.ones(()), np.zeros(()))

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        if self.made_for != positions.tobytes():
            angle = positions[:, None, :, None] * self.inv_freq
            self.tables = np.cos(angle).astype(x.dtype), np.sin(angle).astype(x.dtype)
            self.made_for = positions.tobytes()
        cos, sin = self.tables
        a, b = np.split(x, 2, axis=-1)
        return np.concatenate((a * cos - b * sin, b * cos + a * sin), -1).astype(x.dtype)


def reads_the_buffer(config: RotaryConfig) -> Function:
    """Read the channels one after another from where the first one lies, as a kernel may."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        *outer, _last = x.strides
        dense = np.lib.stride_tricks.as_strided(x, x.shape, (*outer, x.itemsize))
        return _halves(dense, positions[:, None, :, None] * inv_freq)

    return apply


def takes_memory_order(config: RotaryConfig) -> Function:
    """Flatten in the order of memory, which is that of the axes for contiguous arrays alone."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        flat = x.ravel(order="K").reshape(x.shape)
        return _halves(flat, positions[:, None, :, None] * inv_freq)

    return apply


def two_mistakes(config: RotaryConfig) -> Function:
    """Take the default base and the other sign."""
    inv_freq = 10000.0 ** -(np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(x: Array, positions: Array) -> Array:
        return _halves(x, -positions[:, None, :, None] * inv_freq)

    return apply


def odd_base(config: RotaryConfig) -> Function:
    """Take a base that nobody uses."""
    inv_freq = 33333.0 ** -(np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(x: Array, positions: Array) -> Array:
        return _halves(x, positions[:, None, :, None] * inv_freq)

    return apply


def odd_table(config: RotaryConfig) -> Function:
    """Clamp to a table of 3000 rows."""
    angles = np.outer(np.arange(3000), _inv_freq(config))

    def apply(x: Array, positions: Array) -> Array:
        return _halves(x, angles[np.clip(positions, 0, 2999)][:, None])

    return apply


def ends_as_claimed(config: RotaryConfig) -> Function:
    """Be right up to the claimed end and clamp beyond it, where raising would be right."""
    angles = np.outer(np.arange(2048), _inv_freq(config))

    def apply(x: Array, positions: Array) -> Array:
        return _halves(x, angles[np.minimum(positions, 2047)][:, None])

    return apply


def odd_amplitude(config: RotaryConfig) -> Function:
    """Multiply the turned channels by 1.1."""
    width, inv_freq = config.rotary_dim, _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        turned = _halves(x[..., :width], positions[:, None, :, None] * inv_freq)
        rest = x[..., width:]
        return np.concatenate((1.1 * turned, rest), axis=-1).astype(x.dtype)

    return apply


def shuffled_channels(config: RotaryConfig) -> Function:
    """Return the channels shifted by three."""
    inv_freq = _inv_freq(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angle)
        y = np.stack((z.real, z.imag), axis=-1).reshape(x.shape)
        return np.roll(y, 3, axis=-1).astype(x.dtype)

    return apply


F32 = {"dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("overwrites-before-reading", overwrites_before_reading, LLAMA, "mutates-input", F32),
    Entry("scales-in-place", scales_in_place, AMPLIFIED, "mutates-input", F32),
    Entry("advances-positions", advances_positions, LLAMA, "mutates-input", F32),
    Entry("keeps-table-dtype", keeps_table_dtype, LLAMA, "dtype-leak"),
    Entry("fixed-table", fixed_table, LLAMA, "raises", F32),
    Entry("squeezes-batch", squeezes_batch, LLAMA, "raises", F32),
    Entry("sinc", sinc, LLAMA, "nan-output", F32),
    Entry("table-of-first-call", TableOfFirstCall, LLAMA, "stale-cache", F32,
          also=("depends-on-history",)),
    Entry("counts-itself", CountsItself, LLAMA, "depends-on-history", F32,
          also=("stale-cache",)),
    Entry("table-of-other-dtype", TableOfOtherDtype, LLAMA, "stale-cache",
          {"dtypes": ("float64", "float16")}, also=("depends-on-history",)),
    Entry("reads-the-buffer", reads_the_buffer, LLAMA, "assumes-contiguous", F32),
    Entry("takes-memory-order", takes_memory_order, LLAMA, "assumes-contiguous", F32),
    Entry("two-mistakes", two_mistakes, LLAMA, "wrong-base", F32, also=("sign-flipped",)),
    Entry("odd-base", odd_base, LLAMA, "wrong-base", F32),
    Entry("odd-table", odd_table, LLAMA, "table-clamps", F32),
    Entry("ends-as-claimed", ends_as_claimed, LLAMA, "table-clamps",
          {**F32, "max_position": 2047}),
    Entry("odd-amplitude", odd_amplitude, NEOX, "wrong-amplitude", F32),
    Entry("shuffled-channels", shuffled_channels, PAPER, "not-permuted-back", F32),
)  # fmt: skip
"""Planted bugs that share no code with the diagnosis."""
