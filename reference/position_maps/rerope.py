"""ReRoPE and Leaky ReRoPE: distances cut or squeezed beyond a window.

Su, Transformer upgrade road 12 and 14, kexue.fm/archives/9706 and 9708 (2023). Both look at
the past only: a future key, m < n, keeps its distance m - n.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray, Numbers
from ropespec.reference.validate import real, whole

from .distances import whole_positions

_ADVICE = "give the distance up to which nothing changes, below the trained length"


def rerope(m: Any, n: Any, window: int) -> IntArray:
    """Return min(m - n, w): every key beyond the window is as far as its edge.

    Parameters
    ----------
    m, n
        Positions of queries and keys, arrays that broadcast.
    window
        w, at least 1.
    """
    w = whole("window", window, least=1, advice=_ADVICE)
    distance: IntArray = whole_positions("m", m) - whole_positions("n", n)
    return np.minimum(distance, w)


def leaky_rerope(m: Any, n: Any, window: int, factor: float) -> Numbers:
    """Return m - n up to w, and w + (m - n - w) / k beyond, as exact fractions.

    Parameters
    ----------
    m, n
        Positions of queries and keys, arrays that broadcast.
    window
        w, at least 1.
    factor
        k, above 0: distances grow k times slower beyond the window. 1 changes nothing; for k
        without end it is ReRoPE.

    Examples
    --------
    >>> from ropespec.reference.position_maps import leaky_rerope
    >>> [str(distance) for distance in leaky_rerope([9], [7, 4, 0], window=4, factor=4)]
    ['2', '17/4', '21/4']
    """
    w = whole("window", window, least=1, advice=_ADVICE)
    k = Fraction(real("factor", factor, above=0, advice="give how many times slower"))
    distance = whole_positions("m", m) - whole_positions("n", n)
    squeezed = np.frompyfunc(lambda far: w + (int(far) - w) / k if far > w else int(far), 1, 1)
    return np.asarray(squeezed(distance), dtype=object)
