"""What the positions that tokens turned by have to do with the ones they were given."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .moved import Moved, same

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


def _row(move: Callable[[FloatArray], FloatArray]) -> Foretold:
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


def _in_steps(
    p: FloatArray, by: int, rounding: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Round to multiples."""
    return rounding(p / by) * by


def _modulo(rows: int) -> Foretold:
    return _row(lambda p: p % rows)


def _by_head(one: Moved) -> FloatArray:
    """Index the positions by the head where there are enough of them."""
    heads = np.arange(one.turned.shape[1]) % one.given.shape[1]
    return one.given[:, heads][:, :, np.newaxis]


KNOWN: tuple[Relation, ...] = (
    Relation("positions-ignored", "their places in the sequence, 0, 1, 2, ...", _row(_counted)),
    Relation("positions-rebased", "p minus the row's first position",
             _row(lambda p: p - p[:, :1])),
    Relation("positions-rebased", "p minus the row's least position",
             _row(lambda p: p - p.min(axis=1, keepdims=True))),
    Relation("positions-rebased", "the row's first position, and one more for each token",
             _row(lambda p: p[:, :1] + _counted(p))),
    Relation("positions-rebased", "p minus the batch's first position",
             _row(lambda p: p - p[0, 0])),
    Relation("positions-rebased", "p minus the batch's least position",
             _row(lambda p: p - p.min())),
    Relation("positions-rebased", "the row's least position, and one more for each token",
             _row(lambda p: p.min(axis=1, keepdims=True) + _counted(p))),
    Relation("positions-rebased", "the batch's first position, and one more for each token",
             _row(lambda p: p[0, 0] + _counted(p))),
    Relation("positions-rebased", "positions counted back from the row's last",
             _row(lambda p: p[:, -1:] - p.shape[1] + 1 + _counted(p))),
    Relation("first-row-positions", "the first row's positions", _row(lambda p: p[:1])),
    Relation("first-row-positions", "the last row's positions", _row(lambda p: p[-1:])),
    Relation("first-row-positions", "the rows' positions in reversed order",
             _row(lambda p: p[::-1])),
    Relation("first-row-positions", "the row before's positions",
             _row(lambda p: np.roll(p, 1, axis=0))),
    Relation("first-row-positions", "the sum of all rows' positions",
             _row(lambda p: p.sum(axis=0, keepdims=True))),
    Relation("first-row-positions", "the largest of all rows' positions",
             _row(lambda p: p.max(axis=0, keepdims=True))),
    Relation("first-row-positions", "the least of all rows' positions",
             _row(lambda p: p.min(axis=0, keepdims=True))),
    Relation("first-row-positions", "the mean of all rows' positions",
             _row(lambda p: p.mean(axis=0, keepdims=True))),
    Relation("first-row-positions", "every row's own first position",
             _row(lambda p: p[:, :1])),
    Relation("positions-reversed", "the row's positions in reversed order",
             _row(lambda p: p[:, ::-1])),
    Relation("positions-reversed", "the row's sorted positions",
             _row(lambda p: np.sort(p, axis=1))),
    Relation("positions-reversed", "the row's positions, the largest first",
             _row(lambda p: -np.sort(-p, axis=1))),
    Relation("positions-reversed", "positions that run backwards from the row's largest",
             _row(lambda p: p.max(axis=1, keepdims=True) - p)),
    Relation("positions-reversed", "positions that run backwards from the row's last",
             _row(lambda p: p[:, -1:] - p)),
    Relation("positions-reversed", "positions mirrored in the row's range",
             _row(lambda p: p.max(1, keepdims=True) + p.min(1, keepdims=True) - p)),
    Relation("positions-reversed", "positions that run backwards from the length",
             _row(lambda p: p.shape[1] - 1 - p)),
    Relation("positions-reversed", "positions that run backwards from one past the length",
             _row(lambda p: p.shape[1] - p)),
    Relation("sign-flipped", "-p, the other way", _row(lambda p: -p)),
    Relation("positions-ignored", "tokens counted over all rows",
             _row(lambda p: np.arange(p.size, dtype=np.float64).reshape(p.shape))),
    Relation("positions-ignored", "0: they are not turned at all", _row(np.zeros_like)),
    Relation("wrong-axis", "the number of their head", lambda one: one.heads),
    Relation("wrong-axis", "p plus the number of their head",
             lambda one: one.meant + one.heads),
    Relation("wrong-axis", "the number of their row", lambda one: one.rows[:, np.newaxis]),
    Relation("wrong-axis", "p plus the number of their row",
             lambda one: one.meant + one.rows[:, np.newaxis]),
    Relation("wrong-axis", "the position that has their head's number", _by_head),
    *(
        Relation("low-precision-positions", f"p rounded to {name}",
                 _row(partial(round_to, name=name)))
        for name in ("bfloat16", "float16")
    ),
    *(
        Relation("integer-overflow", f"p in {name}",
                 _row(partial(_cast, name=name)))
        for name in ("int8", "int16")
    ),
    Relation("integer-overflow", "64-bit positions read as 32-bit words", _row(_words)),
    Relation("negative-positions", "0 where p is negative",
             _row(lambda p: np.maximum(p, 0))),
    Relation("negative-positions", "|p|", _row(np.abs)),
    Relation("positions-reversed", "the row's positions rolled by one token",
             _row(lambda p: np.roll(p, 1, axis=1))),
    *(
        Relation("positions-reversed", f"the row's positions rolled by {by} tokens",
                 _row(partial(np.roll, shift=by, axis=1)))
        for by in (*range(2, MOST_ROLLED + 1), *range(-MOST_ROLLED, 0))
    ),
)  # fmt: skip
"""Relations without numbers of their own; where two hold equally well, the first is meant."""


def fitted(found: Sequence[Moved]) -> Iterator[Relation]:
    """Yield relations whose numbers are read off the tokens that turned otherwise."""
    meant = np.concatenate([one.meant[_elsewhere(one)] for one in found] or [np.empty(0)])
    turned = np.concatenate([one.turned[_elsewhere(one)] for one in found] or [np.empty(0)])
    if not meant.size:
        return
    yield from _shifts(meant, turned)
    yield from _ends(meant, turned)
    yield from _steps(turned)
    yield from _multiples(meant, turned)


def _elsewhere(one: Moved) -> np.typing.NDArray[np.bool_]:
    """Which wrong tokens are rotations by another position than the given one."""
    return np.asarray(one.wrong & np.isfinite(one.turned) & ~same(one.turned, one.meant))


def _shifts(meant: FloatArray, turned: FloatArray) -> Iterator[Relation]:
    """Yield p and a constant."""
    shift = float(np.median(turned - meant))
    shift = round(shift) if abs(shift - round(shift)) < 0.1 else round(shift, 3)
    if shift:
        yield Relation("positions-off-by-one", f"p {shift:+g}", _row(partial(np.add, shift)))


def _ends(meant: FloatArray, turned: FloatArray) -> Iterator[Relation]:
    """Yield tables that wrap, clamp or fall back, with the length that fits."""
    last = float(np.rint(turned.max()))
    if (meant > turned - 0.5).all() and last > 0:
        lacking = [int(each) for each in np.rint(meant - turned)]
        rows = math.gcd(*lacking)
        if rows in (2**8, 2**16, 2**32) and last < rows:
            words = f"p modulo {rows}, as unsigned integers of {rows.bit_length() - 1} bits"
            yield Relation("integer-overflow", words, _modulo(rows))
        for divisor in _tables(rows, last):
            yield Relation("table-wraps", f"p modulo {divisor}", _modulo(divisor))
        yield Relation(
            "table-clamps", f"{last:g} at every larger position",
            _row(partial(np.minimum, last)),
        )  # fmt: skip
    lost = [int(each) for each in np.rint(meant - turned)]
    power = math.gcd(*lost)
    if power and power & (power - 1) == 0 and power >= 2**7:
        words = f"p in signed integers that hold {power} numbers"
        yield Relation(
            "integer-overflow", words,
            _row(lambda p: (p + power // 2) % power - power // 2),
        )  # fmt: skip
    if same(turned, np.zeros(())).all():
        least = float(meant.min())
        yield Relation(
            "table-clamps", f"0 from position {least:g} on",
            _row(lambda p: np.where(p >= least, 0.0, p)),
        )  # fmt: skip


def _tables(rows: int, last: float) -> list[int]:
    """Lengths of tables that explain lost positions: divisors above the last row seen."""
    parts = (part for part in range(64, 0, -1) if rows % part == 0)
    return [rows // part for part in parts if rows // part > last]


def _steps(turned: FloatArray) -> Iterator[Relation]:
    """Yield positions rounded to multiples, down or to the nearest."""
    whole = np.rint(turned)
    step = math.gcd(*(abs(int(each)) for each in whole))
    if same(turned, whole).all() and step > 1:
        for words, rounding in (("down", np.floor), ("to the nearest", np.rint)):
            yield Relation(
                "low-precision-positions", f"p rounded {words} to multiples of {step}",
                _row(partial(_in_steps, by=step, rounding=rounding)),
            )  # fmt: skip


def _multiples(meant: FloatArray, turned: FloatArray) -> Iterator[Relation]:
    """Yield multiples of the position: twice is a rotation done twice, others a scaling."""
    moving = meant != 0
    if not moving.any():
        return
    times = float(np.median(turned[moving] / meant[moving]))
    near = round(times, 3)
    if near in (0.0, 1.0, -1.0):
        return
    bug = "rotated-twice" if near == 2 else "wrong-scaling-parameters"
    yield Relation(bug, f"{near:g} p", _row(partial(np.multiply, times)))
