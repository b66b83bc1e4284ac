r"""Hugging Face transformers' own rotary embeddings, with the published numbers of two models.

Needs transformers and torch. Try one on the command line:

    ropespec check ropespec.checks.peers.huggingface:llama --framework torch \
        --signature qk --layout half --head-dim 128 --base 500000
"""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch import Tensor
from transformers import GPTJConfig, LlamaConfig
from transformers.models.gptj import modeling_gptj
from transformers.models.llama import modeling_llama

from ropespec.reference.config import RotaryConfig

from .peer import Peer

LLAMA_CONFIG: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "max_position_embeddings": 8192,
    "rope_theta": 500000.0,
}
"""What decides the embedding in the published config.json of Llama-3-8B."""

GPTJ_CONFIG: dict[str, Any] = {
    "model_type": "gptj",
    "n_embd": 4096,
    "n_head": 16,
    "n_positions": 2048,
    "rotary_dim": 64,
}
"""What decides the embedding in the published config.json of GPT-J-6B."""


def llama(q: Tensor, k: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
    """Rotate as Llama-3-8B does.

    Parameters
    ----------
    q, k
        Shape `(batch, heads, seq, 128)`; k may have fewer heads.
    positions
        Shape `(batch, seq)`.
    """
    cos, sin = _llama_embedding()(q, positions)
    turned: tuple[Tensor, Tensor] = modeling_llama.apply_rotary_pos_emb(q, k, cos, sin)
    return turned


def gptj(x: Tensor, positions: Tensor) -> Tensor:
    """Rotate as GPT-J-6B does: the first 64 of 256 channels, by a table of 2048 positions.

    Parameters
    ----------
    x
        Shape `(batch, seq, heads, 256)`.
    positions
        Shape `(batch, seq)`, below 2048.
    """
    width = GPTJ_CONFIG["rotary_dim"]
    table = _gptj_table().repeat(positions.shape[0], 1, 1)
    places = positions.unsqueeze(-1).repeat(1, 1, table.shape[-1])
    sin, cos = torch.gather(table, 1, places).to(x.dtype).chunk(2, dim=-1)
    turned = modeling_gptj.apply_rotary_pos_emb(x[..., :width], sin, cos)
    return torch.cat([turned, x[..., width:]], dim=-1)


@cache
def _llama_embedding() -> torch.nn.Module:
    """Build transformers' module from the published numbers."""
    config = LlamaConfig(**{k: v for k, v in LLAMA_CONFIG.items() if k != "model_type"})
    module: torch.nn.Module = modeling_llama.LlamaRotaryEmbedding(config)
    return module


@cache
def _gptj_table() -> Tensor:
    """Build transformers' table from the published numbers, `(1, 2048, 64)`: sines, cosines."""
    config = GPTJConfig(**{k: v for k, v in GPTJ_CONFIG.items() if k != "model_type"})
    table: Tensor = modeling_gptj.create_sinusoidal_positions(
        config.max_position_embeddings, config.rotary_dim
    )
    return table.unsqueeze(0)


PEERS = (
    Peer(
        "transformers, Llama-3-8B",
        f"{__name__}:llama",
        RotaryConfig(head_dim=128, base=500000.0, layout="half"),
        {"framework": "torch", "signature": "qk"},
    ),
    Peer(
        "transformers, GPT-J-6B",
        f"{__name__}:gptj",
        RotaryConfig(head_dim=256, rotary_dim=64),
        {"framework": "torch", "axes": "bshd", "max_position": 2047},
    ),
)
"""Both, as their authors publish them."""
