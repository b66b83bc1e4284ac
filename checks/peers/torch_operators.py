"""PyTorch's own `torch.onnx.ops.rotary_embedding`."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .caches import GPTJ, LLAMA, ROWS, tables
from .peer import Peer


class Halves(Adapter):
    """Llama-3-8B."""

    convention = LLAMA

    def __init__(self) -> None:
        import torch

        self.turn: Any = torch.onnx.ops.rotary_embedding
        exact = [torch.from_numpy(table) for table in tables(self.convention)]
        self.tables = {
            dtype: [table.to(dtype) for table in exact]
            for dtype in (torch.float32, torch.bfloat16, torch.float16)
        }
        width = self.convention.head_dim  # the first call imports what is called, for seconds
        self.apply(torch.zeros(1, 1, 1, width), torch.zeros(1, 1, dtype=torch.int64))

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, head_dim)`."""
        config = self.convention
        partial = config.rotary_dim if config.rotary_dim != config.head_dim else 0
        cos, sin = self.tables[x.dtype]
        return self.turn(
            x, cos, sin, positions,
            interleaved=config.layout == "interleaved", rotary_embedding_dim=partial,
        )  # fmt: skip


class Partial(Halves):
    """GPT-J-6B."""

    convention = GPTJ


def _peer(slug: str, name: str, function: str, config: RotaryConfig) -> Peer:
    """Describe one of this module's classes."""
    claims = {"framework": "torch", "max_position": ROWS - 1}
    source = "the operator's specification; the tables are exact, so that it alone is judged"
    full = f"torch.onnx.ops.rotary_embedding, {name}"
    return Peer(slug, full, f"{__name__}:{function}", config, claims, source)


PEERS = (
    _peer("onnx-op-llama", "halves", "Halves", LLAMA),
    _peer("onnx-op-gptj", "neighbours, partial", "Partial", GPTJ),
)
