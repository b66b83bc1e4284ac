"""A target in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.observation import Case, Exposed, Memory, Outcome, Path
from ropespec.checks.target import Claims

from .described import Asked
from .endings import given_up
from .limits import HANGS, Limits
from .nursery import Nursery, Worker

SLOW = ("compiled", "exported", "jit")
"""Paths that compile."""


@dataclass
class Hangs:
    """How many calls ran out of time, of a target and all its fresh copies."""

    count: int = 0


class ProcessHost:
    """A target in a process of its own, forked from one that has only loaded it.

    Parameters
    ----------
    nursery
        What forks the process.
    hangs
        The tally that fresh copies share.
    """

    def __init__(self, nursery: Nursery, hangs: Hangs | None = None) -> None:
        self._nursery = nursery
        self._hangs = hangs or Hangs()
        self._worker: Worker | None = None

    @classmethod
    def load(cls, asked: Asked, limits: Limits) -> ProcessHost:
        """Load a target in a new process.

        Raises
        ------
        TargetError
            If it cannot be loaded: the reason in one line.
        ConfigError
            If a claim is none.
        """
        return cls(Nursery(asked, limits))

    def __del__(self) -> None:
        """End the process that nobody can call any more."""
        self._end()

    @property
    def claims(self) -> Claims:
        """How the target is called, and what it claims."""
        return self._nursery.described.claims

    @property
    def convention(self) -> dict[str, Any]:
        """What an adapter declares to compute: fields of `RotaryConfig`."""
        return self._nursery.described.convention

    @property
    def paths(self) -> tuple[Path, ...]:
        """The ways in which it can be run."""
        return self._nursery.described.paths

    @property
    def memories(self) -> tuple[Memory, ...]:
        """The ways in which its arrays can lie in memory."""
        return self._nursery.described.memories

    @property
    def no_gradient(self) -> str:
        """Why it has no gradient to ask for, the empty text if it has one."""
        return self._nursery.described.no_gradient

    def check_arguments(self) -> None:
        """Refuse a target that cannot take the signature's arguments."""
        if self._nursery.described.arguments:
            raise TargetError(self._nursery.described.arguments)

    def call(self, case: Case) -> Outcome:
        """Call it once, on fresh arrays."""
        return self._outcome("call", case)

    def pull_back(self, case: Case, upstream: Case) -> Outcome:
        """Return the gradients of a case's values for gradients of the outputs."""
        return self._outcome("pull_back", case, upstream)

    def push_forward(self, case: Case, tangent: Case) -> Outcome:
        """Return the derivative of those gradients with respect to what is sent back."""
        return self._outcome("push_forward", case, tangent)

    def exposed(self) -> Exposed:
        """Return what it shows of its frequencies."""
        value, _ = self._ask("exposed", (), self._nursery.limits.seconds)
        return value if isinstance(value, Exposed) else Exposed()

    def fresh(self) -> ProcessHost:
        """Return a host whose process will be forked when it is first called."""
        return ProcessHost(self._nursery, self._hangs)

    def close(self) -> None:
        """End all processes of the target, those of its fresh copies too."""
        self._nursery.close()

    def _outcome(self, method: str, case: Case, *more: Case) -> Outcome:
        """Have the process answer; whatever it does becomes an outcome."""
        limits = self._nursery.limits
        seconds = limits.compiling if case.path in SLOW else limits.seconds
        value, printed = self._ask(method, (case, *more), seconds)
        outcome = value if isinstance(value, Outcome) else Outcome(None, None, value)
        return replace(outcome, printed=printed)

    def _ask(self, method: str, arguments: tuple[Any, ...], seconds: float) -> tuple[Any, str]:
        """Have the process answer a call; replace it if it does not live to do so."""
        if self._hangs.count >= HANGS:
            return given_up(HANGS, self._nursery.limits), ""
        if self._worker is None:
            self._worker = self._nursery.fork()
            if not self._nursery.described.forkable:  # it imports its target itself
                seconds += self._nursery.limits.importing
        answer = self._nursery.ask(self._worker, (method, arguments), seconds)
        if isinstance(answer.value, TargetRaised):
            self._hangs.count += answer.value.kind == "timed-out"
            self._end()
        return answer

    def _end(self) -> None:
        """End the process; the next call gets a new one."""
        if self._worker is not None:
            self._nursery.end(self._worker)
            self._worker = None
