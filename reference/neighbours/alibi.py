"""ALiBi: a penalty that grows with the distance (Press et al., arXiv 2108.12409, section 3)."""

import numpy as np

from ropespec.reference.arguments import whole_numbers
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.validate import whole

from .distances import FARTHEST


def slopes(heads: int) -> FloatArray:
    """Return m_h, the penalty per token of each head.

    For a power of two, 2^(-8h/heads) with h = 1, ..., heads. Otherwise those of the next lower
    power of two n, then every other one of 2n, from its first, as in the paper's code.

    Parameters
    ----------
    heads
        Number of heads, at least 1.

    Returns
    -------
    FloatArray
        Shape `(heads,)`.

    Raises
    ------
    ConfigError
        If `heads` is no whole number of at least 1.

    Examples
    --------
    >>> from ropespec.reference.neighbours.alibi import slopes
    >>> slopes(8).tolist()
    [0.5, 0.25, 0.125, 0.0625, 0.03125, 0.015625, 0.0078125, 0.00390625]
    >>> slopes(3).tolist()
    [0.0625, 0.00390625, 0.25]
    """
    heads = whole("heads", heads, least=1, advice="give the number of attention heads")
    power: int = 2 ** (heads.bit_length() - 1)
    between = _geometric(2 * power)[::2]
    return np.concatenate((_geometric(power), between[: heads - power]))


def _geometric(heads: int) -> FloatArray:
    """Return 2^(-8h/heads) for h = 1, ..., heads."""
    return np.exp2(-8.0 * np.arange(1, heads + 1) / heads)


def bias(heads: int, relative: IntArray) -> FloatArray:
    """Return -m_h (i - j), to be added to q_i k_j^T / sqrt(head_dim) under a causal mask.

    Keys after the query, where the paper's mask forbids to look, get the penalty of their
    distance too, as in the symmetric form that encoders use.

    Parameters
    ----------
    heads
        Number of heads.
    relative
        j - i, shape `(queries, keys)`.

    Returns
    -------
    FloatArray
        Shape `(heads, queries, keys)`.

    Raises
    ------
    ConfigError, InputError
        If `heads` is no whole number of at least 1, or `relative` holds no whole numbers.
    """
    distances = np.abs(whole_numbers("relative", relative, least=-FARTHEST))
    return -slopes(heads)[:, np.newaxis, np.newaxis] * distances
