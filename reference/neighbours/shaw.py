"""Relative position representations (Shaw et al., arXiv 1803.02155, section 3).

A learned vector for each distance from -k to k is added to the keys, and another to the values;
farther tokens share the vectors at the ends.
"""

import numpy as np

from ropespec.reference.arguments import values, whole_numbers
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.errors import InputError
from ropespec.reference.validate import whole


def clipped(relative: IntArray, k: int) -> IntArray:
    """Return clip(j - i, k) = max(-k, min(k, j - i)) (section 3.2, no equation number)."""
    k = whole("k", k, least=0, advice="give the distance from which vectors are shared")
    return np.clip(whole_numbers("relative", relative), -k, k)


def vectors(table: FloatArray, relative: IntArray) -> FloatArray:
    """Return a_ij = w_clip(j - i, k) for every query and key (section 3.2).

    Parameters
    ----------
    table
        w_{-k}, ..., w_k, shape `(2 k + 1, head_dim)`.
    relative
        j - i, shape `(queries, keys)`.

    Returns
    -------
    FloatArray
        Shape `(queries, keys, head_dim)`.

    Raises
    ------
    InputError
        If the table has an even number of rows.
    """
    table = values("table", table)
    if table.ndim != 2 or len(table) % 2 == 0:
        raise InputError(f"table: got shape {table.shape}, expected (2 k + 1, head_dim)")
    k = len(table) // 2
    return table[clipped(relative, k) + k]


def scores(q: FloatArray, k: FloatArray, a: FloatArray) -> FloatArray:
    """Return e_ij = q_i (k_j + a^K_ij)^T / sqrt(head_dim) (Eq. 4).

    Parameters
    ----------
    q, k
        x W^Q and x W^K, shape `(..., seq, head_dim)`.
    a
        a^K from `vectors`, shape `(queries, keys, head_dim)`.

    Returns
    -------
    FloatArray
        Shape `(..., queries, keys)`.
    """
    q = values("q", q, (..., "queries", "head_dim"))
    k = values("k", k, (..., "keys", q.shape[-1]))
    a = values("a", a, (q.shape[-2], *k.shape[-2:]))
    keys = k[..., np.newaxis, :, :] + a
    e: FloatArray = (q[..., :, np.newaxis, :] * keys).sum(axis=-1)
    scaled: FloatArray = e / np.sqrt(q.shape[-1])
    return scaled


def output(weights: FloatArray, v: FloatArray, a: FloatArray) -> FloatArray:
    """Return z_i = sum_j alpha_ij (v_j + a^V_ij) (Eq. 3).

    Parameters
    ----------
    weights
        alpha, the softmax of the scores, shape `(..., queries, keys)`.
    v
        x W^V, shape `(..., keys, head_dim)`.
    a
        a^V from `vectors`, shape `(queries, keys, head_dim)`.

    Returns
    -------
    FloatArray
        Shape `(..., queries, head_dim)`.
    """
    weights = values("weights", weights, (..., "queries", "keys"))
    v = values("v", v, (..., weights.shape[-1], "head_dim"))
    a = values("a", a, (*weights.shape[-2:], v.shape[-1]))
    z: FloatArray = (weights[..., np.newaxis] * (v[..., np.newaxis, :, :] + a)).sum(axis=-2)
    return z
