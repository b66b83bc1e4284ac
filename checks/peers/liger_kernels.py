"""Liger's Triton kernel, by Triton's interpreter on the processor."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter

from .peer import Peer, published


class Llama(Adapter):
    """`liger_rotary_pos_emb` with tables as Hugging Face's Llama-3-8B gives them."""

    def __init__(self) -> None:
        import torch
        from liger_kernel.transformers.rope import liger_rotary_pos_emb

        self.torch, self.turn = torch, liger_rotary_pos_emb
        self.inv_freq = 1.0 / 500000.0 ** (torch.arange(0, 128, 2).float() / 128)

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 128)`."""
        angles = positions[..., None].float() * self.inv_freq
        whole = self.torch.cat((angles, angles), dim=-1)
        return self.turn(q, k, whole.cos().to(q.dtype), whole.sin().to(q.dtype))


PEERS = (
    Peer(
        "llama-3-8b", "Liger, liger_rotary_pos_emb (interpreted)", f"{__name__}:Llama",
        published("llama-3-8b"),
        {"framework": "torch", "signature": "qk", "dtypes": ("float32", "float16")},
        "config.json of Meta-Llama-3-8B; tables as transformers makes them",
        "Triton's interpreter runs the kernel, whose speed says nothing: not timed. Arrays are "
        "contiguous in the order that its documentation names; on views of (batch, seq, heads, "
        "dim), as models have them, it always works in place and steps right.",
        timed=False,
    ),
)  # fmt: skip
