"""Learned, sinusoidal, relative and rotary encodings side by side (source document 003).

Each is what it does to the vectors, and what it adds to their scores. To compare positions and
nothing else, queries and keys are the vectors themselves: every projection is the identity.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.arguments import instance, values
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.neighbours import learned, relative_positions, sinusoidal, t5
from ropespec.reference.oracle import rotate
from ropespec.reference.validate import whole

from .rotary_embedding import even

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Encoding:
    """One way to tell positions.

    Attributes
    ----------
    name
        What it is called.
    encode
        Vectors `(seq, width)` and their positions to vectors that know their position.
    bias
        Relative positions `(seq, seq)` to what is added to the scores.
    """

    name: str
    encode: Callable[[FloatArray, IntArray], FloatArray]
    bias: Callable[[IntArray], FloatArray]

    def scores(self, x: FloatArray, start: int) -> FloatArray:
        """Return the score of every token with every other.

        Parameters
        ----------
        x
            Shape `(seq, width)`.
        start
            Position of the first token.

        Returns
        -------
        FloatArray
            Shape `(seq, seq)`, queries first.
        """
        x = values("x", x, ("seq", "width"))
        far = 2**63 - 1 - len(x)
        whole("start", start, least=-far, most=far, advice="give the first token's position")
        positions = start + np.arange(len(x))
        known = self.encode(x, positions)
        scores: FloatArray = known @ known.T + self.bias(relative_positions(positions))
        return scores


@dataclass(frozen=True)
class Behaviour:
    """What an encoding does when a text grows.

    Attributes
    ----------
    shift
        How far scores between the same tokens move when words are put before them.
    prefix
        How far the vectors of the first tokens move when words are put after them.
    beyond
        Whether it says anything about positions beyond the table it was made with.
    """

    shift: float
    prefix: float
    beyond: bool


def four_encodings(width: int, length: int, seed: int = 0) -> tuple[Encoding, ...]:
    """Return the document's four encodings.

    Parameters
    ----------
    width
        Channels of a vector, even.
    length
        Rows of the learned table.
    seed
        Of the learned table and the learned biases, standard normal.
    """
    config = RotaryConfig(even("width", width))
    whole("length", length, least=1, advice="give the rows of the learned table")
    random = np.random.default_rng(whole("seed", seed, least=0, advice="0 is as good as any"))
    table = random.standard_normal((length, width))
    biases = random.standard_normal((32, 1))

    def add_learned(x: FloatArray, positions: IntArray) -> FloatArray:
        return x + learned(positions, table)

    def add_sinusoidal(x: FloatArray, positions: IntArray) -> FloatArray:
        return x + sinusoidal(positions, width)

    def turn(x: FloatArray, positions: IntArray) -> FloatArray:
        known: FloatArray = rotate(x[np.newaxis, np.newaxis], positions, config)[0, 0]
        return known

    def bucketed(relative: IntArray) -> FloatArray:
        bias: FloatArray = t5.bias(biases, t5.bucket(relative, bidirectional=True))[0]
        return bias

    return (
        Encoding("learned", add_learned, _nothing),
        Encoding("sinusoidal", add_sinusoidal, _nothing),
        Encoding("relative bias", _unchanged, bucketed),
        Encoding("rotary", turn, _nothing),
    )


def _unchanged(x: FloatArray, positions: IntArray) -> FloatArray:  # noqa: ARG001
    """Leave the vectors as they are."""
    return x


def _nothing(relative: IntArray) -> FloatArray:
    """Add nothing to the scores."""
    return np.zeros(relative.shape)


def behaviour(encoding: Encoding, x: FloatArray, words: int, beyond: int) -> Behaviour:
    """Measure what an encoding does when `words` tokens are put before or after a text.

    Parameters
    ----------
    encoding
        One of `four_encodings`.
    x
        The text's vectors, shape `(seq, width)`.
    words
        How many more tokens.
    beyond
        A position at which the learned table has no row.
    """
    instance("encoding", encoding, Encoding)
    x = values("x", x, ("seq", "width"))
    whole("words", words, least=0, advice="give how many tokens are added")
    whole("beyond", beyond, least=0, advice="give a position that the table has no row for")
    moved = np.abs(encoding.scores(x, words) - encoding.scores(x, 0)).max()
    longer = np.concatenate((x, np.ones((words, x.shape[1]))))
    prefix = encoding.encode(longer, np.arange(len(longer)))[: len(x)]
    kept = np.abs(prefix - encoding.encode(x, np.arange(len(x)))).max()
    try:
        encoding.scores(x[:1], beyond)
    except InputError:
        return Behaviour(float(moved), float(kept), beyond=False)
    return Behaviour(float(moved), float(kept), beyond=True)
