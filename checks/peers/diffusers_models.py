"""diffusers: FLUX.1 on three axes, and the one-dimensional form in halves."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer


class Flux(Adapter):
    """FLUX.1: ids on three axes, neighbouring channels."""

    def __init__(self) -> None:
        import torch
        from diffusers.models.embeddings import apply_rotary_emb
        from diffusers.models.transformers.transformer_flux import FluxPosEmbed

        self.join, self.turn = torch.cat, apply_rotary_emb
        self.rope = FluxPosEmbed(theta=10000, axes_dim=[16, 56, 56])

    def tables(self, row: Any) -> Any:
        """Return cosines and sines of one row of positions."""
        return self.rope(row)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, 128)`; a row of ids at a time, as all rows share them."""
        rows = [self.turned(x[b : b + 1], row) for b, row in enumerate(positions)]
        return self.join(rows) if rows else x

    def turned(self, x: Any, row: Any) -> Any:
        """Rotate one row."""
        return self.turn(x, self.tables(row), sequence_dim=1)


class StableAudio(Flux):
    """Stable Audio: one axis, halves, half of a head of 64 channels."""

    def tables(self, row: Any) -> Any:
        """Return cosines and sines of one row of positions."""
        from diffusers.models.embeddings import get_1d_rotary_pos_embed

        return get_1d_rotary_pos_embed(32, row, use_real=True, repeat_interleave_real=False)

    def turned(self, x: Any, row: Any) -> Any:
        """Rotate one row as the model's attention processor does."""
        tables = self.tables(row)
        turned = self.turn(x[..., :32], tables, use_real_unbind_dim=-2, sequence_dim=1)
        return self.join([turned, x[..., 32:]], -1)


SEQUENCE_FIRST = {"framework": "torch", "axes": "bshd"}

PEERS = (
    Peer(
        "flux.1", "diffusers, FLUX.1", f"{__name__}:Flux",
        RotaryConfig(head_dim=128, axes=(8, 28, 28)), SEQUENCE_FIRST,
        "FluxTransformer2DModel: axes_dims_rope (16, 56, 56), theta 10000",
    ),
    Peer(
        "stable-audio", "diffusers, Stable Audio", f"{__name__}:StableAudio",
        RotaryConfig(head_dim=64, rotary_dim=32, layout="half"), SEQUENCE_FIRST,
        "StableAudioDiTModel: attention_head_dim 64, rotary_embed_dim 32",
    ),
)  # fmt: skip
