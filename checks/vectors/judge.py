"""Hold a function to vectors: what a program in any language does with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ropespec.reference.arrays import FloatArray, IntArray

from .vector import Vector, VectorSet

Apply = Callable[[FloatArray, IntArray], FloatArray]
"""Takes x `(batch, heads, seq, head_dim)` and positions, returns the rotated x."""


@dataclass(frozen=True)
class Miss:
    """A vector that a function does not meet.

    Attributes
    ----------
    vector
        Which.
    reason
        What came out instead, in one line.
    """

    vector: Vector
    reason: str


def judge(vectors: VectorSet, apply: Apply) -> Iterator[Miss]:
    """Yield the vectors that a function of float64 values does not meet.

    Parameters
    ----------
    vectors
        What it is held to.
    apply
        Called on each input; a refusal, that is any exception, is a miss unless the vector's
        result is `acceptable`.

    Examples
    --------
    >>> from ropespec import RotaryConfig
    >>> from ropespec.checks.vectors import judge, make
    >>> vectors = make(RotaryConfig(head_dim=8), "small", dtypes=["float32"])
    >>> missed = list(judge(vectors, lambda x, positions: x))
    >>> len(missed), missed[0].reason
    (6, 'position 2, channel 0: got 13.8, expected -5.87 within 9.9e-06')
    """
    for vector in vectors.vectors:
        try:
            got = np.asarray(apply(vector.x, vector.positions), dtype=np.float64)
        except Exception as error:
            if vector.result == "valid":
                yield Miss(vector, f"it raised {type(error).__name__}: {error}")
            continue
        if got.shape != vector.x.shape:
            yield Miss(vector, f"got shape {got.shape}, expected {vector.x.shape}")
            continue
        reason = _farthest(vector, got)
        if reason:
            yield Miss(vector, reason)


def _farthest(vector: Vector, got: FloatArray) -> str:
    """Say where a result is farthest outside its budget; nothing if it is inside."""
    beyond = np.abs(got - vector.expected) - vector.budget
    beyond = np.where(np.isnan(beyond), np.inf, beyond)
    where = np.unravel_index(int(beyond.argmax()), beyond.shape)
    if beyond[where] <= 0:
        return ""
    position = vector.positions[where[0], where[2]]
    return (
        f"position {position}, channel {where[3]}: got {got[where]:.3g}, "
        f"expected {vector.expected[where]:.3g} within {vector.budget[where]:.2g}"
    )
