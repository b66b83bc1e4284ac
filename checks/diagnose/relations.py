"""What the positions that tokens turned by have to do with the ones they were given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .moved import Moved

Foretold = Callable[[Moved], FloatArray]
"""What tokens turn by under a mistake, broadcast to `(batch, heads, seq)`."""

MOST_ROLLED = 3
"""Tokens by which positions may be rolled."""


@dataclass(frozen=True)
class Relation:
    """One way in which positions may be mistaken.

    Attributes
    ----------
    bug
        Slug of the mistake.
    words
        What tokens turn by, to follow "turn by".
    foretold
        The same as numbers.
    """

    bug: str
    words: str
    foretold: Foretold


def by_row(move: Callable[[FloatArray], FloatArray]) -> Foretold:
    """Foretell from the given positions `(batch, seq)` alone."""
    return lambda one: np.broadcast_to(move(one.given), one.given.shape)[:, np.newaxis]


def _counted(p: FloatArray) -> FloatArray:
    return np.arange(p.shape[1], dtype=np.float64)[np.newaxis]


def _words(p: FloatArray) -> FloatArray:
    """Read the memory of 64-bit integers as 32-bit ones."""
    words = np.ascontiguousarray(p.astype("<i8")).reshape(-1).view("<i4")
    return words[: p.size].reshape(p.shape).astype(np.float64)


def _cast(p: FloatArray, name: str) -> FloatArray:
    """Pass positions through narrow integers."""
    return p.astype(np.int64).astype(name).astype(np.float64)


def _by_head(one: Moved) -> FloatArray:
    """Index the positions by the head where there are enough of them."""
    heads = np.arange(one.turned.shape[1]) % one.given.shape[1]
    return one.given[:, heads][:, :, np.newaxis]


def _reshaped(one: Moved, *, tokens_first: bool) -> FloatArray:
    """Read a block of heads and tokens in the other order, as a reshape for a transpose does.

    The token that lies at a place of memory gets the position of the one that the other order
    puts there.
    """
    _, heads, seq = one.turned.shape
    head, token = np.ogrid[:heads, :seq]
    index = (token * heads + head) % seq if tokens_first else (head * seq + token) // heads
    return one.given[:, index]


KNOWN: tuple[Relation, ...] = (
    Relation("positions-ignored", "their places in the sequence, 0, 1, 2, ...",
             by_row(_counted)),
    Relation("positions-rebased", "p minus the row's first position",
             by_row(lambda p: p - p[:, :1])),
    Relation("positions-rebased", "p minus the row's least position",
             by_row(lambda p: p - p.min(axis=1, keepdims=True))),
    Relation("positions-rebased", "the row's first position, and one more for each token",
             by_row(lambda p: p[:, :1] + _counted(p))),
    Relation("positions-rebased", "p minus the batch's first position",
             by_row(lambda p: p - p[0, 0])),
    Relation("positions-rebased", "p minus the batch's least position",
             by_row(lambda p: p - p.min())),
    Relation("positions-rebased", "the row's least position, and one more for each token",
             by_row(lambda p: p.min(axis=1, keepdims=True) + _counted(p))),
    Relation("positions-rebased", "the batch's first position, and one more for each token",
             by_row(lambda p: p[0, 0] + _counted(p))),
    Relation("positions-rebased", "positions counted back from the row's last",
             by_row(lambda p: p[:, -1:] - p.shape[1] + 1 + _counted(p))),
    Relation("first-row-positions", "the first row's positions", by_row(lambda p: p[:1])),
    Relation("first-row-positions", "the last row's positions", by_row(lambda p: p[-1:])),
    Relation("first-row-positions", "the rows' positions in reversed order",
             by_row(lambda p: p[::-1])),
    Relation("first-row-positions", "the row before's positions",
             by_row(lambda p: np.roll(p, 1, axis=0))),
    Relation("first-row-positions", "the sum of all rows' positions",
             by_row(lambda p: p.sum(axis=0, keepdims=True))),
    Relation("first-row-positions", "the largest of all rows' positions",
             by_row(lambda p: p.max(axis=0, keepdims=True))),
    Relation("first-row-positions", "the least of all rows' positions",
             by_row(lambda p: p.min(axis=0, keepdims=True))),
    Relation("first-row-positions", "the mean of all rows' positions",
             by_row(lambda p: p.mean(axis=0, keepdims=True))),
    Relation("first-row-positions", "every row's own first position",
             by_row(lambda p: p[:, :1])),
    Relation("positions-reversed", "the row's positions in reversed order",
             by_row(lambda p: p[:, ::-1])),
    Relation("positions-reversed", "the row's sorted positions",
             by_row(lambda p: np.sort(p, axis=1))),
    Relation("positions-reversed", "the row's positions, the largest first",
             by_row(lambda p: -np.sort(-p, axis=1))),
    Relation("positions-reversed", "positions that run backwards from the row's largest",
             by_row(lambda p: p.max(axis=1, keepdims=True) - p)),
    Relation("positions-reversed", "positions that run backwards from the row's last",
             by_row(lambda p: p[:, -1:] - p)),
    Relation("positions-reversed", "positions mirrored in the row's range",
             by_row(lambda p: p.max(1, keepdims=True) + p.min(1, keepdims=True) - p)),
    Relation("positions-reversed", "positions that run backwards from the length",
             by_row(lambda p: p.shape[1] - 1 - p)),
    Relation("positions-reversed", "positions that run backwards from one past the length",
             by_row(lambda p: p.shape[1] - p)),
    Relation("sign-flipped", "-p, the other way", by_row(lambda p: -p)),
    Relation("positions-ignored", "tokens counted over all rows",
             by_row(lambda p: np.arange(p.size, dtype=np.float64).reshape(p.shape))),
    Relation("positions-ignored", "0: they are not turned at all", by_row(np.zeros_like)),
    Relation("wrong-axis", "the number of their head", lambda one: one.heads),
    Relation("wrong-axis", "p plus the number of their head",
             lambda one: one.meant + one.heads),
    Relation("wrong-axis", "the number of their row", lambda one: one.rows[:, np.newaxis]),
    Relation("wrong-axis", "p plus the number of their row",
             lambda one: one.meant + one.rows[:, np.newaxis]),
    Relation("wrong-axis", "the position that has their head's number", _by_head),
    Relation("wrong-axis", "positions of a reshape from (heads, seq) to (seq, heads)",
             partial(_reshaped, tokens_first=False)),
    Relation("wrong-axis", "positions of a reshape from (seq, heads) to (heads, seq)",
             partial(_reshaped, tokens_first=True)),
    *(
        Relation("low-precision-positions", f"p rounded to {name}",
                 by_row(partial(round_to, name=name)))
        for name in ("bfloat16", "float16")
    ),
    *(
        Relation("integer-overflow", f"p in {name}",
                 by_row(partial(_cast, name=name)))
        for name in ("int8", "int16")
    ),
    Relation("integer-overflow", "64-bit positions read as 32-bit words", by_row(_words)),
    Relation("negative-positions", "0 where p is negative",
             by_row(lambda p: np.maximum(p, 0))),
    Relation("negative-positions", "|p|", by_row(np.abs)),
    Relation("positions-reversed", "the row's positions rolled by one token",
             by_row(lambda p: np.roll(p, 1, axis=1))),
    *(
        Relation("positions-reversed", f"the row's positions rolled by {by} tokens",
                 by_row(partial(np.roll, shift=by, axis=1)))
        for by in (*range(2, MOST_ROLLED + 1), *range(-MOST_ROLLED, 0))
    ),
)  # fmt: skip
"""Relations without numbers of their own; where two hold equally well, the first is meant."""
