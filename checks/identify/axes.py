"""Which coordinate of a position turns which pair: each coordinate alone, the others zero."""

from __future__ import annotations

import numpy as np

from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.spectrum import frequency_matrix

from .ladder import vectors
from .reader import Reader
from .structure import Found

PLACES = (1, 3, 40)
"""Values of the coordinate."""

CLOSE = 1e-3
"""Radians by which a pair may be off, besides the rounding of the output."""


def sections(
    reader: Reader, found: Found, declared: RotaryConfig, noise: float
) -> tuple[float, tuple[str, ...]]:
    """Compare the sections of the axes with the declared ones.

    Parameters
    ----------
    reader
        How the target is called.
    found
        Its pairs.
    declared
        A configuration with several axes.
    noise
        Rounding of one output, relative.

    Returns
    -------
    share, sentences
        Share of pairs that each coordinate turns as declared, and what was seen.
    """
    turned = _turned(reader, found, len(declared.axes))
    if turned is None:
        return 0.0, (f"coordinates one by one: {reader.fault}",)
    matrix = declared.sign * np.asarray(frequency_matrix(declared), dtype=np.float64)
    places = np.asarray(PLACES, dtype=np.float64)
    meant = matrix.T[:, np.newaxis] * places[:, np.newaxis]
    allowed = CLOSE + 8 * noise
    moved = np.asarray((np.abs(turned) > allowed).any(axis=1), dtype=np.bool_)
    away = np.abs(np.angle(np.exp(1j * (turned - meant))))
    wrong = np.asarray(~(away <= allowed).all(axis=1), dtype=np.bool_)
    if not wrong.any():
        counts = ", ".join(str(int(count)) for count in declared.axes)
        return 1.0, (f"the axes turn the declared sections of {counts} pairs",)
    share = float(1 - wrong.any(axis=0).mean())
    return share, tuple(
        _difference(axis, wrong[axis], moved[axis], matrix[:, axis] != 0)
        for axis in range(len(declared.axes))
        if wrong[axis].any()
    )


def _difference(axis: int, wrong: BoolArray, moved: BoolArray, meant: BoolArray) -> str:
    """Say what one coordinate turns instead of its section."""
    seen, should = (_listed(np.flatnonzero(each)) for each in (moved, meant))
    if seen != should:
        return f"coordinate {axis} turns pairs {seen}, declared {should}"
    others = _listed(np.flatnonzero(wrong))
    return f"coordinate {axis} turns pairs {others} by other angles than declared"


def _turned(reader: Reader, found: Found, axes: int) -> FloatArray | None:
    """Return the angles `(axes, places, pairs)` by each coordinate alone."""
    rows = np.zeros((axes, len(PLACES), axes), dtype=np.int64)
    for axis in range(axes):
        rows[axis, :, axis] = PLACES
    origin = np.zeros((1, axes), dtype=np.int64)
    y = reader.read_at(vectors(found)[:1], np.concatenate((origin, rows.reshape(-1, axes))))
    if y is None:
        return None
    write = found.channels.write
    went = y[0][:, write[:, 0]] + 1j * y[0][:, write[:, 1]]
    angles = np.angle(went[1:] * np.conj(went[0]))
    return np.asarray(angles.reshape(axes, len(PLACES), -1), dtype=np.float64)


def _listed(pairs: np.typing.NDArray[np.intp]) -> str:
    """Write pair numbers, runs by their ends."""
    if not pairs.size:
        return "none"
    runs = np.split(pairs, np.flatnonzero(np.diff(pairs) > 1) + 1)
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
