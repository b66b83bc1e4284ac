"""The angle of every pair on a ladder of positions, and its unwrapping to frequencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ropespec.reference.arrays import BoolArray, FloatArray, IntArray
from ropespec.reference.formats import find_format

from .reader import Reader
from .structure import Found

Complex = npt.NDArray[np.complex128]

STEPS = tuple(2**n for n in range(17))
"""Each step at most doubles, so that the angle of one foretells the next within a turn."""

BETWEEN = (
    3,
    5,
    7,
    100,
    255,
    257,
    258,
    1000,
    2047,
    2049,
    4095,
    4097,
    10007,
    32767,
    65537,
    131071,
)
"""Positions that small formats cannot hold, and those just beyond usual tables."""

LADDER = tuple(sorted({0, *STEPS, *BETWEEN}))
"""Every position that is tried."""

CLOSE = 0.1
"""Radians by which an angle may differ from what half the position foretold; float32 keeps
to half of it at 65536."""


@dataclass(frozen=True, eq=False)
class Ladder:
    """The measured turns.

    Attributes
    ----------
    positions
        Ascending, from 0, shape `(positions,)`.
    first, second
        Where each pair's first and second unit vector went, as complex numbers whose
        argument is the angle; the two agree for a rotation. Shape `(positions, pairs)`.
    passed
        What became of ones in the channels that do not turn, `(positions, passed)`.
    noise
        Rounding of one output, relative.
    stopped
        The first position of the ladder that the target did not take, None if it took all.
    """

    positions: IntArray
    first: Complex
    second: Complex
    passed: FloatArray
    noise: float
    stopped: int | None

    @property
    def amplitude(self) -> float:
        """Median length of what unit vectors became."""
        length = np.abs(self.first)
        return float(np.median(length[np.isfinite(length)])) if length.size else 1.0


@dataclass(frozen=True, eq=False)
class Turns:
    """Frequencies from unwrapped angles.

    Attributes
    ----------
    theta
        Radians per position, signed, modulo a turn, shape `(pairs,)`.
    error
        Relative error that each may have from the format of the call.
    reach
        The largest position up to which the angles grow as the first ones foretell.
    start
        Angle at position 0, shape `(pairs,)`.
    followed
        Whether the angles grow as foretold up to the last position.
    """

    theta: FloatArray
    error: FloatArray
    reach: int
    start: FloatArray
    followed: bool


def measure(reader: Reader, found: Found, limit: int) -> Ladder | None:
    """Turn all pairs at once by every position of the ladder up to a limit, and by that."""
    wanted = sorted({*(position for position in LADDER if position < limit), limit})
    answer = reader.read_reachable(vectors(found), wanted)
    if answer is None:
        return None
    positions, y = answer
    stopped = wanted[len(positions)] if len(positions) < len(wanted) else None
    return _ladder(reader, found, positions, y, stopped)


def measure_at(reader: Reader, found: Found, positions: Sequence[int]) -> Ladder | None:
    """Turn all pairs at once by some positions, None where the call fails."""
    y = reader.read(vectors(found), positions)
    if y is None:
        return None
    return _ladder(reader, found, np.asarray(positions, dtype=np.int64), y, None)


def vectors(found: Found) -> FloatArray:
    """Ones in the first and in the second channel of every pair, and where channels pass."""
    channels = found.channels
    vectors = np.zeros((2, found.shape.head_dim))
    for side in (0, 1):
        vectors[side, channels.read[:, side]] = 1.0
        vectors[side, channels.passed] = 1.0
    return vectors


def _ladder(
    reader: Reader, found: Found, positions: IntArray, y: FloatArray, stopped: int | None
) -> Ladder:
    channels = found.channels
    a, b = y[..., channels.write[:, 0]], y[..., channels.write[:, 1]]
    return Ladder(
        positions=positions,
        first=a[0] + 1j * b[0],
        second=b[1] - 1j * a[1],
        passed=y[0][:, found.passed_to],
        noise=find_format(reader.dtype).unit_roundoff,
        stopped=stopped,
    )


def unwrap(ladder: Ladder) -> Turns:
    """Follow the angle of each pair up the ladder."""
    with np.errstate(invalid="ignore"):
        relative = ladder.first * np.conj(ladder.first[0])
    where = {int(position): row for row, position in enumerate(ladder.positions)}
    guesses = [np.zeros(relative.shape[1])]
    steps = [step for step in STEPS if step in where]
    for step in steps:
        theta = guesses[-1]
        ahead = np.angle(relative[where[step]] * np.exp(-1j * theta * step))
        if np.isnan(ahead).any() or (step > 1 and (np.abs(ahead) > CLOSE).any()):
            # the step before may be off by too little to notice: a clamped position is
            guesses = guesses[: max(2, len(guesses) - 1)]
            break
        guesses.append(theta + ahead / step)
    done = len(guesses) - 1
    last = steps[done - 1] if done else 0
    followed = done == len(steps)
    whole = followed and len(steps) == len(STEPS)
    error = 1.5 * ladder.noise / np.maximum(1.0, np.abs(guesses[-1]) * last) + 2.0**-23
    reach = int(ladder.positions[-1]) if whole else last
    return Turns(guesses[-1], error, reach, np.angle(ladder.first[0]), followed)


def agreement(ladder: Ladder, expected: Complex, budget: FloatArray) -> BoolArray:
    """Return where measured turns are within a budget of the expected ones, per component.

    Parameters and result have the shape `(positions, pairs)`.
    """
    with np.errstate(invalid="ignore"):
        away = [one - expected for one in (ladder.first, ladder.second)]
        close = [(np.abs(part.real) <= budget) & (np.abs(part.imag) <= budget) for part in away]
    return np.asarray(close[0] & close[1], dtype=np.bool_)
