"""keras-hub's RotaryEmbedding layer, on torch."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter

from .peer import Peer, published


class Llama(Adapter):
    """As its Llama-3 backbone makes it: base 500000."""

    def __init__(self) -> None:
        from keras_hub.layers import RotaryEmbedding

        self.rope = RotaryEmbedding(max_wavelength=500000, scaling_factor=1.0)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, 128)`."""
        return self.rope(x, positions=positions)


PEERS = (
    Peer(
        "llama-3-8b", "keras-hub, Llama-3-8B", f"{__name__}:Llama", published("llama-3-8b"),
        {"framework": "torch", "axes": "bshd", "dtypes": ("float32",)},
        "the preset llama3_8b_en: rope_max_wavelength 500000",
    ),
)  # fmt: skip
