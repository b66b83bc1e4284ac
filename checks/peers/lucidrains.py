"""The packages rotary-embedding-torch and x-transformers."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer
from .rows import by_runs

TORCH = {"framework": "torch"}


class RotaryEmbeddingTorch(Adapter):
    """`rotate_queries_or_keys` of rotary-embedding-torch, as its README calls it."""

    def __init__(self) -> None:
        import torch
        from rotary_embedding_torch import RotaryEmbedding

        self.join, self.rope = torch.cat, RotaryEmbedding(dim=32)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)`: each run of positions by its offset."""

        def turn(part: Any, start: int) -> Any:
            return self.rope.rotate_queries_or_keys(part, offset=start)

        return by_runs(self.join, turn, x, positions)


class GivenPositions(RotaryEmbeddingTorch):
    """The same package by its lower functions, which take positions."""

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)`."""
        from rotary_embedding_torch import apply_rotary_emb

        return apply_rotary_emb(self.rope(positions).unsqueeze(1), x)


class XTransformers(Adapter):
    """x-transformers: half of a head of 64 channels, as its attention does."""

    def __init__(self) -> None:
        from x_transformers import x_transformers

        self.code: Any = x_transformers
        self.rope = self.code.RotaryEmbedding(32)
        self.inv_freq = self.rope.inv_freq

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)`."""
        freqs, scale = self.rope(positions)
        return self.code.apply_rotary_pos_emb(x, freqs, scale)


PARTIAL = RotaryConfig(head_dim=64, rotary_dim=32)

ROTARY_EMBEDDING_TORCH = (
    Peer(
        "readme", "rotary-embedding-torch, README, by offsets",
        f"{__name__}:RotaryEmbeddingTorch", PARTIAL, TORCH,
        "README: RotaryEmbedding(dim = 32), heads of 64",
        "It takes no positions but an offset: the adapter calls it once for each run.",
    ),
    Peer(
        "positions", "rotary-embedding-torch, given positions", f"{__name__}:GivenPositions",
        PARTIAL, TORCH, "README: RotaryEmbedding(dim = 32), heads of 64",
    ),
)  # fmt: skip
X_TRANSFORMERS = (
    Peer(
        "decoder", "x-transformers, rotary_pos_emb = True", f"{__name__}:XTransformers",
        PARTIAL, TORCH, "defaults of Decoder(rotary_pos_emb = True): 32 of 64 channels",
    ),
)  # fmt: skip
