"""A reader of configurations that is a program: JSON lines through a pipe."""

from __future__ import annotations

from typing import Any

from ropespec.checks.errors import TargetRaised
from ropespec.checks.isolation.limits import Limits
from ropespec.checks.pipe.messages import VERSION, Message, ProtocolError, decoded
from ropespec.checks.pipe.program import Program


class Refusal(Exception):  # noqa: N818 - it reads as what the program did
    """The program's own words when it refuses a configuration."""


class PipedReader:
    """A program that is asked one configuration after another.

    It gets `{"ropespec": 1, "op": "read-config", "config": {...}}` on a line and answers on a
    line with `{"inv_freq": [...], "attention_factor": ...}`, with `{"layers": [...]}`, or with
    `{"error": "why"}` to refuse. After it crashed or hung it is started again.

    Parameters
    ----------
    command
        As typed for a shell; no shell runs it.
    limits
        What it may use.

    Raises
    ------
    TargetError
        If it cannot be started.
    """

    def __init__(self, command: str, limits: Limits) -> None:
        self._command, self._limits = command, limits
        self._program: Program | None = Program(command, limits)

    def __call__(self, config: dict[str, Any]) -> Any:
        """Ask the program what a configuration means.

        Raises
        ------
        Refusal
            If it refuses.
        TargetRaised
            If it ended, did not answer in time, or answered something that is no message.
        """
        program = self._program or Program(self._command, self._limits)
        self._program = None  # until it has answered
        request = Message({"ropespec": VERSION, "op": "read-config", "config": config})
        try:
            answer, _ = program.exchange(
                request.encoded("base64"),
                lambda came: decoded(came, "base64"),
                self._limits.seconds,
            )
        except ProtocolError as error:
            program.close()
            raise TargetRaised(f"it answered {error}", "wrong-type") from None
        self._program = program
        if "error" in answer.fields:
            raise Refusal(str(answer.fields["error"]))
        return answer.fields

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.close()
