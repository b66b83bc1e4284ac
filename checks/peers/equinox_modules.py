"""equinox's RotaryPositionalEmbedding."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer

LENGTH = 4097
"""Tokens of the sequences it is called on: it takes no positions."""


class Equinox(Adapter):
    """The module rotates token number p by p; each token gets a sequence of its own."""

    def __init__(self) -> None:
        import equinox
        import jax

        self.jax = jax
        self.rope = equinox.nn.RotaryPositionalEmbedding(embedding_size=64)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)`."""
        numpy = self.jax.numpy

        def one(token: Any, place: Any) -> Any:
            return self.rope(numpy.zeros((LENGTH, 64), x.dtype).at[place].set(token))[place]

        over = self.jax.vmap
        return over(over(over(one), in_axes=(0, None)))(x, positions)


PEERS = (
    Peer(
        "default", "equinox, RotaryPositionalEmbedding", f"{__name__}:Equinox",
        RotaryConfig(head_dim=64, layout="half"),
        {
            "framework": "jax", "max_position": LENGTH - 1,
            "dtypes": ("float32", "bfloat16", "float16"),
        },
        "RotaryPositionalEmbedding(embedding_size=64): theta 10000",
        "It takes no positions: the adapter puts each token at its place in a sequence.",
    ),
)  # fmt: skip
