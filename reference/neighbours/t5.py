"""T5's bias: one learned number for each head and bucket of distances (arXiv 1910.10683, 2.1).

The paper says it in words (32 buckets, logarithmically wider up to distance 128, one bucket
beyond); the formula is that of its code. T5 does not divide its scores by sqrt(head_dim).
"""

from functools import lru_cache

import numpy as np

from ropespec.reference.arguments import values, whole_numbers
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.errors import ConfigError, InputError
from ropespec.reference.validate import flag, whole

from .distances import FARTHEST


def bucket(
    relative: IntArray, *, bidirectional: bool, buckets: int = 32, max_distance: int = 128
) -> IntArray:
    """Return the bucket of every distance j - i.

    With N = buckets, halved when bidirectional, and M = N/2, a distance a falls into

        a                                                        where a < M,
        min(M + floor((N - M) ln(a/M) / ln(D/M)), N - 1)          elsewhere, D = max_distance.

    Bidirectional: a = |j - i|, and keys after the query use the second N buckets.
    Unidirectional: a = i - j, and keys after the query count as distance 0.

    Parameters
    ----------
    relative
        j - i, whole numbers of any shape.
    bidirectional
        True in an encoder, False in a decoder.
    buckets, max_distance
        32 and 128 in T5.

    Returns
    -------
    IntArray
        Shape of `relative`, from 0 to `buckets - 1`.

    Raises
    ------
    ConfigError
        If the buckets cannot be shared out, or `max_distance` is not beyond the exact ones.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.neighbours.t5 import bucket
    >>> distances = np.array([-200, -16, -8, -3, 0, 3, 8, 16, 200])
    >>> bucket(distances, bidirectional=True).tolist()
    [15, 10, 8, 3, 0, 19, 24, 26, 31]
    >>> bucket(distances, bidirectional=False).tolist()
    [31, 16, 8, 3, 0, 0, 0, 0, 0]
    """
    flag("bidirectional", bidirectional, advice="true in an encoder, false in a decoder")
    whole("buckets", buckets, least=0, advice="32 is T5's")
    whole("max_distance", max_distance, least=1, advice="128 is T5's")
    relative = whole_numbers("relative", relative, least=-FARTHEST)
    share = buckets // 2 if bidirectional else buckets
    if share < 2 or buckets % (4 if bidirectional else 2):
        expected = f"a multiple of {4 if bidirectional else 2}"
        raise ConfigError("buckets", buckets, expected, "32 is T5's")
    if max_distance <= share // 2:
        expected = f"more than the {share // 2} distances with a bucket of their own"
        raise ConfigError("max_distance", max_distance, expected, "128 is T5's")
    starts = np.array(bucket_starts(share, max_distance))
    distance = np.abs(relative) if bidirectional else np.maximum(-relative, 0)
    number = np.searchsorted(starts, distance, side="right") - 1
    second = bidirectional & (relative > 0)
    return np.asarray(number + share * second, dtype=np.int64)


def bucket_starts(share: int, max_distance: int) -> tuple[int, ...]:
    """Return the least distance of each bucket, exactly.

    floor((N - M) ln(a/M) / ln(D/M)) >= t says a^(N-M) M^t >= M^(N-M) D^t: whole numbers, so
    no logarithm has to be trusted where it is nearly whole.

    Parameters
    ----------
    share
        N, the buckets of one direction.
    max_distance
        D.

    Examples
    --------
    >>> from ropespec.reference.neighbours.t5 import bucket_starts
    >>> bucket_starts(16, 128)
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91)
    """
    advice = "T5 has 16 up to 128 in an encoder, 32 in a decoder"
    whole("share", share, least=2, advice=advice)
    whole("max_distance", max_distance, least=share // 2 + 1, advice=advice)
    return _starts(share, max_distance)


@lru_cache(maxsize=32)
def _starts(share: int, max_distance: int) -> tuple[int, ...]:
    """Count upwards to each bucket's first distance."""
    exact = share // 2
    wide = share - exact
    starts = list(range(exact + 1))
    for t in range(1, wide):
        distance = starts[-1]
        while distance**wide * exact**t < exact**wide * max_distance**t:
            distance += 1
        starts.append(distance)
    return tuple(starts)


def bias(table: FloatArray, buckets: IntArray) -> FloatArray:
    """Return B_{h, bucket(j - i)}, to be added to the scores q_i k_j^T.

    Parameters
    ----------
    table
        The learned numbers, shape `(buckets, heads)`.
    buckets
        From `bucket`, shape `(queries, keys)`.

    Returns
    -------
    FloatArray
        Shape `(heads, queries, keys)`.

    Raises
    ------
    InputError
        If the table has fewer rows than the buckets need.
    """
    table = values("table", table, ("buckets", "heads"))
    buckets = whole_numbers("buckets", buckets, least=0)
    if buckets.size and buckets.max() >= len(table):
        message = f"table: got {len(table)} rows, expected more than bucket {buckets.max()}"
        raise InputError(f"{message}; give a row for every bucket")
    return np.moveaxis(table[buckets], -1, 0)
