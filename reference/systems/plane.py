"""Two words as arrows in the plane, turned by their positions (source document 003)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.arguments import finite, values
from ropespec.reference.config import RotaryConfig
from ropespec.reference.forms import apply_matrix
from ropespec.reference.validate import whole

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray

THETA = 0.4
"""Radians per position: small, so that a few positions do not go round."""

MAN = np.array([1.0, 0.0])
SNAKE = np.array([0.6, 0.8])
"""The document's two words, as unit vectors."""


def turned(word: FloatArray, positions: Any) -> FloatArray:
    """Return a word's arrow at each position: turned by position * THETA.

    Parameters
    ----------
    word
        Shape `(2,)`.
    positions
        Shape `(seq,)`.

    Returns
    -------
    FloatArray
        Shape `(seq, 2)`.
    """
    config = RotaryConfig(2, scaling={"rope_type": "linear", "factor": 1 / THETA})
    word = values("word", word, (2,))
    places = finite("positions", positions, ("seq",))
    x = np.broadcast_to(word, (1, 1, len(places), 2))
    arrows: FloatArray = apply_matrix(x, places, config)[0, 0]
    return arrows


@dataclass(frozen=True, eq=False)
class Shift:
    """The two words in one text.

    Attributes
    ----------
    man, snake
        Their arrows, shape `(2,)`.
    angle
        From man to snake, degrees.
    score
        Their dot product.
    """

    man: FloatArray
    snake: FloatArray
    angle: float
    score: float


def shift_picture(man: int, snake: int, before: int) -> Shift:
    """Return both arrows after `before` words were put in front of the text.

    Parameters
    ----------
    man, snake
        Positions in the text alone.
    before
        How many words more.

    Examples
    --------
    >>> from ropespec.reference.systems.plane import shift_picture
    >>> [round(shift_picture(1, 4, before).score, 6) for before in (0, 1, 7)]
    [-0.528217, -0.528217, -0.528217]
    """
    for key, value in (("man", man), ("snake", snake), ("before", before)):
        whole(key, value, least=-(2**53), most=2**53, advice="give a word's position")
    (one,), (two,) = turned(MAN, [man + before]), turned(SNAKE, [snake + before])
    cross = one[0] * two[1] - one[1] * two[0]
    score = float(one @ two)
    return Shift(one, two, float(np.degrees(np.arctan2(cross, score))), score)
