"""Where a target lives: what everything above sees of it."""

from __future__ import annotations

from typing import Protocol

from ropespec.checks.observation import Case, Exposed, Memory, Outcome, Path

from .claims import Claims


class Host(Protocol):
    """A place where a target is called: this process, another one, or a program.

    No method raises for what the target does: see `Outcome.fault`.
    """

    @property
    def claims(self) -> Claims:
        """How the target is called, and what it claims."""

    @property
    def paths(self) -> tuple[Path, ...]:
        """The ways in which it can be run."""

    @property
    def memories(self) -> tuple[Memory, ...]:
        """The ways in which its arrays can lie in memory."""

    @property
    def no_gradient(self) -> str:
        """Why it has no gradient to ask for, the empty text if it has one."""

    def call(self, case: Case) -> Outcome:
        """Call it once, on fresh arrays."""

    def pull_back(self, case: Case, upstream: Case) -> Outcome:
        """Return the gradients of a case's values for gradients of the outputs."""

    def push_forward(self, case: Case, tangent: Case) -> Outcome:
        """Return the derivative of those gradients with respect to what is sent back."""

    def exposed(self) -> Exposed:
        """Return what it shows of its frequencies."""

    def check_arguments(self) -> None:
        """Refuse a target that cannot take the signature's arguments.

        Raises
        ------
        TargetError
            If that can be known without a call.
        """

    def fresh(self) -> Host:
        """Return a host of the same target without history, or this one if there is none."""

    def close(self) -> None:
        """End what it started; it cannot be called afterwards."""
