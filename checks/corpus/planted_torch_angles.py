"""Planted bugs in torch, after public reports: wrong frequencies and positions.

None of this code is shared with the hypotheses of the diagnosis, which is measured on it.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from ropespec.reference import RotaryConfig

from .configs import INTERPOLATED, LLAMA
from .entry import Entry
from .rotary_torch import Rotary, inverse_frequencies

Array = Any


class DefaultBase(Rotary):
    """The base is not read from the configuration."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return inverse_frequencies(self.config.head_dim, 10000.0)


class HalvedTwice(Rotary):
    """The caller halves the width, and the module again."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        dim = self.config.head_dim // 2
        return self.config.base ** -(torch.arange(0, 2 * dim, 2).float() / dim)


class ScaledExponent(Rotary):
    """The scaling factor divides the exponent instead of the positions."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        scaling = self.config.scaling_dict() or {}
        exponent = torch.linspace(0, 1, self.config.pairs + 1)[:-1] / scaling["factor"]
        return 1.0 / self.config.base**exponent


class CastFrequencies(Rotary):
    """The buffer went through model.to(bfloat16)."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return super().frequencies().to(torch.bfloat16).float()


class HalfPositions(Rotary):
    """Positions take the dtype of the model."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return (positions[..., None].half().float() * self.inv_freq)[:, None]


class Autocast(Rotary):
    """The product runs in bfloat16 under autocast."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            product = positions[..., None].float() @ self.inv_freq[None]
        return product.float()[:, None]


class LengthOnly(Rotary):
    """Position ids are used for their length."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        count = torch.arange(positions.shape[-1])
        return torch.outer(count.float(), self.inv_freq)[None, None]


class SharedRow(Rotary):
    """All rows share the first row's positions."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return torch.outer(positions[0].float(), self.inv_freq)[None, None]


class DecodesAtZero(Rotary):
    """Position ids of a single token are arange(1)."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        if positions.shape[-1] == 1:
            positions = torch.arange(1)[None].expand_as(positions)
        return super().angles(positions)


class Clamped(Rotary):
    """Positions are clamped to the original context."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions.clamp(max=8191))


class Short(Rotary):
    """Positions pass through 16-bit integers."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions.to(torch.int16))


class KeyedByLength(Rotary):
    """Angles are cached under the sequence length, not the offset."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__(config)
        self.cache: dict[int, Array] = {}

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        key = positions.shape[-1]
        if key not in self.cache:
            self.cache[key] = super().angles(positions[:1])
        return self.cache[key]


class PoorReduction(Rotary):
    """Angles are reduced by a turn in half precision."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        exact = super().angles(positions)
        turn = torch.tensor(2 * math.pi).half().float()
        return exact - torch.round(exact / turn) * turn


class Unscaled(Rotary):
    """The scaling is parsed and never used."""


class Flipped(Rotary):
    """The frequencies come slowest first."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return super().frequencies().flip(0)


class Late(Rotary):
    """Positions count the current token as well."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions + 1)


TORCH = {"framework": "torch", "dtypes": ("float32", "bfloat16")}
QK = {**TORCH, "signature": "qk"}
F32 = {**QK, "dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("torch-default-base", DefaultBase, LLAMA, "wrong-base", QK),
    Entry("torch-halved-twice", HalvedTwice, LLAMA, "wrong-exponent", F32),
    Entry("torch-scaled-exponent", ScaledExponent, INTERPOLATED, "wrong-exponent", QK),
    Entry("torch-cast-frequencies", CastFrequencies, LLAMA, "low-precision-frequencies", F32),
    Entry("torch-half-positions", HalfPositions, LLAMA, "low-precision-positions", F32),
    Entry("torch-autocast", Autocast, LLAMA, "low-precision-phase", QK),
    Entry("torch-length-only", LengthOnly, LLAMA, "positions-ignored", QK),
    Entry("torch-shared-row", SharedRow, LLAMA, "first-row-positions", F32),
    Entry("torch-decodes-at-zero", DecodesAtZero, LLAMA, "decode-position", F32),
    Entry("torch-clamped", Clamped, LLAMA, "table-clamps", F32),
    Entry("torch-short", Short, LLAMA, "integer-overflow", F32),
    Entry("torch-keyed-by-length", KeyedByLength, LLAMA, "stale-cache", F32,
          also=("depends-on-history",)),
    Entry("torch-poor-reduction", PoorReduction, LLAMA, "inaccurate-trigonometry", F32),
    Entry("torch-unscaled", Unscaled, INTERPOLATED, "scaling-ignored", QK),
    Entry("torch-flipped", Flipped, LLAMA, "frequency-order", F32),
    Entry("torch-late", Late, LLAMA, "positions-off-by-one", F32),
)  # fmt: skip
"""Planted bugs after public reports."""
