"""Honest implementations in NumPy with scaling laws and several coordinates; all must pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    DEEPSEEK_YARN,
    DYNAMIC,
    LLAMA3,
    LONGROPE,
    LONGROPE_LONG,
    MROPE,
    MROPE_IN_TURN,
    PIXTRAL,
    YARN,
)
from .entry import Entry, Function

Array = Any


def turned_halves(x: Array, cos: Array, sin: Array) -> Array:
    """Turn halves, in float32 for narrower inputs."""
    wide = x.astype(np.promote_types(x.dtype, np.float32))
    a, b = np.split(wide, 2, axis=-1)
    return np.concatenate((a * cos - b * sin, b * cos + a * sin), axis=-1).astype(x.dtype)


def llama3_bands(config: RotaryConfig) -> Function:
    """Go through the frequencies one by one, as Meta's code does."""
    said = config.scaling_dict() or {}
    length = said["original_max_position_embeddings"]
    longest, shortest = length / said["low_freq_factor"], length / said["high_freq_factor"]
    frequencies = []
    for freq in config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim):
        wavelength = 2 * math.pi / freq
        if wavelength < shortest:
            frequencies.append(freq)
        elif wavelength > longest:
            frequencies.append(freq / said["factor"])
        else:
            smooth = (length / wavelength - said["low_freq_factor"]) / (
                said["high_freq_factor"] - said["low_freq_factor"]
            )
            frequencies.append((1 - smooth) * freq / said["factor"] + smooth * freq)
    inv_freq = np.array(frequencies, dtype=np.float32)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = (positions[..., None].astype(np.float32) * inv_freq)[:, None]
        cos, sin = np.cos(angle), np.sin(angle)
        return turned_halves(q, cos, sin), turned_halves(k, cos, sin)

    return apply


def yarn_ramp(config: RotaryConfig) -> Function:
    """Blend extrapolated and interpolated frequencies, amplitude in the tables."""
    said, dim = config.scaling_dict() or {}, config.head_dim

    def correction(turns: float) -> float:
        length = said["original_max_position_embeddings"]
        return dim * math.log(length / (turns * 2 * math.pi)) / (2 * math.log(config.base))

    low, high = max(correction(32.0), 0), min(correction(1.0), dim - 1)
    kept = 1 - np.clip((np.arange(dim // 2) - low) / (high - low), 0, 1)
    powers = config.base ** (np.arange(0, dim, 2) / dim)
    inv_freq = (1 - kept) / (said["factor"] * powers) + kept / powers
    mscale = 0.1 * math.log(said["factor"]) + 1.0

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = (positions[..., None] * inv_freq)[:, None]
        cos, sin = mscale * np.cos(angle), mscale * np.sin(angle)
        return turned_halves(q, cos, sin), turned_halves(k, cos, sin)

    return apply


def deepseek_yarn(config: RotaryConfig) -> Function:
    """Split [nope | rope] and scale the rope part; both magnitudes cancel."""
    said, dim = config.scaling_dict() or {}, config.rotary_dim

    def correction(turns: float) -> float:
        length = said["original_max_position_embeddings"]
        return dim * math.log(length / (turns * 2 * math.pi)) / (2 * math.log(config.base))

    low, high = math.floor(correction(32.0)), math.ceil(correction(1.0))
    ramp = np.clip((np.arange(dim // 2) - low) / (high - low), 0, 1)
    plain = config.base ** -(np.arange(0, dim, 2) / dim)
    inv_freq = plain / said["factor"] * ramp + plain * (1 - ramp)

    def apply(x: Array, positions: Array) -> Array:
        angle = (positions[..., None] * inv_freq)[:, None]
        nope, rope = x[..., :-dim], x[..., -dim:].astype(np.float64)
        z = (rope[..., 0::2] + 1j * rope[..., 1::2]) * np.exp(1j * angle)
        rope = np.stack((z.real, z.imag), axis=-1).reshape(rope.shape)
        return np.concatenate((nope, rope.astype(x.dtype)), axis=-1)

    return apply


def longrope_list(config: RotaryConfig) -> Function:
    """Multiply the powers by the list in force, amplitude in the tables."""
    said, dim = config.scaling_dict() or {}, config.head_dim
    which = "long_factor" if config is LONGROPE_LONG else "short_factor"
    divisors = np.array(said[which]) * config.base ** (np.arange(0, dim, 2) / dim)
    length = said["original_max_position_embeddings"]
    factor = math.sqrt(1 + math.log(said["factor"]) / math.log(length))

    def apply(x: Array, positions: Array) -> Array:
        angle = (positions[..., None] / divisors)[:, None]
        return turned_halves(x, factor * np.cos(angle), factor * np.sin(angle))

    return apply


def dynamic_base(config: RotaryConfig) -> Function:
    """Make the base larger for a length of 8192 tokens."""
    dim = config.head_dim
    base = config.base * (4.0 * 8192 / 4096 - 3.0) ** (dim / (dim - 2))
    inv_freq = base ** -(np.arange(0, dim, 2) / dim)

    def apply(x: Array, positions: Array) -> Array:
        angle = (positions[..., None] * inv_freq)[:, None]
        return turned_halves(x, np.cos(angle), np.sin(angle))

    return apply


def sections(config: RotaryConfig) -> Function:
    """Form the angles of every coordinate and take each pair's from its own."""
    inv_freq = config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)
    counts = np.cumsum(config.axes)[:-1]

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = positions.transpose(2, 0, 1)[..., None] * inv_freq
        parts = [np.split(one, counts, axis=-1)[axis] for axis, one in enumerate(angles)]
        angle = np.concatenate(parts, axis=-1)[:, None]
        cos, sin = np.cos(angle), np.sin(angle)
        return turned_halves(q, cos, sin), turned_halves(k, cos, sin)

    return apply


def sections_in_turn(config: RotaryConfig) -> Function:
    """Begin with time everywhere and overwrite every third pair with height and width."""
    inv_freq = config.base ** -(np.arange(0, config.head_dim, 2) / config.head_dim)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = positions.transpose(2, 0, 1)[..., None] * inv_freq
        mixed = angles[0].copy()
        for axis in (1, 2):
            mixed[..., axis:12:3] = angles[axis][..., axis:12:3]
        cos, sin = np.cos(mixed)[:, None], np.sin(mixed)[:, None]
        return turned_halves(q, cos, sin), turned_halves(k, cos, sin)

    return apply


def rows_and_columns(config: RotaryConfig) -> Function:
    """Multiply complex numbers of rows and columns, one behind the other."""
    count = config.axes[0]
    inv_freq = config.base ** -(np.arange(count) / count)

    def apply(x: Array, positions: Array) -> Array:
        angle = np.concatenate([positions[..., axis, None] * inv_freq for axis in (0, 1)], -1)
        wide = x.astype(np.float64)
        z = (wide[..., 0::2] + 1j * wide[..., 1::2]) * np.exp(1j * angle)[:, None]
        return np.stack((z.real, z.imag), axis=-1).reshape(x.shape).astype(x.dtype)

    return apply


QK = {"signature": "qk"}

HONEST: tuple[Entry, ...] = (
    Entry("llama3-bands", llama3_bands, LLAMA3,
          claims={**QK, "dtypes": ("float32", "float16")}),
    Entry("yarn-ramp", yarn_ramp, YARN, claims=QK),
    Entry("yarn-deepseek", deepseek_yarn, DEEPSEEK_YARN),
    Entry("longrope-short", longrope_list, LONGROPE),
    Entry("longrope-long", longrope_list, LONGROPE_LONG),
    Entry("dynamic-base", dynamic_base, DYNAMIC),
    Entry("mrope-sections", sections, MROPE, claims=QK),
    Entry("mrope-in-turn-written-over", sections_in_turn, MROPE_IN_TURN, claims=QK),
    Entry("rows-and-columns", rows_and_columns, PIXTRAL, claims={"dtypes": ("float64",)}),
)  # fmt: skip
"""Honest implementations of scaling laws and of several coordinates."""
