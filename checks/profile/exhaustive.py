"""Every position from 0 to a limit: for tables, where one wrong row is enough."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from ropespec.checks.in_force import in_force
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.oracle import phases

from .turned import Complex, bounds, coordinates, reachable

STRIDE = 512
"""Phases of p = STRIDE a + b are products of those of STRIDE a and of b."""

CHUNK = 2**20
"""Phases that are worked on in one call."""

COMPOSED = 8 * 2.0**-53
"""Bound on the error of such a product: two factors within a unit roundoff in each component,
and a complex product."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Exhaustive:
    """What every position below a limit showed, in one format.

    Attributes
    ----------
    dtype
        The format of the calls.
    count
        How many positions were tried, from 0 on.
    broken
        How many of them are beyond their bounds.
    first_bad
        The first of these, None if there is none.
    first_pair
        A pair that is beyond its bound there.
    worst
        For each pair the largest error of the phase in radians.
    worst_at
        Where.
    fault
        What the target said where it stopped; empty if it took all.
    stopped
        The first position of the call that failed, None if none did.
    interrupted
        Whether the user ended it before all were tried.
    """

    dtype: str
    count: int
    broken: int
    first_bad: int | None
    first_pair: int | None
    worst: tuple[float, ...]
    worst_at: tuple[int, ...]
    fault: str = ""
    stopped: int | None = None
    interrupted: bool = False

    @property
    def holds(self) -> bool:
        """Whether all positions were taken and are within their bounds."""
        whole = self.stopped is None and not self.interrupted
        return self.first_bad is None and whole and self.count > 0

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        named = {**vars(self), "holds": self.holds}
        return {
            name: list(each) if isinstance(each, tuple) else each
            for name, each in named.items()
        }


class ExhaustiveInterrupt(KeyboardInterrupt):
    """The user interrupted it.

    Parameters
    ----------
    found
        What the formats had shown until then.
    """

    def __init__(self, found: tuple[Exhaustive, ...]) -> None:
        self.found = found
        super().__init__()


def every_format(
    target: Target, config: RotaryConfig, count: int, progress: Progress | None = None
) -> tuple[Exhaustive, ...]:
    """Try every position below a limit, and up to the largest that is claimed, in each format.

    Parameters
    ----------
    target, config, progress
        As for `every_position`.
    count
        How many positions, from 0 on; nothing is tried for 0.

    Raises
    ------
    ExhaustiveInterrupt
        If the user interrupts it, with what was found.
    """
    end = count if target.max_position is None else min(count, target.max_position + 1)
    formats = target.dtypes if end else ()

    def step(place: int) -> Progress:
        def forward(done: int, total: int, what: str) -> None:
            if progress is not None:
                progress(place * total + done, len(formats) * total, what)

        return forward

    found: list[Exhaustive] = []
    try:
        for place, dtype in enumerate(formats):
            found.append(every_position(target, config, dtype, end, step(place)))
    except ExhaustiveInterrupt as cut:
        raise ExhaustiveInterrupt((*found, *cut.found)) from None
    return tuple(found)


def every_position(
    target: Target,
    config: RotaryConfig,
    dtype: str,
    count: int,
    progress: Progress | None = None,
) -> Exhaustive:
    """Try every position below a limit.

    Parameters
    ----------
    target, config
        What is measured, and what it is held to.
    dtype
        The format of the calls.
    count
        How many positions, from 0 on.
    progress
        Called before each call with positions done, positions in all, and a word.

    Raises
    ------
    ExhaustiveInterrupt
        If the user interrupts it, with what was found.
    """
    tally = _Tally(config.pairs)
    try:
        return _tried(target, config, dtype, count, tally, progress)
    except KeyboardInterrupt:
        seen = dataclasses.replace(tally.told(dtype, tally.done), interrupted=True)
        raise ExhaustiveInterrupt((seen,)) from None


def _tried(
    target: Target,
    config: RotaryConfig,
    dtype: str,
    count: int,
    tally: _Tally,
    progress: Progress | None,
) -> Exhaustive:
    """Try positions call by call."""
    rows = STRIDE * max(1, CHUNK // config.pairs // STRIDE)
    for start in range(0, count, rows):
        if progress is not None:
            progress(start, count, f"{dtype}, position {start}")
        positions = np.arange(start, min(start + rows, count))
        turned, taken, fault = reachable(target, config, dtype, positions)
        positions = positions[:taken]
        if turned is None:
            return tally.told(dtype, start, fault, start)
        here = in_force(config, target.claims, positions)
        fine = _fine(here)
        coarse = _turning(np.arange(start, int(positions[-1]) + 1, STRIDE), here)
        expected = (coarse[:, np.newaxis] * fine).reshape(-1, config.pairs)[: len(positions)]
        limits = bounds(positions, here, dtype)
        errors = turned.errors(expected, here.amplitude)
        over = (errors.phase > limits.phase + COMPOSED) | (
            errors.component > limits.component + COMPOSED * here.amplitude
        )
        tally.add(start, errors.phase, over)
        if fault:
            return tally.told(dtype, start + taken, fault, start + taken)
    if progress is not None:
        progress(count, count, "")
    return tally.told(dtype, count)


@lru_cache(maxsize=2)
def _fine(config: RotaryConfig) -> Complex:
    """Return exp(i phase) of the first positions, `(STRIDE, pairs)`."""
    return _turning(np.arange(STRIDE), config)


def _turning(positions: np.typing.NDArray[np.int64], config: RotaryConfig) -> Complex:
    """Return exp(i phase), exact but for a rounding, `(positions, pairs)`."""
    cos, sin = phases(coordinates(positions, config), config)
    return np.asarray(cos + 1j * sin, dtype=np.complex128)


class _Tally:
    """The worst so far."""

    def __init__(self, pairs: int) -> None:
        self.worst = np.zeros(pairs)
        self.worst_at = np.zeros(pairs, dtype=np.int64)
        self.broken = 0
        self.done = 0
        self.first: tuple[int, int] | None = None

    def add(self, start: int, phase: FloatArray, over: BoolArray) -> None:
        """Add the errors of a call that began at a position."""
        self.done = start + len(phase)
        place = phase.argmax(axis=0)
        largest = phase.max(axis=0)
        better = largest > self.worst
        self.worst = np.where(better, largest, self.worst)
        self.worst_at = np.where(better, start + place, self.worst_at)
        bad = np.flatnonzero(over.any(axis=1))
        self.broken += len(bad)
        if bad.size and self.first is None:
            self.first = start + int(bad[0]), int(over[bad[0]].argmax())

    def told(
        self, dtype: str, count: int, fault: str = "", stopped: int | None = None
    ) -> Exhaustive:
        """Return what was seen."""
        return Exhaustive(
            dtype=dtype,
            count=count,
            broken=self.broken,
            first_bad=None if self.first is None else self.first[0],
            first_pair=None if self.first is None else self.first[1],
            worst=tuple(self.worst.tolist()),
            worst_at=tuple(self.worst_at.tolist()),
            fault=fault,
            stopped=stopped,
        )
