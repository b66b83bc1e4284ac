"""torchtune's modules with the numbers of its own model builders."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig
from ropespec.reference.scaling import Llama3

from .peer import Peer


class Llama2(Adapter):
    """`llama2_7b`: a table of 4096 positions."""

    def __init__(self) -> None:
        from torchtune.modules import RotaryPositionalEmbeddings

        self.rope = RotaryPositionalEmbeddings(dim=128, max_seq_len=4096, base=10000)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, 128)`."""
        return self.rope(x, input_pos=positions)


class Llama31(Llama2):
    """`llama3_1_8b`: a table of 131072 positions, three bands of frequencies."""

    def __init__(self) -> None:
        from torchtune.models.llama3_1._position_embeddings import Llama3ScaledRoPE

        self.rope = Llama3ScaledRoPE(dim=128, max_seq_len=131072, base=500000, scale_factor=8)


BANDS = Llama3(
    factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192
)
SEQUENCE_FIRST = {"framework": "torch", "axes": "bshd"}

PEERS = (
    Peer(
        "llama2-7b", "torchtune, llama2_7b", f"{__name__}:Llama2",
        RotaryConfig(head_dim=128), {**SEQUENCE_FIRST, "max_position": 4095},
        "torchtune.models.llama2.llama2_7b",
    ),
    Peer(
        "llama3.1-8b", "torchtune, llama3_1_8b", f"{__name__}:Llama31",
        RotaryConfig(head_dim=128, base=500000.0, scaling=BANDS),
        {**SEQUENCE_FIRST, "max_position": 131071}, "torchtune.models.llama3_1.llama3_1_8b",
    ),
)  # fmt: skip
