"""Dual chunk attention: positions inside chunks, so that no distance exceeds the trained one.

An et al., Training-Free Long-Context Scaling, arXiv 2402.17463, in the form of Qwen2.5-1M
(`dual_chunk_attention_config`: chunk_size, local_size) as vLLM runs it. With
c = chunk_size - local_size, keys stand at n mod c; queries have three positions, for keys of
their own chunk, of the chunk before, and of all earlier ones.
"""

from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .distances import whole_positions


def dual_chunk_keys(n: Any, chunk_size: int, local_size: int) -> IntArray:
    """Return a key's position, n mod c."""
    return whole_positions("n", n) % _stride(chunk_size, local_size)


def dual_chunk_queries(
    m: Any, chunk_size: int, local_size: int
) -> tuple[IntArray, IntArray, IntArray]:
    """Return a query's three positions: within its chunk, to the one before, to earlier ones.

    They are m mod c, min(m mod c + c, chunk_size), and the constant min(2c - 1, chunk_size).
    """
    c = _stride(chunk_size, local_size)
    intra = whole_positions("m", m) % c
    successive = np.minimum(intra + c, chunk_size)
    return intra, successive, np.full_like(intra, min(2 * c - 1, chunk_size))


def dual_chunk(m: Any, n: Any, chunk_size: int, local_size: int) -> IntArray:
    """Return the distance at which query m sees key n: its position for n's chunk minus n's.

    Distances up to local_size are m - n itself, as long as local_size is at most c.

    Parameters
    ----------
    m, n
        Positions of queries and keys, arrays that broadcast.
    chunk_size
        At least 2.
    local_size
        From 0 to below chunk_size.

    Examples
    --------
    >>> from ropespec.reference.position_maps import dual_chunk
    >>> dual_chunk([13], [13, 12, 11, 8, 4, 0], chunk_size=6, local_size=2).tolist()
    [0, 1, 2, 5, 6, 6]
    """
    c = _stride(chunk_size, local_size)
    intra, successive, inter = dual_chunk_queries(m, chunk_size, local_size)
    apart = whole_positions("m", m) // c - whole_positions("n", n) // c
    query = np.where(apart <= 0, intra, np.where(apart == 1, successive, inter))
    return query - dual_chunk_keys(n, chunk_size, local_size)


def _stride(chunk_size: int, local_size: int) -> int:
    """Check the sizes and return c."""
    chunk = whole("chunk_size", chunk_size, least=2, advice="give the trained length or less")
    local = whole("local_size", local_size, least=0, advice="give the exact neighbourhood")
    if local >= chunk:
        expected = f"below chunk_size = {chunk}"
        raise ConfigError("local_size", local, expected, "the rest is the chunks' stride")
    return chunk - local
