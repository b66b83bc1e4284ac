"""A reader of configurations that is a program: JSON lines through a pipe."""

from __future__ import annotations

from typing import Any

from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.isolation.endings import given_up
from ropespec.checks.isolation.limits import HANGS, Limits
from ropespec.checks.pipe.messages import VERSION, Message, ProtocolError, decoded
from ropespec.checks.pipe.program import Program

from .answer import AnswerError, Refusal


class PipedReader:
    """A program that is asked one configuration after another.

    It gets `{"ropespec": 1, "op": "read-config", "config": {...}}` on a line and answers on a
    line with `{"inv_freq": [...], "attention_factor": ...}`, with `{"layers": [...]}`, or with
    `{"error": "why"}` to refuse. After it crashed or hung it is started again; after
    three hangs it is asked no more.

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
        self._hangs = 0

    def __call__(self, config: dict[str, Any]) -> Any:
        """Ask the program what a configuration means.

        Raises
        ------
        Refusal
            If it refuses.
        AnswerError
            If it is a reader in Python that returned something that is no answer.
        TargetRaised
            If it ended, did not answer in time, or answered something that is no message.
        """
        if self._hangs == HANGS:
            raise given_up(HANGS, self._limits)
        try:
            fields = self._asked({"op": "read-config", "config": config}, self._limits.seconds)
        except TargetRaised as fault:
            self._hangs += fault.kind == "timed-out"
            raise
        if "error" in fields:
            raise Refusal(str(fields["error"]))
        if "unreadable" in fields:
            raise AnswerError(str(fields["unreadable"]))
        return fields

    def load(self) -> None:
        """Let a program that serves a reader in Python import it.

        Raises
        ------
        TargetError
            If it cannot be imported or called.
        """
        try:
            fields = self._asked({"op": "load"}, self._limits.importing)
        except TargetRaised as fault:
            advice = "mend what happens when it is imported"
            raise TargetError(f"target: {fault}; {advice}") from None
        if "error" in fields:
            raise TargetError(str(fields["error"]))

    def _asked(self, fields: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send one request and return what is answered."""
        program = self._program or Program(self._command, self._limits)
        self._program = None  # until it has answered
        request = Message({"ropespec": VERSION, **fields})
        try:
            answer, _ = program.exchange(
                request.encoded("base64"), lambda came: decoded(came, "base64"), seconds
            )
        except ProtocolError as error:
            program.close()
            raise TargetRaised(f"it answered {error}", "wrong-type") from None
        self._program = program
        return answer.fields

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.close()
