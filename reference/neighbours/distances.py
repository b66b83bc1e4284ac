"""How far each key stands from each query."""

from typing import Any

import numpy as np

from ropespec.reference.arguments import whole_numbers
from ropespec.reference.arrays import IntArray
from ropespec.reference.errors import InputError

FARTHEST = 2**63 - 1
"""The largest distance that int64 holds in both directions."""


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
        If the positions are no whole numbers in a row, or too far apart for int64.

    Examples
    --------
    >>> from ropespec.reference.neighbours import relative_positions
    >>> relative_positions([0, 1, 2]).tolist()
    [[0, 1, 2], [-1, 0, 1], [-2, -1, 0]]
    """
    i = whole_numbers("queries", queries, shape=("queries",))
    j = i if keys is None else whole_numbers("keys", keys, shape=("keys",))
    if i.size and j.size:
        ends = int(j.max()) - int(i.min()), int(i.max()) - int(j.min())
        if max(ends) > FARTHEST:
            message = (
                f"queries: got keys as far away as {max(ends)}, expected at most {FARTHEST}"
            )
            raise InputError(f"{message}, what int64 holds")
    return j[np.newaxis, :] - i[:, np.newaxis]
