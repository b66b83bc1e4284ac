"""Honest implementations in NumPy that turn the whole head; all must pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    DEEPSEEK_HF,
    INTERPOLATED,
    LLAMA,
    NANOCHAT,
    PAPER,
)
from .entry import Entry, Function

Array = Any


def textbook(config: RotaryConfig) -> Function:
    """Write out the two lines of the rotation for neighbouring channels, in float64."""
    theta = config.base ** (-2 * np.arange(config.head_dim // 2) / config.head_dim)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * theta
        y = np.empty_like(x)
        y[..., 0::2] = x[..., 0::2] * np.cos(angle) - x[..., 1::2] * np.sin(angle)
        y[..., 1::2] = x[..., 0::2] * np.sin(angle) + x[..., 1::2] * np.cos(angle)
        return y

    return apply


def rotate_half_float32(config: RotaryConfig) -> Function:
    """Form everything in float32, with rotate_half."""
    dim = config.head_dim
    exponent = np.arange(0, dim, 2, dtype=np.float32) / np.float32(dim)
    inv_freq = np.float32(1.0) / np.float32(config.base) ** exponent

    def rotate_half(x: Array) -> Array:
        return np.concatenate((-x[..., dim // 2 :], x[..., : dim // 2]), axis=-1)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        freqs = positions[..., None].astype(np.float32) * inv_freq
        emb = np.concatenate((freqs, freqs), axis=-1)[:, None]
        cos, sin = np.cos(emb), np.sin(emb)

        def one(x: Array) -> Array:
            wide = x.astype(np.float32)
            return (wide * cos + rotate_half(wide) * sin).astype(x.dtype)

        return one(q), one(k)

    return apply


def dense_matrix(config: RotaryConfig) -> Function:
    """Build the rotation matrix of every token and multiply by it."""
    dim = config.head_dim
    theta = config.base ** (-2 * np.arange(dim // 2) / dim)

    def apply(x: Array, positions: Array) -> Array:
        matrices = np.zeros((*positions.shape, dim, dim))
        for i, frequency in enumerate(theta):
            c, s = np.cos(positions * frequency), np.sin(positions * frequency)
            block = np.array([[c, -s], [s, c]]).transpose(2, 3, 0, 1)
            matrices[..., 2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block
        return np.einsum("bsij,bhsj->bhsi", matrices, x.astype(float)).astype(x.dtype)

    return apply


class GrowingTable:
    """Keep a table of rotations and make it longer when a position asks for it."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)
        self.cos = self.sin = np.empty((0, config.head_dim // 2))

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        self._grow(int(positions.max(initial=0)) + 1)
        # tables are for positions from 0; a negative one turns the other way
        cos = self.cos[np.abs(positions)][:, None]
        sin = (self.sin[np.abs(positions)] * np.sign(positions)[..., None])[:, None]
        a, b = np.split(x.astype(np.float64), 2, axis=-1)
        y = np.concatenate((a * cos - b * sin, b * cos + a * sin), axis=-1)
        return y.astype(x.dtype)

    def _grow(self, rows: int) -> None:
        if rows > len(self.cos):
            angles = np.outer(np.arange(2 * rows), self.inv_freq)
            self.cos, self.sin = np.cos(angles), np.sin(angles)


def short_table(config: RotaryConfig) -> Function:
    """Keep a table as long as claimed and refuse positions beyond it."""
    rows = 4096
    inv_freq = config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)
    table = np.exp(1j * np.outer(np.arange(rows), inv_freq))

    def apply(x: Array, positions: Array) -> Array:
        if positions.min(initial=0) < 0 or positions.max(initial=0) >= rows:
            raise IndexError(f"positions must be in 0..{rows - 1}")
        z = (x[..., 0::2] + 1j * x[..., 1::2]) * table[positions][:, None]
        return np.stack((z.real, z.imag), axis=-1).reshape(x.shape).astype(x.dtype)

    return apply


def clockwise(config: RotaryConfig) -> Function:
    """Turn by minus the angle, as it is done to stay with old checkpoints."""
    inv_freq = 1.0 / config.base ** (np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        a, b = np.split(x, 2, axis=-1)
        c, s = np.cos(angle), np.sin(angle)
        return np.concatenate((a * c + b * s, b * c - a * s), axis=-1).astype(x.dtype)

    return apply


def scaled_positions(config: RotaryConfig) -> Function:
    """Divide the positions by the factor, where others divide the frequencies."""
    factor = (config.scaling_dict() or {})["factor"]
    inv_freq = 1.0 / config.base ** (np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = (positions / factor)[:, None, :, None] * inv_freq
        c, s = np.cos(angle), np.sin(angle)

        def one(x: Array) -> Array:
            a, b = np.split(x, 2, axis=-1)
            return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)

        return one(q), one(k)

    return apply


def interleaved_to_half(config: RotaryConfig) -> Function:
    """Take neighbours apart first, then rotate halves, and leave them there."""
    inv_freq = config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        emb = np.concatenate((angle, angle), axis=-1)
        split = np.concatenate((x[..., ::2], x[..., 1::2]), axis=-1)
        half = np.roll(split, x.shape[-1] // 2, axis=-1)
        half[..., : x.shape[-1] // 2] *= -1
        return (split * np.cos(emb) + half * np.sin(emb)).astype(x.dtype)

    return apply


SMALL = ("float64", "float32", "float16")
QK = {"signature": "qk"}

HONEST: tuple[Entry, ...] = (
    Entry("textbook", textbook, PAPER, claims={"dtypes": ("float64",)}),
    Entry("rotate-half-float32", rotate_half_float32, LLAMA, claims=QK),
    Entry("rotate-half-float16-in-and-out", rotate_half_float32, LLAMA,
          claims={**QK, "dtypes": ("float16",)}),
    Entry("dense-matrix", dense_matrix, PAPER),
    Entry("growing-table", GrowingTable, LLAMA,
          claims={"dtypes": SMALL, "max_position": 16383}),
    Entry("short-table", short_table, PAPER, claims={"max_position": 4095}),
    Entry("interleaved-to-half", interleaved_to_half, DEEPSEEK_HF),
    Entry("clockwise", clockwise, NANOCHAT, claims={"dtypes": SMALL}),
    Entry("scaled-positions", scaled_positions, INTERPOLATED, claims=QK),
)  # fmt: skip
"""Honest implementations, as different people write them."""
