"""Planted bugs in torch that show on one path alone: autocast, or the second derivative."""

from __future__ import annotations

from typing import Any

import torch

from .configs import LLAMA
from .entry import Entry
from .planted_torch_gradients import with_backward
from .rotary_torch import Rotary, halves

Array = Any


class AnglesByMatmul(Rotary):
    """Form the angles as a matrix product, which automatic lower precision makes coarse."""

    def angles(self, positions: Array) -> Array:
        """Return angles `(batch, 1, seq, pairs)`."""
        column = self.inv_freq[None, :, None].expand(positions.shape[0], -1, 1)
        return (column @ positions[:, None, :].float()).transpose(1, 2)[:, None].float()


class OnceDifferentiable(Rotary):
    """The backward pass detaches what it returns: its own derivative is missing."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""

        def backward(upstream: Array, turned: Array) -> Array:
            with torch.no_grad():
                return halves(upstream, -turned)

        return with_backward(halves, backward)(x, angles)


QK = {"framework": "torch", "signature": "qk", "dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("torch-angles-by-matmul", AnglesByMatmul, LLAMA, "low-precision-phase", QK,
          also=("low-precision-positions",)),
    Entry("torch-backward-detached", OnceDifferentiable, LLAMA, "gradient-missing", QK),
)  # fmt: skip
"""Planted bugs of one path."""
