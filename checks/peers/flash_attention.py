"""flash-attention's Triton kernel, by Triton's interpreter on the processor."""

from __future__ import annotations

import contextlib
import sys
import types
from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .caches import GPTJ, LLAMA, ROWS, tables
from .peer import Peer
from .rows import by_runs


class Halves(Adapter):
    """`apply_rotary_emb` for Llama-3-8B, as the package's own layers call it.

    The package imports its compiled part, which is not built here and of which nothing is
    called, and it chooses a device of CUDA before each launch, which there is none of.
    """

    convention = LLAMA

    def __init__(self) -> None:
        import torch

        sys.modules.setdefault("flash_attn_2_cuda", types.ModuleType("flash_attn_2_cuda"))
        cuda: Any = torch.cuda
        cuda.device = lambda _index: contextlib.nullcontext()
        from flash_attn.layers.rotary import apply_rotary_emb

        self.join, self.rotary = torch.cat, apply_rotary_emb
        exact = [torch.from_numpy(table) for table in tables(self.convention)]
        self.tables = {
            dtype: [table.to(dtype) for table in exact]
            for dtype in (torch.float32, torch.bfloat16, torch.float16)
        }

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, head_dim)`: each run of positions by its offset."""
        return by_runs(self.join, self.turn, x, positions)

    def turn(self, x: Any, start: int) -> Any:
        """Rotate tokens that start at a position."""
        cos, sin = self.tables[x.dtype]
        neighbours = self.convention.layout == "interleaved"
        turned = self.rotary(x.transpose(1, 2), cos, sin, neighbours, False, start)
        return turned.transpose(1, 2)


class Neighbours(Halves):
    """The same for GPT-J-6B: neighbours of the first 64 channels of 256."""

    convention = GPTJ


def _peer(slug: str, name: str, function: str, config: RotaryConfig) -> Peer:
    """Describe one of this module's classes."""
    claims = {
        "framework": "torch", "max_position": ROWS - 1, "dtypes": ("float32", "float16"),
    }  # fmt: skip
    source = "the function's documentation; the tables are exact, so that it alone is judged"
    note = (
        "Triton's interpreter runs the kernel, whose speed says nothing: not timed. It takes "
        "no positions but an offset: the adapter calls it once for each run."
    )
    full = f"flash-attention, {name} (interpreted)"
    return Peer(slug, full, f"{__name__}:{function}", config, claims, source, note, timed=False)


PEERS = (
    _peer("llama-3-8b", "Llama-3-8B", "Halves", LLAMA),
    _peer("gpt-j-6b", "GPT-J-6B", "Neighbours", GPTJ),
)
