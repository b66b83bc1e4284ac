"""Scores for distances that are given, not for positions.

The score of RoPE depends on the positions only through their difference (RoFormer, arXiv
2104.09864, Eq. 16), <R_m q, R_n k> = <R_{m-n} q, k>. So a method that changes distances is
RoPE with the difference replaced, even where no two positions have it.
"""

from typing import Any

import numpy as np

from ropespec.reference.arguments import configuration, numbers, shaped, values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.oracle import rotate


def relative_scores(
    q: FloatArray, k: FloatArray, distances: Any, config: RotaryConfig
) -> FloatArray:
    """Return <R_{distance} q_m, k_n> for every query and key, not scaled and not masked.

    Parameters
    ----------
    q
        Shape `(batch, heads, queries, head_dim)`.
    k
        Shape `(batch, heads, keys, head_dim)`.
    distances
        Shape `(queries, keys)`, whole, real or exact fractions.
    config
        The configuration, of one axis; its amplitude counts twice, for q and for k.

    Returns
    -------
    FloatArray
        Shape `(batch, heads, queries, keys)`.

    Raises
    ------
    InputError
        If the distances do not fit, or the configuration has several axes.
    """
    configuration(config, one_axis=True)
    q = values("q", q, ("batch", "heads", "queries", config.head_dim))
    k = values("k", k, (*q.shape[:2], "keys", config.head_dim))
    queries, keys = q.shape[-2], k.shape[-2]
    given = shaped("distances", numbers("distances", distances), (queries, keys))
    if given.dtype.kind == "f" and not np.isfinite(given).all():
        raise InputError("distances: got NaN or infinity, expected finite numbers")
    repeated = np.repeat(q, keys, axis=-2)
    turned = rotate(repeated, given.reshape(1, -1), config).reshape(*q.shape[:-1], keys, -1)
    still = rotate(k, np.zeros((1, keys), dtype=np.int64), config)
    return np.asarray(np.einsum("bhmnd,bhnd->bhmn", turned, still))
