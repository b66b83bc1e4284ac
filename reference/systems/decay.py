"""Long-term decay: the curve, its limit, its bound, and what it does not say (document 003)."""

from typing import Any

import mpmath
import numpy as np

from ropespec.reference.arguments import configuration, finite, numbers, shaped, values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.forms import rotation_matrix
from ropespec.reference.oracle import phases
from ropespec.reference.validate import real


def mean_cosine(distances: Any, config: RotaryConfig) -> FloatArray:
    """Return (2/d) sum_i cos(delta theta_i): the score of all-ones q and k, over d.

    Parameters
    ----------
    distances
        delta, shape `(...)`.
    config
        Its d channels all turn.

    Returns
    -------
    FloatArray
        Shape `(...)`; 1 at distance 0.
    """
    cos, _ = phases(numbers("distances", distances), configuration(config, one_axis=True))
    return np.asarray(cos.mean(axis=-1), dtype=np.float64)


def limit(distances: Any, base: float = 10000.0) -> FloatArray:
    """Return (Ci(delta) - Ci(delta/b)) / ln b, where `mean_cosine` goes as d grows (D3).

    It is the integral of cos(delta b^(-t)) over t from 0 to 1; Ci is the cosine integral.

    Parameters
    ----------
    distances
        delta, at least 0, shape `(...)`.
    base
        b.

    Examples
    --------
    >>> from ropespec.reference.systems.decay import limit
    >>> limit([0, 1, 100, 10000]).round(4).tolist()
    [1.0, 0.974, 0.4368, -0.0366]
    """
    given = finite("distances", distances)
    if (given < 0).any():
        raise InputError(f"distances: got {given.min()}, expected none below 0")
    b = real("base", base, above=1, advice="10000.0 is the paper's")
    limits = [_limit(float(delta), b) for delta in given.reshape(-1)]
    return np.array(limits).reshape(given.shape)


def _limit(delta: float, base: float) -> float:
    """Return the limit at one distance."""
    if delta == 0:
        return 1.0
    return float((mpmath.ci(delta) - mpmath.ci(delta / base)) / mpmath.log(base))


def mean_partial_sum(distances: Any, config: RotaryConfig) -> FloatArray:
    """Return the mean over i of |S_i|, S_i = sum_{j < i} e^(i delta theta_j), i = 1, ..., d/2.

    The paper draws this curve (arXiv 2104.09864, section 3.4.3). For all-ones q and k it is
    also the bound of Eq. 37 on `mean_cosine`: |score| / d is at most this.

    Parameters and result are those of `mean_cosine`.
    """
    given = numbers("distances", distances)
    cos, sin = phases(given, configuration(config, one_axis=True))
    sums = np.hypot(cos.cumsum(axis=-1), sin.cumsum(axis=-1))
    return np.asarray(sums.mean(axis=-1), dtype=np.float64)


def abel_bound(q: FloatArray, k: FloatArray, distance: float, config: RotaryConfig) -> float:
    """Return max_i |h_{i+1} - h_i| sum_i |S_{i+1}|, which no score can pass (Eq. 37, D2).

    h_i = q_[i] k_[i]^* are the pairs as complex numbers, and h_{d/2} = 0.

    Parameters
    ----------
    q, k
        Shape `(d,)`, pairs interleaved.
    distance
        delta.
    config
        Its d channels all turn.
    """
    configuration(config, one_axis=True)
    q, k = values("q", q, (config.rotary_dim,)), values("k", k, (config.rotary_dim,))
    distance = shaped("distance", numbers("distance", distance), ())
    h = (q[0::2] + 1j * q[1::2]) * (k[0::2] - 1j * k[1::2])
    steps = np.abs(np.diff(h, append=0))
    return float(steps.max() * mean_partial_sum(distance, config) * config.pairs)


def farthest_match(distance: int, config: RotaryConfig) -> tuple[FloatArray, FloatArray]:
    """Return q and k of length 1 whose score is largest at this distance (D4).

    k has equal components and q is k turned by as much as the distance will turn it, so the
    two meet there and the score is 1: decay is no law.

    Parameters
    ----------
    distance
        m - n, how far the key stands before the query.
    config
        The rotation.

    Returns
    -------
    q, k
        Shape `(d,)` each.
    """
    configuration(config, one_axis=True)
    k = np.full(config.head_dim, config.head_dim**-0.5)
    return rotation_matrix(-finite("distance", distance, ()), config) @ k, k


def scores_at(q: FloatArray, k: FloatArray, distances: Any, config: RotaryConfig) -> FloatArray:
    """Return q^T R_{-delta} k for keys that stand delta before the query.

    Parameters
    ----------
    q, k
        Shape `(d,)`.
    distances
        delta, shape `(n,)`.
    config
        The rotation.

    Returns
    -------
    FloatArray
        Shape `(n,)`.
    """
    configuration(config, one_axis=True)
    q, k = values("q", q, (config.head_dim,)), values("k", k, (config.head_dim,))
    apart = finite("distances", distances, ("n",))
    return np.array([q @ rotation_matrix(-delta, config) @ k for delta in apart])
