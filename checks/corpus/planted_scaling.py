"""Planted mistakes in scaling laws, after public reports, written by hand in NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    DEEPSEEK_YARN,
    DYNAMIC,
    LLAMA,
    LLAMA3,
    LONGROPE,
    LONGROPE_LONG,
    YARN,
    YARN_CLAMPED,
    YARN_ROUNDED,
)
from .entry import Entry, Function, Maker

Array = Any
Frequencies = Callable[[RotaryConfig], Array]


def turning(frequencies: Frequencies, amplitude: Callable[[RotaryConfig], float]) -> Maker:
    """Make a target from frequencies and an amplitude, for every layout of the corpus."""

    def make(config: RotaryConfig) -> Function:
        inv_freq, factor, width = frequencies(config), amplitude(config), config.rotary_dim
        start = 0 if config.rotary_end == "first" else config.head_dim - width
        halves = config.layout == "half"

        def apply(x: Array, positions: Array) -> Array:
            angle = positions[:, None, :, None] * inv_freq
            cos, sin = factor * np.cos(angle), factor * np.sin(angle)
            y, part = x.copy(), x[..., start : start + width].astype(np.float64)
            a = part[..., : width // 2] if halves else part[..., 0::2]
            b = part[..., width // 2 :] if halves else part[..., 1::2]
            turned = np.stack((a * cos - b * sin, b * cos + a * sin), axis=-2 if halves else -1)
            y[..., start : start + width] = turned.reshape(part.shape)
            return y

        return apply

    return make


def words(config: RotaryConfig) -> dict[str, Any]:
    """Return the scaling's words."""
    return config.scaling_dict() or {}


def plain(config: RotaryConfig) -> Array:
    """Return the frequencies of the base alone."""
    width = config.rotary_dim
    return config.base ** -(np.arange(0, width, 2) / width)


def declared(config: RotaryConfig) -> float:
    """Return the declared amplitude."""
    return config.amplitude


def turns_index(config: RotaryConfig, turns: float) -> float:
    """Return the real index at which a pair turns so often in the trained length."""
    length = words(config)["original_max_position_embeddings"]
    share = math.log(length / (turns * 2 * math.pi)) / math.log(config.base)
    return config.rotary_dim * share / 2


def yarn(
    config: RotaryConfig,
    *,
    fast: float | None = None,
    slow: float | None = None,
    truncate: bool | None = None,
    top: float | None = None,
    extrapolated: Array | None = None,
    divided: Array | None = None,
    inverted: bool = False,
) -> Array:
    """Blend as YaRN does, each number as declared unless it is given."""
    said = words(config)
    low = turns_index(config, fast or said.get("beta_fast", 32.0))
    high = turns_index(config, slow or said.get("beta_slow", 1.0))
    if said.get("truncate", True) if truncate is None else truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, config.rotary_dim - 1 if top is None else top)
    ramp = np.clip((np.arange(config.rotary_dim // 2) - low) / max(high - low, 0.001), 0, 1)
    ramp = 1 - ramp if inverted else ramp
    fast_ones = plain(config) if extrapolated is None else extrapolated
    slow_ones = plain(config) / said["factor"] if divided is None else divided
    return fast_ones * (1 - ramp) + slow_ones * ramp


def ntk_base(config: RotaryConfig) -> Array:
    """Return frequencies of the base that NTK scaling makes of it."""
    width = config.rotary_dim
    base = config.base * words(config)["factor"] ** (width / (width - 2))
    return base ** -(np.arange(0, width, 2) / width)


def inside_power(config: RotaryConfig) -> Array:
    """Put the factor inside the power."""
    width = config.rotary_dim
    base = config.base * words(config)["factor"]
    return yarn(config, divided=base ** -(np.arange(0, width, 2) / width))


def llama3(config: RotaryConfig, **other: float) -> Array:
    """Scale three bands, each number as declared unless it is given."""
    said = {**words(config), **other}
    theta = plain(config)
    turns = said["original_max_position_embeddings"] * theta / (2 * math.pi)
    low, high = said["low_freq_factor"], said["high_freq_factor"]
    smooth = np.clip((turns - low) / (high - low), 0, 1)
    return (1 - smooth) * theta / said["factor"] + smooth * theta


def hard_band(config: RotaryConfig) -> Array:
    """Divide the middle band like the slow one."""
    theta, said = plain(config), words(config)
    turns = said["original_max_position_embeddings"] * theta / (2 * math.pi)
    return np.where(turns > said["high_freq_factor"], theta, theta / said["factor"])


def blended_wavelengths(config: RotaryConfig) -> Array:
    """Blend the wavelengths where the frequencies are meant."""
    theta, said = plain(config), words(config)
    turns = said["original_max_position_embeddings"] * theta / (2 * math.pi)
    low, high = said["low_freq_factor"], said["high_freq_factor"]
    smooth = np.clip((turns - low) / (high - low), 0, 1)
    return 1 / ((1 - smooth) * said["factor"] / theta + smooth / theta)


def magnitude(factor: float, weight: float = 1.0) -> float:
    """Return YaRN's amplitude for a factor."""
    return 0.1 * weight * math.log(factor) + 1


def longrope(which: str) -> Frequencies:
    """Divide by one of LongRoPE's lists."""
    return lambda config: plain(config) / np.array(words(LONGROPE)[which])


def constant_dynamic(config: RotaryConfig) -> Array:
    """Scale as for the longest sequence at every length."""
    width = config.rotary_dim
    base = config.base * 4.0 ** (width / (width - 2))
    return base ** -(np.arange(0, width, 2) / width)


def stepped_alpha(config: RotaryConfig) -> Array:
    """Take the alpha of the next power of two, as another engine does."""
    width = config.rotary_dim
    base = config.base * 7.0 ** (width / (width - 2))
    return base ** -(np.arange(0, width, 2) / width)


def clamped_and_divided(config: RotaryConfig) -> Function:
    """Divide all positions by the factor and clamp them to the trained length."""
    said, inv_freq = words(config), plain(config)

    def apply(x: Array, positions: Array) -> Array:
        last = said["original_max_position_embeddings"] - 1
        placed = np.minimum(positions / said["factor"], last)[:, None, :, None]
        a, b = np.split(x.astype(np.float64), 2, axis=-1)
        cos = config.amplitude * np.cos(placed * inv_freq)
        sin = config.amplitude * np.sin(placed * inv_freq)
        return np.concatenate((a * cos - b * sin, b * cos + a * sin), -1).astype(x.dtype)

    return apply


F32 = {"dtypes": ("float32",)}
SCALING = "wrong-scaling-parameters"

PLANTED: tuple[Entry, ...] = (
    Entry("llama3-unscaled", turning(plain, declared), LLAMA3, "scaling-ignored", F32),
    Entry("llama3-factor-8", turning(lambda c: llama3(c, factor=8.0), declared), LLAMA3,
          SCALING, F32),
    Entry("llama3-other-bands", turning(
        lambda c: llama3(c, low_freq_factor=2.0, high_freq_factor=8.0), declared), LLAMA3,
        SCALING, F32),
    Entry("llama3-other-length", turning(
        lambda c: llama3(c, original_max_position_embeddings=131072), declared), LLAMA3,
        SCALING, F32),
    Entry("llama3-hard-band", turning(hard_band, declared), LLAMA3, SCALING, F32),
    Entry("llama3-wavelengths", turning(blended_wavelengths, declared), LLAMA3, SCALING, F32),
    Entry("base-and-scaling-lost", turning(
        lambda c: 10000.0 ** -(np.arange(0, c.rotary_dim, 2) / c.rotary_dim), declared), LLAMA3,
        "wrong-base", F32, also=("scaling-ignored",)),
    Entry("other-layers-law", turning(
        lambda c: 160000.0 ** -(np.arange(0, c.rotary_dim, 2) / c.rotary_dim), declared), LLAMA,
        "wrong-base", F32),
    Entry("yarn-rounded", turning(lambda c: yarn(c, truncate=True), declared), YARN,
          SCALING, F32),
    Entry("yarn-not-rounded", turning(lambda c: yarn(c, truncate=False), declared),
          YARN_ROUNDED, SCALING, F32),
    Entry("yarn-ends-at-half", turning(lambda c: yarn(c, top=c.rotary_dim // 2 - 1), declared),
          YARN_CLAMPED, SCALING, F32),
    Entry("yarn-ntk-base", turning(lambda c: yarn(c, extrapolated=ntk_base(c)), declared), YARN,
          SCALING, F32),
    Entry("yarn-inside-power", turning(inside_power, declared), YARN, SCALING, F32),
    Entry("yarn-betas-fixed", turning(lambda c: yarn(c, fast=32.0, slow=1.0), declared),
          YARN_ROUNDED, SCALING, F32),
    Entry("yarn-inverted", turning(lambda c: yarn(c, inverted=True), declared), YARN,
          SCALING, F32),
    Entry("yarn-clamped-and-divided", clamped_and_divided, YARN, SCALING, F32,
          also=("table-clamps",)),
    Entry("yarn-amplitude-missing", turning(yarn, lambda _c: 1.0), YARN,
          "attention-factor-missing", F32),
    Entry("yarn-amplitude-dropped", turning(yarn, lambda c: magnitude(words(c)["factor"])),
          YARN_ROUNDED, "wrong-amplitude", F32),
    Entry("yarn-amplitude-squared", turning(yarn, lambda c: c.amplitude**2), YARN,
          "wrong-amplitude", F32),
    Entry("yarn-mscale-alone", turning(yarn, lambda c: magnitude(
        words(c)["factor"], words(c)["mscale_all_dim"])), DEEPSEEK_YARN,
        "wrong-amplitude", F32),
    Entry("longrope-long-too-early", turning(longrope("long_factor"), declared), LONGROPE,
          SCALING, F32),
    Entry("longrope-always-short", turning(longrope("short_factor"), declared), LONGROPE_LONG,
          SCALING, F32),
    Entry("longrope-unscaled", turning(plain, declared), LONGROPE_LONG, "scaling-ignored", F32),
    Entry("dynamic-constant", turning(constant_dynamic, declared), DYNAMIC, SCALING, F32,
          also=("wrong-base",)),
    Entry("dynamic-steps", turning(stepped_alpha, declared), DYNAMIC, SCALING, F32,
          also=("wrong-base",)),
    Entry("dynamic-unscaled", turning(plain, declared), DYNAMIC, "scaling-ignored", F32,
          also=("wrong-base",)),
)  # fmt: skip
"""Planted mistakes in scaling laws."""
