"""The sum of many trials of one law."""

from __future__ import annotations

from dataclasses import dataclass, field

from ropespec.checks.errors import FaultKind
from ropespec.checks.observation import Observation

from .law import Worst
from .scenario import Scenario
from .trial import Trial

KEPT = 400
"""Observations that are kept as material for a diagnosis, of each kind: failing and not."""


@dataclass
class Tally:
    """What came of the trials so far.

    Attributes
    ----------
    executed
        Calls that were judged.
    crashes
        Calls that ended the process of the target.
    worst
        The measurement nearest to its budget, or farthest beyond.
    fault
        What a target did instead of returning arrays, the first time; empty if it never did.
    kind
        What kind of a call without usable arrays that was; None for another fault.
    ulps
        For each format the largest error in units in the last place.
    failed_dtypes
        The formats of inputs that broke the law.
    failing
        Inputs that broke the law, in the order in which they were tried.
    broken, sound
        Observations of trials that failed, and of those that did not.
    """

    executed: int = 0
    crashes: int = 0
    worst: Worst | None = None
    fault: str = ""
    kind: FaultKind | None = None
    ulps: dict[str, float] = field(default_factory=dict)
    failed_dtypes: set[str] = field(default_factory=set)
    failing: list[tuple[Scenario, ...]] = field(default_factory=list)
    broken: list[Observation] = field(default_factory=list)
    sound: list[Observation] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        """Add a trial."""
        self.executed += trial.executed
        self.crashes += trial.crashes
        if trial.worst is not None and (
            self.worst is None or trial.worst.ratio > self.worst.ratio
        ):
            self.worst = trial.worst
        if trial.faults and not self.fault:
            self.fault = trial.faults[0]
            self.kind = trial.kinds.get(self.fault)
        for dtype, ulps in trial.ulps.items():
            self.ulps[dtype] = max(self.ulps.get(dtype, 0.0), ulps)
        kept = self.broken if trial.failed else self.sound
        kept.extend(trial.observations[: KEPT - len(kept)])
        if trial.failed:
            self.failing.append(trial.steps)
            self.failed_dtypes |= trial.failed_dtypes

    @property
    def failed(self) -> bool:
        """Whether any input broke the law."""
        return bool(self.failing)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What was put in and came out: what went wrong first."""
        return (*self.broken, *self.sound)
