"""Honest implementations in NumPy that turn a part of the head; all must pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    AMPLIFIED,
    GEMMA4,
    GPTJ,
    LAST_HALF,
    MLA,
    NEOX,
    PAPER,
    WIDE,
)
from .entry import Entry, Function

Array = Any


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
    Entry("complex", complex_product, PAPER, claims={"dtypes": SMALL}),
    Entry("complex-partial", complex_product, GPTJ),
    Entry("complex-last", complex_product, MLA),
    Entry("complex-wide", complex_product, WIDE),
    Entry("partial-halves", partial_halves, NEOX, claims=QK),
    Entry("partial-halves-last", partial_halves, LAST_HALF, claims=QK),
    Entry("idle-pairs", idle_pairs, GEMMA4),
    Entry("amplified", amplified, AMPLIFIED, claims={"dtypes": SMALL}),
    Entry("number-by-number", number_by_number, RotaryConfig(head_dim=6, rotary_dim=4)),
    Entry("in-place", in_place, NEOX, claims={"inplace": True, "axes": "bshd"}),
)  # fmt: skip
"""Honest implementations, as different people write them."""
