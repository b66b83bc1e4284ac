"""How far each key stands from each query."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray
from ropespec.reference.errors import InputError, shown


def relative_positions(queries: Any, keys: Any = None) -> IntArray:
    """Return j - i for every query position i and key position j.

    Parameters
    ----------
    queries
        Whole numbers, shape `(queries,)`.
    keys
        Whole numbers, shape `(keys,)`; None for the same as `queries`.

    Returns
    -------
    IntArray
        Shape `(queries, keys)`; negative where the key stands before the query.

    Raises
    ------
    InputError
        If the positions are no whole numbers in a row.

    Examples
    --------
    >>> from ropespec.reference.neighbours import relative_positions
    >>> relative_positions([0, 1, 2]).tolist()
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]
    """
    i, j = _whole(queries), _whole(queries if keys is None else keys)
    return j[np.newaxis, :] - i[:, np.newaxis]


def _whole(positions: Any) -> IntArray:
    """Check one row of positions."""
    given = np.asarray(positions)
    if given.ndim != 1 or given.dtype.kind not in "iu":
        raise InputError(f"positions: got {shown(positions)}, expected whole numbers (seq,)")
    return given.astype(np.int64)
