"""litgpt's table and function with the numbers of its own configurations."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer, published


class Llama31(Adapter):
    """Llama-3.1-8B."""

    name = "Llama-3.1-8B"

    def __init__(self) -> None:
        from litgpt import Config
        from litgpt.model import apply_rope, build_rope_cache

        config = Config.from_name(self.name)
        self.turn, self.width = apply_rope, config.rope_n_elem
        self.cos, self.sin = build_rope_cache(
            seq_len=config.block_size,
            n_elem=config.rope_n_elem,
            base=config.rope_base,
            condense_ratio=config.rope_condense_ratio,
            extra_config=config.rope_adjustments,
        )

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 128)` as the attention of the model does."""
        import torch

        cos, sin = self.cos[positions], self.sin[positions]
        turned = self.turn(x[..., : self.width], cos, sin)
        return torch.cat((turned, x[..., self.width :]), dim=-1)


class Pythia(Llama31):
    """pythia-6.9b: a quarter of the head."""

    name = "pythia-6.9b"


def _peer(slug: str, name: str, function: str, config: RotaryConfig, most: int) -> Peer:
    """Describe one of this module's classes."""
    claims = {"framework": "torch", "max_position": most}
    source = f"litgpt.Config.from_name({name!r})"
    return Peer(slug, f"litgpt, {name}", f"{__name__}:{function}", config, claims, source)


PEERS = (
    _peer("llama-3.1-8b", "Llama-3.1-8B", "Llama31", published("llama-3.1-8b"), 131071),
    _peer("pythia-6.9b", "pythia-6.9b", "Pythia", published("pythia-6.9b"), 2047),
)
