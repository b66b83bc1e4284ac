"""What the planted bugs in torch have in common: an embedding as most code has it."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ropespec.reference import RotaryConfig

Array = Any


def inverse_frequencies(dim: int, base: float) -> Array:
    """Return frequencies as everybody forms them, float32."""
    return 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))


def rotate_half(x: Array) -> Array:
    """Move the second half, negated, before the first."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


def rotate_every_two(x: Array) -> Array:
    """Exchange neighbours, the first negated."""
    return torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).flatten(-2)


def halves(x: Array, angles: Array) -> Array:
    """Rotate halves by angles `(..., pairs)`, tables in the input's dtype."""
    emb = torch.cat((angles, angles), dim=-1)
    return x * emb.cos().to(x.dtype) + rotate_half(x) * emb.sin().to(x.dtype)


class Rotary(nn.Module):
    """Half-split embedding in which a report's mistake overrides one method."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.config = config
        self.inv_freq = self.frequencies()

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return inverse_frequencies(self.config.head_dim, self.config.base)

    def angles(self, positions: Array) -> Array:
        """Return angles `(batch, 1, seq, pairs)`."""
        return (positions[..., None].float() * self.inv_freq)[:, None]

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate queries or keys."""
        return halves(x, angles)

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        angles = self.angles(positions)
        return self.one(q, angles), self.one(k, angles)
