"""What a target does that no rotary embedding does, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.reference.arrays import FloatArray

from .structure import turning, wiring


def oddities(rows: FloatArray, again: FloatArray | None, unit: float) -> Iterator[str]:
    """Say what the results of unit vectors show that is no linear map.

    Parameters
    ----------
    rows
        What became of every unit vector, of twice their sum, and of zeros, shape
        `(head_dim + 2, positions, head_dim)`.
    again
        The same from a second call, None where it failed.
    unit
        Unit roundoff of the format of the call.
    """
    if again is None or not np.array_equal(rows, again, equal_nan=True):
        yield "two calls with the same input gave different results"
    if rows[-1].any():
        yield "a zero vector does not come back zero"
    units, twice = rows[:-2], rows[-2]
    width = len(units)
    allowed = 8 * unit * width * (1 + np.abs(units).max(axis=0))
    if np.isfinite(rows).all() and (np.abs(twice - 2 * units.sum(axis=0)) > allowed).any():
        yield "it is not linear: twice a sum does not come back as twice the sum of the results"


def unknown_wiring(operators: FloatArray) -> str:
    """Say how the channels are connected when it is as in no layout."""
    if not operators.any():
        return "the output does not depend on the input"
    wires = wiring(operators)
    pairs = turning(wires)
    alone = all(a == b and len(a) == 1 for a, b in wires.items())
    if alone and (operators == operators[0]).all() and (operators[0].diagonal() == 1).all():
        return "no channel turns: the output is the input"
    if alone:
        return "no channel turns: each one is multiplied by a number of its own"
    wide = max((len(outputs) for outputs in wires.values()), default=0)
    return (
        f"{len(pairs)} pairs of channels turn together, as in no known layout; "
        f"one channel feeds up to {wide} outputs"
    )
