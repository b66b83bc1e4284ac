"""One law being run on one target, on one input: its calls, and the tally of what it saw."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ropespec.checks.budget import Budget, budget_of, pair_errors, pair_norms
from ropespec.checks.errors import FaultKind, TargetRaised
from ropespec.checks.in_force import in_force
from ropespec.checks.observation import Case, Observation, Outcome
from ropespec.checks.target import Target
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.formats import round_to
from ropespec.reference.layout import layout_channels

from .law import Worst
from .measured import About, Side
from .scenario import Rows, Scenario
from .scope import Scope

ZEROS = 16
"""One token of so many has no values but zeros."""

CRASHED = ("crashed", "out-of-memory")
"""What a call does that ends the process of the target."""


@dataclass
class Trial:
    """One law being run on one input, or on several in a row for a law about history.

    Attributes
    ----------
    scope
        What may be tried.
    target
        What is called.
    steps
        The inputs; all laws but those about history look at the last alone.
    rng
        Source of all random values: the last input's seed decides it.
    executed
        Calls that were judged so far.
    worst
        The measurement nearest to its budget so far.
    faults
        What the target did instead of returning arrays, in words.
    ulps
        Largest error for each format in units in the last place at the pair's norm.
    kinds
        Of which kind those faults are that are calls without usable arrays.
    crashes
        How many calls ended the process of the target.
    observations
        Everything put in and got out.
    exceeded
        The formats in which a budget was exceeded.
    longest
        The largest position of the call that is judged.
    """

    scope: Scope
    target: Target
    steps: tuple[Scenario, ...]
    rng: np.random.Generator
    executed: int = 0
    worst: Worst | None = None
    faults: list[str] = field(default_factory=list)
    kinds: dict[str, FaultKind] = field(default_factory=dict)
    crashes: int = 0
    exceeded: set[str] = field(default_factory=set)
    ulps: dict[str, float] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)
    longest: int = 0

    @classmethod
    def begin(cls, scope: Scope, target: Target, *steps: Scenario) -> Trial:
        """Start a trial; nothing but the inputs decides its values."""
        last = steps[-1]
        return cls(scope, target, steps, np.random.default_rng([last.seed, _drawn_for(last)]))

    @property
    def scenario(self) -> Scenario:
        """The input that is looked at."""
        return self.steps[-1]

    @property
    def config(self) -> RotaryConfig:
        """What the target is held to be in the call that is judged."""
        return in_force(self.scope.config, self.scope.claims, self.longest)

    @property
    def failed(self) -> bool:
        """Whether a fault was seen or a budget exceeded."""
        return bool(self.faults) or (self.worst is not None and self.worst.ratio > 1)

    @property
    def failed_dtypes(self) -> set[str]:
        """The formats in which it failed."""
        return self.exceeded | ({self.scenario.dtype} if self.faults else set())

    def case(self, rows: Any = None, **changes: Any) -> Case:
        """Draw the values of the scenario.

        Parameters
        ----------
        rows
            Positions `(batch, seq)`, those of the scenario when left out; each further axis
            gets them in another order.
        **changes
            Fields of the scenario to change first.
        """
        one = self.scenario.replace(**changes)
        positions = self.positions(one.rows if rows is None else rows)
        self.longest = int(positions.max(initial=0))
        batch, seq = positions.shape[:2]
        width = self.config.head_dim
        q = self.values((batch, one.heads, seq, width), one.dtype)
        k = None
        if "key" in self.target.roles:
            k = self.values((batch, one.key_heads, seq, width), one.dtype)
        return Case(one.name, q, k, positions, one.dtype, one.memory, one.path)

    def positions(self, rows: Any) -> IntArray:
        """Give positions `(batch, seq)` a coordinate for each axis, in different orders."""
        first = np.asarray(rows, dtype=np.int64)
        if not self.config.axes:
            return first
        others = [self.rng.permuted(first, axis=1) for _ in self.config.axes[1:]]
        return np.stack([first, *others], axis=-1)

    def values(self, shape: tuple[int, ...], dtype: str) -> FloatArray:
        """Draw values of mixed magnitudes that a format holds; a few tokens are zero."""
        sizes = self.rng.integers(-3, 4, shape, dtype=np.int8) + self.scenario.exponent
        drawn = np.ldexp(self.rng.standard_normal(shape), sizes)
        drawn[self.rng.integers(0, ZEROS, shape[:3]) == 0] = 0.0
        return round_to(drawn, dtype)

    def observe(self, case: Case) -> Observation:
        """Call the target; a call that returns no usable arrays is a failure of the law."""
        observation = Observation(case, self.target.call(case))
        self.note(observation)
        return observation

    def note(self, observation: Observation) -> None:
        """Count a call that is judged, and what went wrong in it."""
        self.executed += 1
        self.observations.append(observation)
        self.blame(observation.case, observation.outcome.fault)

    def blame(self, case: Case, fault: TargetRaised | None) -> None:
        """Note what a call did instead of returning arrays, if it did not return them."""
        if fault is None:
            return
        path = "" if case.path == "eager" else f"{case.path}, "
        text = f"{case.name}, {path}{case.dtype}, shape {case.q.shape}: {fault}"
        self.faults.append(text)
        self.kinds[text] = fault.kind
        self.crashes += fault.kind in CRASHED

    def sides(self, case: Case) -> list[Side]:
        """Call the target and return what came of queries and keys; nothing after a fault."""
        return self.seen(case, self.observe(case).outcome)

    def seen(self, case: Case, outcome: Outcome) -> list[Side]:
        """Take apart what came of queries and keys; nothing after a fault."""
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
            self.exceeded.add(side.case.dtype)
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

    def compare(self, side: Side, other: FloatArray) -> None:
        """Compare two of the target's own outputs for the same tokens.

        Both are within the value bound of the same number if the target is honest, and
        whatever it is if not: what is wrong in both alike does not count.

        Parameters
        ----------
        side
            One of them, with its input.
        other
            The other, `(batch, heads, seq, head_dim)`.
        """
        same = (side.got == other) | (np.isnan(side.got) & np.isnan(other))
        expected = np.where(same, np.nan_to_num(side.got), other)
        got = np.where(same, np.nan_to_num(side.got), side.got)
        bound = self.component(side)
        self.measure_pairs(Side(side.case, side.role, side.values, got), expected, 2 * bound)
        passed = layout_channels(self.config).passed
        errors = np.abs(got - expected)[..., passed]
        numbers = passed[:, np.newaxis]
        self.measure(side, About(expected, got, numbers, numbers), errors, 0 * errors)

    def component(self, side: Side) -> FloatArray:
        """Bound the error of each pair's components: the value bound."""
        budget = self.budget(side.case.dtype)
        return budget.component(side.case.positions, self.norms(side.values))

    def budget(self, dtype: str) -> Budget:
        """Return the bounds for a format."""
        return budget_of(self.config, dtype)

    def norms(self, values: FloatArray) -> FloatArray:
        """Return the norm of every pair, `(batch, heads, seq, pairs)`."""
        return pair_norms(values, self.config)


def _drawn_for(scenario: Scenario) -> int:
    """Make a number of what a scenario is called, so that equal seeds draw unlike values."""
    return zlib.crc32(f"{scenario.name} {scenario.dtype}".encode())


def _picked(values: FloatArray, places: tuple[int, ...]) -> tuple[float, ...]:
    """Take some of a token's values."""
    return tuple(float(values[place]) for place in places)


def as_rows(positions: IntArray) -> Rows:
    """Write the positions of the first axis as a scenario holds them."""
    first = positions[..., 0] if positions.ndim == 3 else positions
    return tuple(tuple(int(each) for each in row) for row in first)
