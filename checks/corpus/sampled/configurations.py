"""Configurations drawn at random: widths, layouts, ends, bases, signs, scalings, axes."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from ropespec.reference import ConfigError, RotaryConfig

HEADS = (12, 16, 20, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128)
LAYOUTS = ("interleaved",) * 4 + ("half",) * 5 + ("interleaved-to-half", "half-idle")
BASES = (10000.0, 500000.0, 1000000.0, 50000.0, 150000.0, 160000.0, 10000000.0)


def configuration(
    rng: np.random.Generator, *, scaled: bool | None = None, partial: bool | None = None
) -> RotaryConfig:
    """Draw a configuration.

    Parameters
    ----------
    rng
        Decides it.
    scaled, partial
        Whether it has a scaling, and whether some channels pass through; None for either.
    """
    while True:
        try:
            config = _drawn(rng, scaled, partial)
            config.inv_freq()
        except ConfigError:
            continue  # the draws are independent, and not all of them fit each other
        return config


def _drawn(rng: np.random.Generator, scaled: bool | None, partial: bool | None) -> RotaryConfig:
    """Draw fields that may not fit each other."""
    head_dim = int(rng.choice(HEADS))
    layout = str(rng.choice(LAYOUTS))
    narrow = rng.random() < 0.4 if partial is None else partial
    narrow = narrow or layout == "half-idle"
    width = 2 * int(rng.integers(3, head_dim // 2)) if narrow else head_dim
    wanted = rng.random() < 0.35 if scaled is None else scaled
    last = narrow and layout != "half-idle" and rng.random() < 0.4
    axes = _axes(rng, width // 2) if layout in ("interleaved", "half") and not wanted else ()
    return RotaryConfig(
        head_dim=head_dim,
        rotary_dim=width,
        rotary_end="last" if last else "first",
        base=_base(rng),
        layout=layout,
        sign=-1 if rng.random() < 0.1 else 1,
        scaling=_scaling(rng, width // 2) if wanted else None,
        axes=axes,
        attention_factor=round(float(rng.uniform(0.6, 1.8)), 2) if rng.random() < 0.1 else None,
    )


def _base(rng: np.random.Generator) -> float:
    """Take a usual base, or any."""
    if rng.random() < 0.75:
        return float(rng.choice(BASES))
    return float(round(10 ** rng.uniform(3, 8)))


def _axes(rng: np.random.Generator, pairs: int) -> tuple[int, ...]:
    """Deal the pairs to two or three axes, now and then."""
    if rng.random() > 0.1 or pairs < 9:
        return ()
    count = int(rng.integers(2, 4))
    cuts = [int(part) for part in np.linspace(0, pairs, count + 1)]
    return tuple(end - start for start, end in itertools.pairwise(cuts))


def _scaling(rng: np.random.Generator, pairs: int) -> dict[str, Any]:
    """Draw a scaling law with its parameters."""
    factor = float(rng.choice([2, 3, 4, 5, 8, 16, 32]))
    length = int(rng.choice([1024, 2048, 4096, 8192, 32768]))
    original = {"original_max_position_embeddings": length}
    kind = rng.choice(["linear", "linear", "llama3", "llama3", "yarn", "yarn", "longrope"])
    if kind == "linear":
        return {"rope_type": "linear", "factor": factor}
    if kind == "llama3":
        low = float(rng.choice([1, 2]))
        high = low * float(rng.choice([2, 4, 8]))
        freq = {"low_freq_factor": low, "high_freq_factor": high}
        return {"rope_type": "llama3", "factor": factor, **freq, **original}
    if kind == "yarn":
        betas = {"beta_fast": float(rng.choice([32, 32, 16, 4])), "beta_slow": 1.0}
        return {"rope_type": "yarn", "factor": factor, **betas, **original}
    short = (1 + np.linspace(0, 0.5, pairs) * rng.random()).round(3).tolist()
    long = (1 + np.linspace(0, 1, pairs) ** 2 * 3 * factor).round(3).tolist()
    return {
        "rope_type": "longrope", "factor": factor, "short_factor": short,
        "long_factor": long, **original,
    }  # fmt: skip
