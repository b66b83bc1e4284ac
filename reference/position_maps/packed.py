"""Several documents packed in one row: every document counts from 0 again.

Masks keep the documents apart. With the mask, a running count would give the same scores,
because only differences count; a table that is as long as one document would not reach.
"""

from collections.abc import Sequence

import numpy as np

from ropespec.reference.arrays import IntArray
from ropespec.reference.validate import wholes


def packed_positions(lengths: Sequence[int]) -> IntArray:
    """Return 0, 1, ..., n_0 - 1, 0, 1, ..., n_1 - 1, ...; shape `(sum of lengths,)`.

    Parameters
    ----------
    lengths
        n_j, tokens of each document; 0 is allowed. They are the differences of what
        variable-length kernels call `cu_seqlens`.

    Examples
    --------
    >>> from ropespec.reference.position_maps import packed_positions
    >>> packed_positions([3, 0, 2]).tolist()
    [0, 1, 2, 0, 1]
    """
    advice = "give the tokens of each document"
    checked = wholes("lengths", lengths, least=0, advice=advice)
    return np.concatenate([np.arange(0, dtype=np.int64), *map(np.arange, checked)])
