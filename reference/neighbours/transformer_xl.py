"""Transformer-XL's four terms (Dai et al., arXiv 1901.02860, section 3.3, no equation number).

    A_ij = E_i^T W_q^T W_kE E_j + E_i^T W_q^T W_kR R_{i-j} + u^T W_kE E_j + v^T W_kR R_{i-j}

R is the sinusoidal encoding of the distance i - j. The paper's matrices multiply columns; here
tokens are rows, so W stands on the right. The paper's code also scales the sum by
1 / sqrt(head_dim) before the softmax.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.arguments import values, whole_numbers

from .absolute import sinusoidal
from .distances import FARTHEST

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Terms:
    """The four terms, each of shape `(..., queries, keys)`.

    Attributes
    ----------
    content
        (a) how the two tokens go together.
    content_position
        (b) which distances the query's token looks for.
    key_bias
        (c) which tokens are looked at from everywhere.
    position_bias
        (d) which distances are looked at by every token.
    """

    content: FloatArray
    content_position: FloatArray
    key_bias: FloatArray
    position_bias: FloatArray

    @property
    def total(self) -> FloatArray:
        """A, the sum of the four."""
        return self.content + self.content_position + self.key_bias + self.position_bias


def distances(relative: IntArray, width: int, base: float = 10000.0) -> FloatArray:
    """Return R_{i-j} for every query and key.

    Parameters
    ----------
    relative
        j - i, shape `(queries, keys)`; its sign is turned here.
    width
        Channels of R.
    base
        Base of the sinusoids.

    Returns
    -------
    FloatArray
        Shape `(queries, keys, width)`.
    """
    return sinusoidal(-whole_numbers("relative", relative, least=-FARTHEST), width, base)


def terms(q: FloatArray, k: FloatArray, r: FloatArray, u: FloatArray, v: FloatArray) -> Terms:
    """Return the four terms.

    Parameters
    ----------
    q, k
        E W_q and E W_kE, shape `(..., seq, head_dim)`.
    r
        R_{i-j} W_kR from `distances`, shape `(queries, keys, head_dim)`.
    u, v
        Learned, shape `(head_dim,)`: they stand where the query's own position would.
    """
    q = values("q", q, (..., "queries", "head_dim"))
    k = values("k", k, (..., "keys", q.shape[-1]))
    r = values("r", r, (q.shape[-2], *k.shape[-2:]))
    u, v = values("u", u, q.shape[-1:]), values("v", v, q.shape[-1:])
    content: FloatArray = q @ np.swapaxes(k, -1, -2)
    shape = content.shape
    position: FloatArray = (q[..., :, np.newaxis, :] * r).sum(axis=-1)
    return Terms(
        content=content,
        content_position=position,
        key_bias=np.broadcast_to((k @ u)[..., np.newaxis, :], shape),
        position_bias=np.broadcast_to(r @ v, shape),
    )
