"""What is measured: the tensors of one call."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ropespec.reference import RotaryConfig

HEADS, KEY_HEADS, HEAD_DIM, BASE = 32, 8, 128, 500000.0
"""Llama-3-8B's attention."""

DTYPES = {
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


@dataclass(frozen=True)
class Case:
    """Queries and keys of one call.

    Attributes
    ----------
    batch, seq
        Sizes.
    dtype
        A name of `DTYPES`.
    axes
        "bhsd" or "bshd".
    layout
        "half" or "interleaved".
    """

    batch: int
    seq: int
    dtype: str
    axes: str
    layout: str

    @property
    def config(self) -> RotaryConfig:
        """The configuration."""
        return RotaryConfig(HEAD_DIM, base=BASE, layout=self.layout)

    @property
    def torch_dtype(self) -> torch.dtype:
        """The dtype as torch names it."""
        return DTYPES[self.dtype]

    def tensors(self, seed: int = 0) -> tuple[Tensor, Tensor]:
        """Return queries and keys."""
        generator = torch.Generator().manual_seed(seed)
        return tuple(  # type: ignore[return-value]
            torch.randn(self.shape(heads), generator=generator).to(self.torch_dtype)
            for heads in (HEADS, KEY_HEADS)
        )

    def shape(self, heads: int) -> tuple[int, int, int, int]:
        """Return the shape of queries or keys."""
        if self.axes == "bhsd":
            return self.batch, heads, self.seq, HEAD_DIM
        return self.batch, self.seq, heads, HEAD_DIM

    @property
    def bytes(self) -> int:
        """Bytes of queries and keys together."""
        elements = self.batch * self.seq * (HEADS + KEY_HEADS) * HEAD_DIM
        return elements * self.torch_dtype.itemsize
