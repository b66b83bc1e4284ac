"""Planted bugs in torch that show on one path alone, or after a call in another format."""

from __future__ import annotations

from typing import Any

import torch

from ropespec.reference import RotaryConfig

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


class CoarseTable(Rotary):
    """A prompt leaves a table whose positions were counted in its own format.

    What the prompt itself gets is right: only a later call in a finer format shows it.
    """

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__(config)
        self.kept = torch.zeros(0, config.rotary_dim // 2)

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        seq, angles = positions.shape[1], self.angles(positions)
        if seq > len(self.kept) and bool((positions == torch.arange(seq)).all()):
            self.kept = torch.arange(seq, dtype=q.dtype)[:, None].float() * self.inv_freq
        elif positions.numel() and positions.min() >= 0 and positions.max() < len(self.kept):
            angles = self.kept[positions][:, None]
        return self.one(q, angles), self.one(k, angles)


QK = {"framework": "torch", "signature": "qk", "dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("torch-angles-by-matmul", AnglesByMatmul, LLAMA, "low-precision-phase", QK,
          also=("low-precision-positions",)),
    Entry("torch-coarse-table", CoarseTable, LLAMA, "stale-cache",
          {**QK, "dtypes": ("float32", "bfloat16")}, also=("depends-on-history",)),
    Entry("torch-backward-detached", OnceDifferentiable, LLAMA, "gradient-missing", QK),
)  # fmt: skip
"""Planted bugs of one path, and of calls in another format before."""
