"""A running program: bytes go in, bytes come out, within a time."""

from __future__ import annotations

import contextlib
import os
import selectors
import shlex
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from time import monotonic
from typing import TypeVar

from ropespec.checks.errors import TargetError
from ropespec.checks.isolation.endings import ended, late
from ropespec.checks.isolation.limits import Limits
from ropespec.checks.isolation.printed import Printed

PIECE = 1 << 16

LEAVING = 1.0
"""Seconds for a program to end after its input has."""

T = TypeVar("T")


class Program:
    """A program that was started and listens.

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
        self._limits = limits
        words = _words(command)
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            advice = "give the path of a program that can be run, with its arguments"
            text = f"--exec: {words[0]!r} cannot be run: {error.strerror}"
            raise TargetError(f"{text}; {advice}") from error
        if not (process.stdin and process.stdout and process.stderr):
            raise TargetError("--exec: the program has no pipes")
        self._process = process
        self._input, self._output = process.stdin, process.stdout
        for stream in (process.stdin, process.stdout, process.stderr):
            os.set_blocking(stream.fileno(), False)
        self._remarks = process.stderr
        self._close = weakref.finalize(self, _close, process)
        self._limit()

    def _limit(self) -> None:
        """Limit its memory where the system can do that from outside."""
        if sys.platform == "linux":
            import resource

            size = (self._limits.bytes, self._limits.bytes)
            with contextlib.suppress(OSError, ValueError):  # it has ended already
                resource.prlimit(self._process.pid, resource.RLIMIT_DATA, size)

    def exchange(
        self, request: bytes, complete: Callable[[bytes], T | None], seconds: float
    ) -> T:
        """Send a request and wait for its answer.

        Parameters
        ----------
        request
            What is sent.
        complete
            Makes an answer of what came so far, None if more has to come.
        seconds
            How long it may take; then the program is ended.

        Raises
        ------
        TargetRaised
            If it ended, or did not answer in time.
        """
        end = monotonic() + seconds
        printed = Printed(self._remarks.fileno())
        waiting, came = memoryview(request), b""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self._output, selectors.EVENT_READ)
                selector.register(self._remarks, selectors.EVENT_READ)
                selector.register(self._input, selectors.EVENT_WRITE)
                while True:
                    if monotonic() > end:
                        raise late(seconds)
                    ready = [key.fileobj for key, _ in selector.select(end - monotonic())]
                    if self._input in ready:
                        waiting = self._sent(waiting, selector)
                    if self._remarks in ready and not printed.more():
                        selector.unregister(self._remarks)
                    if self._output in ready:
                        piece = self._output.read(PIECE)
                        if piece == b"":
                            raise ended(self._code())
                        came += piece or b""
                        answer = complete(came)
                        if answer is not None:
                            return answer
        except BaseException:
            self.close()
            raise
        finally:
            sys.stderr.write(printed.read().text)  # whoever watches the call keeps it

    def _sent(self, waiting: memoryview, selector: selectors.BaseSelector) -> memoryview:
        """Send as much as the pipe takes; a program that ended shows at its output."""
        try:
            waiting = waiting[self._input.write(waiting) or 0 :]
        except BlockingIOError:
            return waiting
        except OSError:
            waiting = waiting[:0]
        if not waiting:
            selector.unregister(self._input)
        return waiting

    def _code(self) -> int:
        """Return its exit code; one that only closed its output is ended."""
        try:
            return self._process.wait(LEAVING)
        except subprocess.TimeoutExpired:
            return 0

    def close(self) -> None:
        """End its input, upon which it should end; end it if it does not."""
        self._close()


def _words(command: str) -> list[str]:
    """Separate a command into its words."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        advice = "close the quotes"
        raise TargetError(f"--exec: got {command!r}: {error}; {advice}") from None
    if not words:
        advice = "for example --exec './my_rope --fast'"
        raise TargetError(f"--exec: got {command!r}, expected a command; {advice}")
    return words


def _close(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started."""
    if process.stdin:
        with contextlib.suppress(OSError):
            process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(LEAVING)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()
