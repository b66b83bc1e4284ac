"""Self-Extend: exact distances near by, grouped positions further away.

Jin et al., LLM Maybe LongLM, arXiv 2401.01325 (equation from memory); llama.cpp calls it
group attention.
"""

from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray
from ropespec.reference.validate import whole

from .distances import whole_positions


def self_extend(m: Any, n: Any, window: int, group: int) -> IntArray:
    """Return m - n below w, and floor(m/G) - floor(n/G) + w - floor(w/G) from w on.

    The shift w - floor(w/G) makes the two meet at the window's edge, to one unit.

    Parameters
    ----------
    m, n
        Positions of queries and keys, arrays that broadcast.
    window
        w, at least 1.
    group
        G, at least 1; 1 changes nothing.

    Examples
    --------
    >>> from ropespec.reference.position_maps import self_extend
    >>> self_extend([20], [20, 17, 16, 8, 0], window=4, group=4).tolist()
    [0, 3, 4, 6, 8]
    """
    w = whole("window", window, least=1, advice="give the neighbour window")
    g = whole("group", group, least=1, advice="give how many positions become one")
    queries, keys = whole_positions("m", m), whole_positions("n", n)
    near: IntArray = queries - keys
    return np.where(near < w, near, queries // g - keys // g + w - w // g)
