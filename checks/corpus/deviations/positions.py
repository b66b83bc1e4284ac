"""Tokens turned by other positions than given."""

from collections.abc import Callable
from functools import partial
from operator import methodcaller

import numpy as np

from ropespec.checks.corpus.pipeline import Call
from ropespec.reference.arrays import FloatArray, IntArray, Numbers
from ropespec.reference.formats import round_to

from .deviation import Change, Deviation

TABLE_ROWS = (512, 1024, 2048, 4096, 8192, 16384, 32768)
"""Lengths of tables that people make."""


def mapped(change: Callable[[IntArray], Numbers]) -> Change:
    """Turn tokens by `change(positions)`, both `(batch, seq)`, in every coordinate alike."""

    def positions(call: Call) -> FloatArray:
        given = call.positions
        if given.ndim == 2:
            return change(given)[:, np.newaxis].astype(np.float64)
        parts = [change(given[..., axis]) for axis in range(given.shape[-1])]
        return np.stack(parts, axis=-1)[:, np.newaxis].astype(np.float64)

    return lambda pipeline: pipeline.replace(positions=positions)


def shifted(offset: float) -> Change:
    """Turn by p + offset."""
    return mapped(lambda p: p + offset)


def clamped(rows: int) -> Change:
    """Stay at the last of `rows` rows."""
    return mapped(lambda p: np.minimum(p, rows - 1))


def wrapped(rows: int) -> Change:
    """Start again after `rows` rows."""
    return mapped(lambda p: p % rows)


def _counted(p: IntArray) -> IntArray:
    return np.broadcast_to(np.arange(p.shape[1]), p.shape)


def _alone(change: Callable[[IntArray], IntArray]) -> Change:
    """Change positions in sequences of one token."""
    return mapped(lambda p: change(p) if p.shape[1] == 1 else p)


def _from_end(rows: int, p: IntArray) -> IntArray:
    return np.where(p < 0, p % rows, p)


def _as_int32_pairs(p: IntArray) -> IntArray:
    """Read the memory of 64-bit integers as 32-bit ones."""
    words = np.ascontiguousarray(p, dtype="<i8").reshape(-1).view("<i4")
    return words[: p.size].reshape(p.shape).astype(np.int64)


DEVIATIONS = (
    Deviation("offset-plus-one", "positions-off-by-one", "turns by p + 1", shifted(1)),
    Deviation("offset-minus-one", "positions-off-by-one", "turns by p - 1", shifted(-1)),
    Deviation("positions-counted", "positions-ignored",
              "turns by 0, 1, 2, ... whatever the positions", mapped(_counted)),
    Deviation("positions-rebased", "positions-rebased",
              "turns by p minus the row's first position",
              mapped(lambda p: p - p[:, :1])),
    Deviation("positions-from-least", "positions-rebased",
              "turns by p minus the row's least position",
              mapped(lambda p: p - p.min(axis=1, keepdims=True))),
    Deviation("first-counted", "positions-rebased",
              "turns by first position, then one more for each token",
              mapped(lambda p: p[:, :1] + np.arange(p.shape[1]))),
    Deviation("positions-of-first-row", "first-row-positions",
              "turns every row by the first row's positions",
              mapped(lambda p: np.broadcast_to(p[:1], p.shape))),
    Deviation("positions-summed", "first-row-positions",
              "turns every row by the sum of all rows' positions",
              mapped(lambda p: np.broadcast_to(p.sum(axis=0, keepdims=True), p.shape))),
    Deviation("positions-reversed", "positions-reversed",
              "turns the tokens by the positions in reversed order",
              mapped(lambda p: p[:, ::-1])),
    Deviation("positions-sorted", "positions-reversed",
              "turns the tokens by the sorted positions", mapped(lambda p: np.sort(p, axis=1))),
    *(
        Deviation(f"positions-{name}", "low-precision-positions",
                  f"turns by positions rounded to {name}",
                  mapped(partial(round_to, name=name)))
        for name in ("bfloat16", "float16")
    ),
    *(
        Deviation(f"positions-{name}", "integer-overflow", f"turns by positions in {name}",
                  mapped(methodcaller("astype", name)))
        for name in ("int16", "uint16", "int8")
    ),
    Deviation("positions-as-words", "integer-overflow",
              "reads 64-bit positions as 32-bit words", mapped(_as_int32_pairs)),
    *(
        Deviation(f"table-wraps-{rows}", "table-wraps", f"turns by p modulo {rows}",
                  wrapped(rows))
        for rows in TABLE_ROWS
    ),
    *(
        Deviation(f"table-clamps-{rows}", "table-clamps",
                  f"turns by {rows - 1} at every larger position", clamped(rows))
        for rows in TABLE_ROWS
    ),
    Deviation("alone-at-zero", "decode-position", "turns single tokens by 0",
              _alone(np.zeros_like)),
    Deviation("alone-one-late", "decode-position", "turns single tokens by p + 1",
              _alone(lambda p: p + 1)),
    Deviation("alone-by-row", "decode-position", "turns single tokens by their row",
              _alone(lambda p: np.arange(len(p))[:, np.newaxis])),
    Deviation("negative-to-zero", "negative-positions", "turns by 0 at negative positions",
              mapped(lambda p: np.maximum(p, 0))),
    Deviation("negative-mirrored", "negative-positions", "turns by |p|", mapped(np.abs)),
    *(
        Deviation(f"negative-from-end-{rows}", "negative-positions",
                  f"takes negative positions from the end of a table of {rows} rows",
                  mapped(partial(_from_end, rows)))
        for rows in (*TABLE_ROWS, 131072)
    ),
)  # fmt: skip
