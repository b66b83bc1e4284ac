"""A program as a host: a function in this process that asks the program."""

from __future__ import annotations

from typing import Any

from ropespec.checks.isolation.limits import Limits
from ropespec.checks.target import Claims, LocalHost
from ropespec.reference.config import RotaryConfig

from .piped import Piped, Run
from .smoke import smoke


class PipeHost(LocalHost):
    """A program behind a pipe.

    Parameters
    ----------
    piped
        The program, which has said hello.
    claims
        How it is called, and what it claims.
    """

    def __init__(self, piped: Piped, claims: Claims) -> None:
        super().__init__(piped, claims)
        self._piped = piped

    @classmethod
    def load(
        cls, command: str, config: RotaryConfig, claims: dict[str, Any], limits: Limits
    ) -> PipeHost:
        """Start a program, and test its adapter.

        Raises
        ------
        TargetError
            If it cannot be started or does not speak the protocol.
        ConfigError
            If a claim is none; options count before what the program says in its hello.
        """
        piped = Piped(Run(command, config, limits))
        try:
            said = Claims.of(**{**piped.claims(), **claims})
            smoke(piped, said.dtypes)
        except BaseException:
            piped.close()
            raise
        return cls(piped, said)

    def check_arguments(self) -> None:
        """Do nothing: a program takes what it is sent."""

    def fresh(self) -> PipeHost:
        """Return the program started again."""
        return PipeHost(Piped(self._piped.run), self.claims)

    def close(self) -> None:
        """End the program."""
        self._piped.close()
