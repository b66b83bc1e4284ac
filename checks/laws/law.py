"""What a law is, and what comes of running one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from ropespec.checks.observation import Observation, Role

from .draws import Draws

if TYPE_CHECKING:
    from ropespec.checks.target import Claims

    from .failure import Failure
    from .scenario import Scenario
    from .scope import Scope
    from .trial import Trial

Grip = Literal["required", "recommended", "information"]
"""How much a law counts: only a required one that fails makes a target nonconformant."""

Status = Literal["pass", "fail", "skip", "error"]
"""What came of a law; `error` is a fault of the suite itself, `skip` has a reason."""


@dataclass(frozen=True)
class Law:
    """One requirement on a rotary embedding.

    Attributes
    ----------
    id
        Its name, never given to another law.
    sentence
        What it requires.
    theorem
        Id of the theorem that it comes from; None for a law about arrays alone.
    level
        Whether it is required, recommended or for information.
    budget
        Where its error budget comes from, in a sentence.
    kills
        Slugs of the bugs that it catches.
    advice
        What a person can do about a failure, in a sentence.
    body
        Runs it on a trial.
    ladder
        The inputs that are always tried, in order.
    draws
        The inputs that are drawn at random after them.
    required_by
        Name of the claim that makes it a required law, whatever its level.
    stateful
        Whether it is about several calls in a row: then the ladder is one walk through them,
        and so is each random input.
    alone
        Whether each call is judged by itself, so that calls may differ in what is in force
        for their length.
    needs
        Returns why the law does not apply within a scope, or None.
    unanswered
        What a person can do where a call raised, crashed or hung, in a sentence.
    """

    id: str
    sentence: str
    theorem: str | None
    level: Grip
    budget: str
    kills: tuple[str, ...]
    advice: str
    body: Callable[[Trial], None]
    ladder: Callable[[Scope], Iterable[Scenario]]
    draws: Draws = field(default_factory=Draws)
    required_by: str | None = None
    stateful: bool = False
    alone: bool = False
    needs: Callable[[Scope], str | None] = lambda _scope: None
    unanswered: str = "Handle this input, or declare the limit that it is beyond."

    def under(self, claims: Claims) -> Law:
        """Return the law with the level that it has where these claims are made."""
        if self.required_by is None or not getattr(claims, self.required_by):
            return self
        return replace(self, level="required")


@dataclass(frozen=True)
class Worst:
    """The measurement of a law that came nearest to its budget, or went farthest beyond.

    Attributes
    ----------
    error, budget
        The largest error of a component, and its bound.
    position
        Where; a list of coordinates for several axes.
    pair
        Number of the pair, None where no single pair is meant.
    channels_read, channels
        Where the values stand in the head, in the input and in the output; empty where
        something else was compared, as norms or scores.
    dtype
        Format of input and output.
    role
        Whether it was a query or a key.
    case
        What was special about the input.
    x, expected, got
        What went in, what should have come out and what did.
    """

    error: float
    budget: float
    position: int | list[int]
    pair: int | None
    channels_read: tuple[int, ...]
    channels: tuple[int, ...]
    dtype: str
    role: Role
    case: str
    x: tuple[float, ...]
    expected: tuple[float, ...]
    got: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Error in units of the budget: above 1 the law is broken."""
        if math.isnan(self.error):
            return math.inf
        if self.budget == 0:
            return math.inf if self.error else 0.0
        return self.error / self.budget

    @property
    def margin(self) -> float | None:
        """The share of the budget that is left, negative beyond it; None for a budget of 0."""
        return 1 - self.error / self.budget if self.budget else None

    def as_dict(self) -> dict[str, Any]:
        """Return the measurement as JSON values."""
        return {**vars(self), "margin": self.margin}


@dataclass(frozen=True)
class LawResult:
    """What came of running one law.

    Attributes
    ----------
    law
        Which.
    status
        Passed, failed, skipped, or a fault of the suite.
    executed
        How many calls of the target were judged.
    worst
        The measurement nearest to its budget, None where nothing was measured.
    reason
        Why it failed or was skipped, empty when it passed.
    applicable
        False for a skip because the law says nothing about such a target.
    ulps
        For each format the largest error in units in the last place at the norm of the
        pair; empty for laws that do not compare with the true value.
    seconds
        How long it took.
    observations
        What was put in and came out, where it failed: material for a diagnosis.
    failed_dtypes
        The formats that it failed in.
    failure
        The smallest input that was found to break the law, which can be replayed.
    given_up
        Whether it was ended early, as call after call ended the process of the target.
    """

    law: Law
    status: Status
    executed: int
    worst: Worst | None = None
    reason: str = ""
    applicable: bool = True
    ulps: tuple[tuple[str, float], ...] = ()
    seconds: float = 0.0
    observations: tuple[Observation, ...] = ()
    failed_dtypes: tuple[str, ...] = ()
    failure: Failure | None = None
    given_up: bool = False

    @property
    def id(self) -> str:
        """Id of the law."""
        return self.law.id

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {
            "id": self.law.id,
            "sentence": self.law.sentence,
            "status": self.status,
            "level": self.law.level,
            "executed": self.executed,
            "worst": None if self.worst is None else self.worst.as_dict(),
            "theorem": self.law.theorem,
            "reason": self.reason,
            "ulps": dict(self.ulps),
            "failed_dtypes": list(self.failed_dtypes),
            "seconds": self.seconds,
            "failure": None if self.failure is None else self.failure.as_dict(),
        }
