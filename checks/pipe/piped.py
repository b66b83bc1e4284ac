"""A program as a function of arrays: said hello to, called, and started again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.isolation.endings import given_up
from ropespec.checks.isolation.limits import HANGS, Limits
from ropespec.reference.config import RotaryConfig

from .hello import read_hello
from .messages import VERSION, Array, Encoding, Message, ProtocolError, decoded, shown
from .program import Program

CLAIMS = ("signature", "axes", "dtypes", "max_position")
"""What a program may say of itself in its hello."""

CONTRACT = "see the page on the pipe protocol"


@dataclass
class Run:
    """What the copies of one program share.

    Attributes
    ----------
    command
        How it is started.
    config
        What it is told to compute.
    limits
        What it may use.
    hangs
        How many calls ran out of time.
    """

    command: str
    config: RotaryConfig
    limits: Limits
    hangs: int = 0


class Piped:
    """A program that rotates what it is sent.

    Parameters
    ----------
    run
        How it is started, and what it is told.

    Attributes
    ----------
    hello
        What it said of itself when it was started.
    inv_freq, attention_factor
        What it shows of its frequencies, None where it shows nothing.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._program: Program | None = None
        self._encoding: Encoding = "base64"
        self._id = 0
        self.hello: dict[str, Any] = {}
        self.inv_freq: list[float] | None = None
        self.attention_factor: float | None = None
        self._start()

    def __call__(self, *arrays: Array) -> Any:
        """Rotate: `(x, positions) -> y` or `(q, k, positions) -> (q', k')`.

        Raises
        ------
        TargetRaised
            If it answers with an error or with something else, ends, or takes too long.
        """
        names = ("x", "positions") if len(arrays) == 2 else ("q", "k", "positions")
        answer = self.ask("rotate", dict(zip(names, arrays, strict=True)))
        missing = [name for name in names[:-1] if name not in answer.arrays]
        if missing:
            got = ", ".join(answer.arrays) or "no arrays"
            text = f"it answered with {got}, expected the arrays {', '.join(names[:-1])}"
            raise TargetRaised(f"{text}; {CONTRACT}", "protocol")
        found = tuple(answer.arrays[name] for name in names[:-1])
        return found if len(found) > 1 else found[0]

    def ask(self, operation: str, arrays: dict[str, Array]) -> Message:
        """Send a request and return what was answered to it.

        Raises
        ------
        TargetRaised
            If it answers with an error or with something else, ends, or takes too long.
        """
        if self.run.hangs >= HANGS:
            raise given_up(HANGS, self.run.limits)
        if self._program is None:
            self._start()
        answer = self._asked({"op": operation}, arrays, self.run.limits.seconds)
        if "error" in answer.fields:
            text = f"it answered with the error {shown(answer.fields['error'])!r}"
            raise TargetRaised(text)
        return answer

    def close(self) -> None:
        """End the program."""
        if self._program is not None:
            self._program.close()
            self._program = None

    def _start(self) -> None:
        """Start the program and exchange hellos."""
        self._program = Program(self.run.command, self.run.limits)
        self._encoding = "base64"
        words = {"ropespec": VERSION, "op": "hello", "config": self.run.config.to_dict()}
        try:
            self._meet(self._asked(words, {}, self.run.limits.importing).fields)
        except TargetRaised as fault:
            self.close()
            raise TargetError(
                f"--exec: {self.run.command!r} was sent a hello, and {fault}"
            ) from fault

    def _meet(self, hello: dict[str, Any]) -> None:
        """Take in what the program says of itself."""
        self.hello = read_hello(hello)
        self._encoding = self.hello.get("encoding", "base64")
        self.inv_freq = self.hello.get("inv_freq")
        self.attention_factor = self.hello.get("attention_factor")

    def claims(self) -> dict[str, Any]:
        """Return what it claims of itself, as arguments of `Claims.of`."""
        return {name: self.hello[name] for name in CLAIMS if name in self.hello}

    def _asked(
        self, words: dict[str, Any], arrays: dict[str, Array], seconds: float
    ) -> Message:
        """Exchange one message for another, and see that they belong together."""
        if self._program is None:
            raise RuntimeError("the program is not running")
        self._id += 1
        request = Message({"id": self._id, **words}, arrays).encoded(self._encoding)
        try:
            answer = self._program.exchange(request, self._complete, seconds)
        except TargetRaised as fault:
            self.run.hangs += fault.kind == "timed-out"
            self._program = None
            raise
        except ProtocolError as error:
            self._program = None
            raise TargetRaised(f"it answered {error}", "protocol") from None
        if answer.fields.get("id") != self._id:
            self.close()
            got = f'"id":{shown(answer.fields.get("id"))}'
            text = f'it answered {got}, expected "id":{self._id}, that of the request'
            raise TargetRaised(f"{text}; answer each request once, in order", "protocol")
        return answer

    def _complete(self, came: bytes) -> Message | None:
        """Read one whole message; nothing may follow it before the next request."""
        found = decoded(came, self._encoding)
        if found is None:
            return None
        message, length = found
        if len(came) > length:
            text = came[length:].decode("utf-8", "replace")
            raise ProtocolError(f"{shown(text)!r} after its answer, expected nothing more")
        return message
