"""Honest implementations whose frequencies follow the length of each call; all must pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import DYNAMIC_OPEN, LONGROPE
from .entry import Entry, Function

Array = Any


def length_of(positions: Array) -> int:
    """Return the largest position of a call plus one, which is 0 for a call without tokens."""
    return int(positions.max(initial=-1)) + 1


def powers(base: float, config: RotaryConfig) -> Array:
    """Return the frequencies of a base."""
    return base ** -(np.arange(0, config.rotary_dim, 2) / config.rotary_dim)


def halves(x: Array, positions: Array, inv_freq: Array, factor: float = 1.0) -> Array:
    """Turn halves, with an amplitude."""
    angle = positions[:, None, :, None] * inv_freq
    a, b = np.split(x.astype(np.float64), 2, axis=-1)
    c, s = factor * np.cos(angle), factor * np.sin(angle)
    return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)


def longrope(config: RotaryConfig) -> Function:
    """Divide by the long list in calls beyond the trained length, else by the short one."""
    said = config.scaling_dict() or {}
    trained, theta = said["original_max_position_embeddings"], powers(config.base, config)
    lists = [theta / np.array(said[which]) for which in ("short_factor", "long_factor")]
    factor = math.sqrt(1 + math.log(said["factor"]) / math.log(trained))

    def apply(x: Array, positions: Array) -> Array:
        return halves(x, positions, lists[length_of(positions) > trained], factor)

    return apply


def grown_base(config: RotaryConfig, length: int) -> float:
    """Return the base of dynamic NTK for a length."""
    said, width = config.scaling_dict() or {}, config.rotary_dim
    trained = said["original_max_position_embeddings"]
    alpha = said["factor"] * max(length, trained) / trained - (said["factor"] - 1)
    return float(config.base * alpha ** (width / (width - 2)))


def dynamic(config: RotaryConfig) -> Function:
    """Make the base anew for each call."""

    def apply(x: Array, positions: Array) -> Array:
        base = grown_base(config, length_of(positions))
        return halves(x, positions, powers(base, config))

    return apply


BY_LENGTH = {"dtypes": ("float32",), "by_length": True}

HONEST: tuple[Entry, ...] = (
    Entry("longrope-switches", longrope, LONGROPE, claims=BY_LENGTH),
    Entry("dynamic-grows", dynamic, DYNAMIC_OPEN, claims=BY_LENGTH),
)
"""Honest implementations whose calls have the frequencies of their own length."""
