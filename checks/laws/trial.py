"""One law being run on one target: its inputs, its calls, and the tally of what it saw."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.checks.observation import Case, Observation
from ropespec.checks.target import Target
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.formats import round_to
from ropespec.reference.layout import layout_channels

from .law import Worst
from .levels import Level
from .measured import About, Side

FARTHEST = 131071
"""Largest position of random inputs, where the target claims no end before it."""


@dataclass
class Trial:
    """One law being run on one target.

    Attributes
    ----------
    target, config, level
        What is judged, as what, and how hard.
    rng
        Source of all random inputs: the seed and the law's id decide it.
    executed
        Calls that were judged so far.
    worst
        The measurement nearest to its budget so far.
    faults
        What the target did instead of returning arrays, in words.
    ulps
        Largest error for each format in units in the last place at the pair's norm.
    observations
        Everything put in and got out.
    failed_dtypes
        The formats in which something went wrong.
    """

    target: Target
    config: RotaryConfig
    level: Level
    rng: np.random.Generator
    executed: int = 0
    worst: Worst | None = None
    faults: list[str] = field(default_factory=list)
    ulps: dict[str, float] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    failed_dtypes: set[str] = field(default_factory=set)

    @classmethod
    def begin(
        cls, law_id: str, target: Target, config: RotaryConfig, level: Level, seed: int
    ) -> Trial:
        """Start a trial whose random inputs depend on the seed and the law alone."""
        rng = np.random.default_rng([seed, zlib.crc32(law_id.encode())])
        return cls(target, config, level, rng)

    @property
    def farthest(self) -> int:
        """Largest position of random inputs."""
        limit = self.target.max_position
        return FARTHEST if limit is None else min(FARTHEST, limit)

    def case(
        self,
        name: str,
        rows: Any,
        dtype: str,
        *,
        heads: int = 3,
        key_heads: int | None = None,
    ) -> Case:
        """Draw values for positions.

        Parameters
        ----------
        name
            What is special about the input.
        rows
            Positions `(batch, seq)`; each further axis gets them in another order.
        dtype
            The format of the call.
        heads, key_heads
            Heads of the queries, and of the keys (the same number when left out).
        """
        positions = self.positions(rows)
        batch, seq = positions.shape[:2]
        width = self.config.head_dim
        q = self.values((batch, heads, seq, width), dtype)
        k = None
        if "key" in self.target.roles:
            k = self.values((batch, key_heads or heads, seq, width), dtype)
        return Case(name, q, k, positions, dtype)

    def positions(self, rows: Any) -> IntArray:
        """Give positions `(batch, seq)` a coordinate for each axis, in different orders."""
        first = np.asarray(rows, dtype=np.int64)
        if not self.config.axes:
            return first
        others = [self.rng.permuted(first, axis=1) for _ in self.config.axes[1:]]
        return np.stack([first, *others], axis=-1)

    def values(self, shape: tuple[int, ...], dtype: str) -> FloatArray:
        """Draw values of mixed magnitudes that a format holds."""
        scale = 2.0 ** self.rng.integers(-3, 4, shape)
        return round_to(self.rng.standard_normal(shape) * scale, dtype)

    def anywhere(self, shape: tuple[int, int]) -> IntArray:
        """Draw positions, near ones and far ones alike, unsorted and with repeats."""
        farthest = self.farthest
        size = np.exp(self.rng.uniform(0, np.log(farthest + 1), shape)) - 1
        positions = np.minimum(size.round().astype(np.int64), farthest)
        positions[:, -1] = positions[:, 0]
        return np.asarray(positions, dtype=np.int64)

    def near(self, rows: Any) -> IntArray:
        """Keep positions within the claimed end by wrapping them around."""
        return np.asarray(np.asarray(rows, dtype=np.int64) % (self.farthest + 1))

    def observe(self, case: Case) -> Observation:
        """Call the target; a call that returns no usable arrays is a failure of the law."""
        observation = Observation(case, self.target.call(case))
        self.executed += 1
        self.observations.append(observation)
        fault = observation.outcome.fault
        if fault is not None:
            self.failed_dtypes.add(case.dtype)
            self.faults.append(f"{case.name}, {case.dtype}, shape {case.q.shape}: {fault}")
        return observation

    def sides(self, case: Case) -> list[Side]:
        """Call the target and return what came of queries and keys; nothing after a fault."""
        outcome = self.observe(case).outcome
        found = [(role, case.values(role), outcome.values(role)) for role in self.target.roles]
        return [
            Side(case, role, values, got)
            for role, values, got in found
            if values is not None and got is not None
        ]

    def measure(self, side: Side, about: About, errors: FloatArray, bounds: FloatArray) -> None:
        """Count errors against their bounds and remember the worst.

        Parameters
        ----------
        side
            The queries or keys of the call that the errors are of.
        about
            What was compared.
        errors, bounds
            Shape `(batch, heads, seq, n)`; NaN is an infinite error.
        """
        if not errors.size:
            return
        with np.errstate(all="ignore"):
            ratios = np.where(errors == 0, 0.0, errors / bounds)
        ratios = np.where(np.isnan(errors), np.inf, ratios)
        if ratios.max() > 1:
            self.failed_dtypes.add(side.case.dtype)
        if self.worst is not None and self.worst.ratio >= ratios.max():
            return
        where = np.unravel_index(int(ratios.argmax()), ratios.shape)
        batch, head, token, item = (int(index) for index in where)
        read, write = about.channels_of(item)
        self.worst = Worst(
            error=float(errors[where]),
            budget=float(np.broadcast_to(bounds, errors.shape)[where]),
            position=side.case.positions[batch, token].tolist(),
            pair=item if about.pairs else None,
            channels_read=read,
            channels=write,
            dtype=side.case.dtype,
            role=side.role,
            case=side.case.name,
            x=_picked(side.values[batch, head, token], read),
            expected=_picked(about.expected[batch, head, token], write or (item,)),
            got=_picked(about.got[batch, head, token], write or (item,)),
        )

    def measure_pairs(self, side: Side, expected: FloatArray, bounds: FloatArray) -> FloatArray:
        """Count the errors of every output pair against their bounds; return the errors.

        Parameters
        ----------
        side
            The queries or keys of the call.
        expected
            What should have come out, `(batch, heads, seq, head_dim)`.
        bounds
            For a component of each pair, `(batch, heads, seq, pairs)`.
        """
        errors = pair_errors(side.got, expected, self.config)
        channels = layout_channels(self.config)
        about = About(expected, side.got, channels.read, channels.write, pairs=True)
        self.measure(side, about, errors, bounds)
        return errors

    def budget(self, dtype: str) -> Budget:
        """Return the bounds for a format."""
        return Budget(self.config, dtype)

    def norms(self, values: FloatArray) -> FloatArray:
        """Return the norm of every pair, `(batch, heads, seq, pairs)`."""
        return pair_norms(values, self.config)


def _picked(values: FloatArray, places: tuple[int, ...]) -> tuple[float, ...]:
    """Take some of a token's values."""
    return tuple(float(values[place]) for place in places)
