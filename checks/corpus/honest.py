"""Honest implementations in NumPy, as different people write them; all must pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    AMPLIFIED,
    DEEPSEEK_HF,
    GEMMA4,
    GPTJ,
    INTERPOLATED,
    LAST_HALF,
    LLAMA,
    MLA,
    NANOCHAT,
    NEOX,
    PAPER,
    WIDE,
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


def complex_product(config: RotaryConfig) -> Function:
    """Multiply complex numbers, partial width at either end."""
    width, head = config.rotary_dim, config.head_dim
    start = 0 if config.rotary_end == "first" else head - width
    theta = config.base ** -(np.arange(0, width, 2) / width)

    def apply(x: Array, positions: Array) -> Array:
        y = x.copy()
        part = x[..., start : start + width].astype(np.float64)
        z = part[..., 0::2] + 1j * part[..., 1::2]
        z = z * np.exp(1j * positions[:, None, :, None] * theta)
        y[..., start : start + width : 2] = z.real
        y[..., start + 1 : start + width : 2] = z.imag
        return y

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


def partial_halves(config: RotaryConfig) -> Function:
    """Rotate halves of the first or the last channels and put the rest beside them."""
    width, last = config.rotary_dim, config.rotary_end == "last"
    inv_freq = 1.0 / config.base ** (np.arange(0, width, 2) / width)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = positions[:, None, :, None] * inv_freq
        cos, sin = np.cos(angle), np.sin(angle)

        def one(x: Array) -> Array:
            turning = x[..., -width:] if last else x[..., :width]
            rest = x[..., :-width] if last else x[..., width:]
            a, b = np.split(turning, 2, axis=-1)
            turned = np.concatenate((a * cos - b * sin, b * cos + a * sin), axis=-1)
            parts = (rest, turned) if last else (turned, rest)
            return np.concatenate(parts, axis=-1).astype(x.dtype)

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


def idle_pairs(config: RotaryConfig) -> Function:
    """Give the pairs that do not turn the frequency 0."""
    head, width = config.head_dim, config.rotary_dim
    inv_freq = np.zeros(head // 2)
    inv_freq[: width // 2] = config.base ** -(np.arange(0, width, 2) / head)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        a, b = x[..., : head // 2], x[..., head // 2 :]
        c, s = np.cos(angle), np.sin(angle)
        return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)

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


def amplified(config: RotaryConfig) -> Function:
    """Multiply the tables by the attention factor, and pass the rest of the head through."""
    width, scaling = config.rotary_dim, config.scaling_dict() or {}
    inv_freq = config.base ** -(np.arange(0, width, 2) / width) / scaling["factor"]

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        cos, sin = config.amplitude * np.cos(angle), config.amplitude * np.sin(angle)
        y = x.copy()
        even, odd = x[..., 0:width:2], x[..., 1:width:2]
        y[..., 0:width:2] = even * cos - odd * sin
        y[..., 1:width:2] = odd * cos + even * sin
        return y

    return apply


def number_by_number(config: RotaryConfig) -> Function:
    """Loop over everything and use the math module, as in other languages."""
    width = config.rotary_dim

    def apply(x: Array, positions: Array) -> Array:
        y = x.copy()
        for b, h, s in np.ndindex(x.shape[:3]):
            for i in range(0, width, 2):
                angle = float(positions[b, s]) * config.base ** (-i / width)
                c, d = math.cos(angle), math.sin(angle)
                first, second = float(x[b, h, s, i]), float(x[b, h, s, i + 1])
                y[b, h, s, i] = first * c - second * d
                y[b, h, s, i + 1] = first * d + second * c
        return y

    return apply


def in_place(config: RotaryConfig) -> Function:
    """Write over the input, axes (batch, seq, heads, dim)."""
    width = config.rotary_dim
    inv_freq = config.base ** -(np.arange(0, width, 2) / width)

    def apply(x: Array, positions: Array) -> None:
        angle = positions[:, :, None, None] * inv_freq
        a, b = x[..., : width // 2].copy(), x[..., width // 2 : width].copy()
        x[..., : width // 2] = a * np.cos(angle) - b * np.sin(angle)
        x[..., width // 2 : width] = b * np.cos(angle) + a * np.sin(angle)

    return apply


SMALL = ("float64", "float32", "float16")
QK = {"signature": "qk"}

HONEST: tuple[Entry, ...] = (
    Entry("textbook", textbook, PAPER, claims={"dtypes": ("float64",)}),
    Entry("rotate-half-float32", rotate_half_float32, LLAMA, claims=QK),
    Entry("rotate-half-float16-in-and-out", rotate_half_float32, LLAMA,
          claims={**QK, "dtypes": ("float16",)}),
    Entry("complex", complex_product, PAPER, claims={"dtypes": SMALL}),
    Entry("complex-partial", complex_product, GPTJ),
    Entry("complex-last", complex_product, MLA),
    Entry("complex-wide", complex_product, WIDE),
    Entry("dense-matrix", dense_matrix, PAPER),
    Entry("growing-table", GrowingTable, LLAMA, claims={"dtypes": SMALL}),
    Entry("short-table", short_table, PAPER, claims={"max_position": 4095}),
    Entry("partial-halves", partial_halves, NEOX, claims=QK),
    Entry("partial-halves-last", partial_halves, LAST_HALF, claims=QK),
    Entry("interleaved-to-half", interleaved_to_half, DEEPSEEK_HF),
    Entry("idle-pairs", idle_pairs, GEMMA4),
    Entry("clockwise", clockwise, NANOCHAT, claims={"dtypes": SMALL}),
    Entry("scaled-positions", scaled_positions, INTERPOLATED, claims=QK),
    Entry("amplified", amplified, AMPLIFIED, claims={"dtypes": SMALL}),
    Entry("number-by-number", number_by_number, RotaryConfig(head_dim=6, rotary_dim=4)),
    Entry("in-place", in_place, NEOX, claims={"inplace": True, "axes": "bshd"}),
)  # fmt: skip
"""Honest implementations in NumPy."""
