"""What a run may try: the positions, shapes and formats that a target's claims leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ropespec.checks.frameworks import framework_kind
from ropespec.checks.in_force import follows_length, last_alike
from ropespec.checks.target import Claims, Target
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.arrays import IntArray
from ropespec.reference.validate import listed, wholes

from .levels import Level
from .scenario import Rows, Scenario, Shape

FARTHEST = 131071
"""Largest position of random inputs, where the target claims no end before it."""

PARTS = ("batch", "heads", "seq", "key heads")
"""What the numbers of a shape are called."""


@dataclass(frozen=True)
class Focus:
    """What the user wants tried and nothing else.

    Attributes
    ----------
    positions
        The only positions of tokens; empty for any.
    shapes
        The only shapes; empty for any.
    """

    positions: tuple[int, ...] = ()
    shapes: tuple[Shape, ...] = ()

    @classmethod
    def of(cls, positions: Any = (), shapes: Any = ()) -> Focus:
        """Read what a user gave.

        Raises
        ------
        ConfigError
            If it is no list, or holds what is no position or no shape.
        """
        advice = "for example [0, 5, 4096]"
        places = wholes("positions", positions, least=-(2**63), advice=advice)
        return cls(places, tuple(map(_shape, listed("shapes", shapes, "shapes"))))

    def check(self, claims: Claims) -> None:
        """Refuse positions that the target does not claim to work at.

        Raises
        ------
        ConfigError
            If there is one below 0, or beyond the largest.
        """
        if not self.positions:
            return
        least, most, end = min(self.positions), max(self.positions), claims.max_position
        if least < 0 and not claims.negative:
            expected = "positions from 0, as no others are claimed"
            raise ConfigError("positions", least, expected, "or claim others with --negative")
        if end is not None and max(most, -least) > end:
            expected = f"none beyond --max-position {end}"
            raise ConfigError("positions", most, expected, "leave it out, or claim more")


def _shape(given: Any) -> Shape:
    """Read one shape."""
    advice = f"as (2, 8, 16, 4) for {', '.join(PARTS)}"
    numbers = wholes("shapes", given, least=1, advice=advice)
    if len(numbers) != len(PARTS):
        raise ConfigError("shapes", given, f"{len(PARTS)} numbers", advice)
    batch, heads, seq, key_heads = numbers
    if heads % key_heads:
        advice = "queries share keys in groups of one size"
        raise ConfigError("shapes", given, f"key heads that divide {heads} heads", advice)
    return batch, heads, seq, key_heads


@dataclass(frozen=True)
class Scope:
    """What may be tried on one target.

    Attributes
    ----------
    target, config, level
        What is judged, as what, and how hard.
    focus
        What the user wants tried alone.
    rng
        Decides what the ladder of a law leaves open.
    alone
        Whether calls of other lengths may be tried that have other frequencies.
    """

    target: Target
    config: RotaryConfig
    level: Level
    focus: Focus
    rng: np.random.Generator = field(compare=False)
    alone: bool = False

    @property
    def claims(self) -> Claims:
        """What is claimed of the target."""
        return self.target.claims

    @property
    def few_shapes(self) -> bool:
        """Whether random inputs take the shapes of the ladder, as each other one is dear."""
        dear = framework_kind(self.claims.framework).compiles_shapes
        return dear and not self.level.any_shape

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The formats to try."""
        return self.target.dtypes

    @cached_property
    def end(self) -> int | None:
        """Largest position that may be tried, None for no limit."""
        claimed = self.target.max_position
        if self.alone or not follows_length(self.config, self.claims):
            return claimed
        ends = [each for each in (claimed, last_alike(self.config)) if each is not None]
        return min(ends, default=None)

    @cached_property
    def farthest(self) -> int:
        """Largest position of random inputs."""
        return FARTHEST if self.end is None else min(FARTHEST, self.end)

    @property
    def least(self) -> int:
        """Smallest position of random inputs: below 0 where negative ones are claimed."""
        return -self.farthest if self.claims.negative else 0

    @cached_property
    def _special(self) -> frozenset[int]:
        """The positions that stay as they are."""
        return frozenset(self.ladder)

    @cached_property
    def ladder(self) -> tuple[int, ...]:
        """The positions that are always tried."""
        if self.focus.positions:
            return self.focus.positions
        forward = self.level.within(self.end)
        if not self.claims.negative:
            return forward
        return (*forward, *(-position for position in forward if position))

    def fitting(self, rows: Any) -> Rows:
        """Bring positions to those that may be tried; what may be tried stays as it is.

        Positions beyond an end are wrapped around. Where the user names positions, each
        other one is replaced by one of those.
        """
        return tuple(tuple(self._fitting(int(each)) for each in row) for row in rows)

    def _fitting(self, position: int) -> int:
        """Bring one position to those that may be tried."""
        if position in self._special:
            return position
        if self.focus.positions:
            return self.focus.positions[position % len(self.focus.positions)]
        size = abs(position) % (self.farthest + 1)
        return -size if position < 0 and self.claims.negative else size

    def anywhere(self, batch: int, seq: int) -> IntArray:
        """Draw positions, near ones and far ones alike, unsorted and with repeats."""
        size = np.exp(self.rng.uniform(0, np.log(self.farthest + 1), (batch, seq))) - 1
        positions = np.minimum(size.round().astype(np.int64), self.farthest)
        if self.claims.negative:
            positions *= self.rng.choice([-1, 1], positions.shape)
        positions[:, -1] = positions[:, 0]
        return np.asarray(positions, dtype=np.int64)

    def scenario(self, name: str, rows: Any, dtype: str, **fields: Any) -> Scenario:
        """Build a scenario of a ladder; its positions and its shape are made to fit.

        Parameters
        ----------
        name, rows, dtype
            As of `Scenario`.
        **fields
            Its other fields. There are as many key heads as heads where none are given.
        """
        heads = fields.pop("heads", 3)
        key_heads = fields.pop("key_heads", heads)
        one = Scenario(
            name,
            self.fitting(rows),
            dtype,
            heads,
            key_heads,
            seed=int(self.rng.integers(2**31)),
            **fields,
        )
        return one if not self.focus.shapes else self._shaped(one)

    def _shaped(self, one: Scenario) -> Scenario:
        """Give a scenario one of the shapes that the user wants, repeating its positions."""
        shape = self.focus.shapes[one.seed % len(self.focus.shapes)]
        return one.replace(
            rows=tuple(map(tuple, np.resize(one.rows, (shape[0], shape[2])).tolist())),
            heads=shape[1],
            key_heads=shape[3],
        )

    def each_dtype(self, scenarios: Iterable[tuple[str, Any, int, int]]) -> Iterator[Scenario]:
        """Build scenarios in every format from names, positions, heads and key heads."""
        listed = list(scenarios)
        for dtype in self.dtypes:
            for name, rows, heads, key_heads in listed:
                yield self.scenario(name, rows, dtype, heads=heads, key_heads=key_heads)
