"""equinox's RotaryPositionalEmbedding."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .peer import Peer

LENGTHS = (64, 512, 4097)
"""Tokens of the sequences it is called on: a call takes the shortest that holds it. They are
few, as JAX compiles for each, and several, as the module keeps a table for the longest."""


class Equinox(Adapter):
    """The module rotates token number p by p, so each token is put at its place.

    Tokens of a row share a sequence; only those at the same place get others.
    """

    def __init__(self) -> None:
        import equinox
        import jax

        self.jax = jax
        self.rope = equinox.nn.RotaryPositionalEmbedding(embedding_size=64)
        self.compiled = jax.jit(self.placed, static_argnames="length")

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 64)`."""
        length, sequences = self.needed(positions)
        turned = x
        for number in range(sequences):
            turned = self.compiled(turned, x, positions, number, length=length)
        return turned

    def needed(self, positions: Any) -> tuple[int, int]:
        """Return how long sequences have to be, and how many a row needs.

        Positions that JAX only traces may be any: every token gets the longest for itself.
        """
        if isinstance(positions, self.jax.core.Tracer) or not positions.size:
            return LENGTHS[-1], positions.shape[1]
        rows = np.asarray(positions)
        least, most = int(rows.min()), int(rows.max())
        if least < 0 or most >= LENGTHS[-1]:
            raise IndexError(f"no token {least if least < 0 else most} in {LENGTHS[-1]}")
        length = next(each for each in LENGTHS if most < each)
        return length, max(int(np.unique(row, return_counts=True)[1].max()) for row in rows)

    def placed(self, turned: Any, x: Any, positions: Any, number: Any, *, length: int) -> Any:
        """Rotate those tokens that have as many before them at their place as is said."""
        numpy = self.jax.numpy

        def head(turned: Any, tokens: Any, places: Any) -> Any:
            same = places[:, None] == places
            mine = numpy.tril(same, -1).sum(-1) == number
            there = numpy.where(mine, places, length)  # outside, and so left out
            empty = numpy.zeros((length, tokens.shape[-1]), tokens.dtype)
            whole = self.rope(empty.at[there].set(tokens, mode="drop"))
            return numpy.where(mine[:, None], whole[places], turned)

        over = self.jax.vmap
        return over(over(head, in_axes=(0, 0, None)))(turned, x, positions)


PEERS = (
    Peer(
        "default", "equinox, RotaryPositionalEmbedding", f"{__name__}:Equinox",
        RotaryConfig(head_dim=64, layout="half"),
        {
            "framework": "jax", "max_position": LENGTHS[-1] - 1,
            "dtypes": ("float32", "bfloat16", "float16"),
        },
        "RotaryPositionalEmbedding(embedding_size=64): theta 10000",
        "It takes no positions: the adapter puts each token at its place in a sequence.",
    ),
)  # fmt: skip
