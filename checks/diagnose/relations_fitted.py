"""Relations between positions whose numbers are read off the tokens: shifts, tables, steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from ropespec.reference.arrays import FloatArray

from .moved import Moved, same
from .relations import Foretold, Relation, by_row


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
        yield Relation("positions-off-by-one", f"p {shift:+g}", by_row(partial(np.add, shift)))
    if shift > 0 and (meant < 0).all():
        yield Relation(
            "negative-positions", f"p {shift:+g} where p is negative: rows from a table's end",
            by_row(lambda p: np.where(p < 0, p + shift, p)),
        )  # fmt: skip


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
            by_row(partial(np.minimum, last)),
        )  # fmt: skip
    lost = [int(each) for each in np.rint(meant - turned)]
    power = math.gcd(*lost)
    if power and power & (power - 1) == 0 and power >= 2**7:
        words = f"p in signed integers that hold {power} numbers"
        yield Relation(
            "integer-overflow", words,
            by_row(lambda p: (p + power // 2) % power - power // 2),
        )  # fmt: skip
    if same(turned, np.zeros(())).all():
        least = float(meant.min())
        yield Relation(
            "table-clamps", f"0 from position {least:g} on",
            by_row(lambda p: np.where(p >= least, 0.0, p)),
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
                by_row(partial(_in_steps, by=step, rounding=rounding)),
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
    yield Relation(bug, f"{near:g} p", by_row(partial(np.multiply, times)))


def _modulo(rows: int) -> Foretold:
    return by_row(lambda p: p % rows)


def _in_steps(
    p: FloatArray, by: int, rounding: Callable[[FloatArray], FloatArray]
) -> FloatArray:
    """Round to multiples."""
    return rounding(p / by) * by
