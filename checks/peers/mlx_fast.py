"""mlx's fused function, on the processor."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer, published
from .rows import by_runs


class Halves(Adapter):
    """`mx.fast.rope` as mlx-lm calls it for Llama-3-8B."""

    traditional, base, width = False, 500000.0, 128

    def __init__(self) -> None:
        import mlx.core

        self.mx: Any = mlx.core
        self.mx.set_default_device(self.mx.cpu)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, head_dim)`: each run of positions by its offset."""
        return by_runs(np.concatenate, self.turn, x, positions)

    def turn(self, x: Any, start: int) -> Any:
        """Rotate tokens that start at a position."""
        fixed = {"traditional": self.traditional, "base": self.base, "scale": 1.0}
        y = self.mx.fast.rope(self.mx.array(x), self.width, offset=start, **fixed)
        return np.array(y)


class Neighbours(Halves):
    """The same with `traditional=True`, 64 of 256 channels as GPT-J."""

    traditional, base, width = True, 10000.0, 64


NOTE = "It takes no positions but an offset: the adapter calls it once for each run."
CLAIMS = {"framework": "numpy", "dtypes": ("float32", "float16")}

PEERS = (
    Peer(
        "llama-3-8b", "mlx.fast.rope, Llama-3-8B", f"{__name__}:Halves",
        published("llama-3-8b"), CLAIMS, "config.json of Meta-Llama-3-8B", NOTE,
    ),
    Peer(
        "gpt-j-6b", "mlx.fast.rope, GPT-J-6B", f"{__name__}:Neighbours",
        RotaryConfig(head_dim=256, rotary_dim=64), CLAIMS, "config.json of gpt-j-6b", NOTE,
    ),
)  # fmt: skip
