"""The parent's side of a zygote: starts it, has it fork, listens to it, ends it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import send_handle
from time import monotonic
from typing import Any, NamedTuple

from ropespec.checks.errors import TargetError
from ropespec.checks.frameworks import framework_kind

from .described import Asked, Described
from .endings import ended, late
from .limits import STARTING, Limits
from .printed import Printed

PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from ropespec.checks.isolation.zygote import main; main(int(sys.argv[1]))"
)
"""What the zygote's Python runs; it finds what this one finds."""

SINGLE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process with more threads than one cannot be forked safely."""

GRACE = 5.0
"""Seconds for a process that was ended to be gone."""


@dataclass
class Worker:
    """A process that answers calls.

    Attributes
    ----------
    pid
        Its number.
    connection
        Calls go out and answers come in here.
    """

    pid: int
    connection: Connection


class Answer(NamedTuple):
    """What a process answered, or the fault that came instead, and what it printed."""

    value: Any
    printed: str


class Nursery:
    """A zygote as its parent sees it.

    Parameters
    ----------
    asked
        What it loads.
    limits
        What its children may use.

    Raises
    ------
    TargetError
        If the target cannot be loaded: the reason in one line.
    ConfigError
        If a claim is none.
    """

    def __init__(self, asked: Asked, limits: Limits) -> None:
        self.limits = limits
        self._asked = asked
        self._codes: dict[int, int] = {}
        self._start(asked)
        self.described = self._described()
        if not self.described.forkable:
            self.close()
            self._start(replace(asked, late=True))

    def _start(self, asked: Asked) -> None:
        """Start a zygote and wait until it has imported what is ours."""
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        folder = tempfile.mkdtemp(prefix="ropespec-")
        os.set_blocking(reading, False)
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-c", PROGRAM, str(theirs.fileno()), json.dumps(sys.path)],
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            pass_fds=[theirs.fileno()],
            env={**SINGLE, **_variables(asked, folder), **os.environ},
            start_new_session=True,
        )
        theirs.close()
        os.close(writing)
        self._process = process
        self._output = reading
        self._early = Printed(reading)
        self._control = Connection(ours.detach())
        self._close = weakref.finalize(self, _close, process, self._control, reading, folder)
        self._control.send(asked)
        self._hear(STARTING, "to start a process for it")

    def _described(self) -> Described:
        """Wait until the target is loaded."""
        answer = self._hear(self.limits.importing, "to import it")
        if isinstance(answer, Described):
            return answer
        raise answer

    def _hear(self, seconds: float, what: str) -> Any:
        """Wait for the zygote's word while it starts."""
        end = monotonic() + seconds
        while True:
            ready = wait([self._control, self._output], max(end - monotonic(), 0))
            self._early.read()
            if self._control in ready:
                try:
                    return self._control.recv()
                except (EOFError, OSError):
                    raise self._stillborn(self._early.read().text) from None
            if monotonic() > end:
                self._process.kill()  # it has no children yet
                self.close()
                text = f"target: {self._asked.name!r} took more than {seconds:g} s {what}"
                raise TargetError(f"{text}; if it needs longer, raise --timeout")

    def _stillborn(self, printed: str) -> TargetError:
        """Say of a zygote that it ended before it had loaded its target."""
        code = self._process.wait(GRACE)
        self.close()
        words = " ".join(printed.split())[-200:]
        said = f"; its last words: {words}" if words else ""
        text = f"target: {self._asked.name!r} does not import: {ended(code)}{said}"
        return TargetError(text)

    def fork(self) -> Worker:
        """Return a new process with the target in it, which was never called."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._control.send(("fork", self.limits.bytes))
            send_handle(self._control, theirs.fileno(), self._process.pid)
        while True:
            word = self._control.recv()
            if word[0] == "started":
                return Worker(word[1], Connection(ours.detach()))
            self._note(word)

    def ask(self, worker: Worker, call: tuple[str, tuple[Any, ...]], seconds: float) -> Answer:
        """Have a process answer a call.

        Parameters
        ----------
        worker
            Which.
        call
            A method of `Host` and its arguments.
        seconds
            How long it may take; then the process is ended.
        """
        Printed(self._output).read()  # what came after the last answer belongs to nothing
        printed = Printed(self._output)
        with contextlib.suppress(OSError):  # it has ended: what follows finds out how
            worker.connection.send(call)
        end = monotonic() + seconds
        sources: list[Any] = [worker.connection, self._output, self._control]
        while worker.pid not in self._codes:
            ready = wait(sources, max(end - monotonic(), 0))
            printed.read()
            if worker.connection in ready:
                try:
                    return Answer(worker.connection.recv(), printed.read().text)
                except Exception:  # it ended, or sent something that is no answer
                    sources.remove(worker.connection)
                    end = min(end, monotonic() + GRACE)
            elif self._control in ready:
                self._listen(worker)
            elif monotonic() > end:
                self.end(worker)
                return Answer(late(seconds), printed.text)
        return Answer(ended(self._codes.pop(worker.pid)), printed.read().text)

    def _listen(self, worker: Worker) -> None:
        """Hear how processes ended; where the zygote did, nobody else ends its child."""
        try:
            self._note(self._control.recv())
        except (EOFError, OSError):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            self.close()
            raise TargetError(
                f"target: the process of {self._asked.name!r} was ended from outside; "
                "run the check again"
            ) from None

    def _note(self, word: tuple[str, int, int]) -> None:
        """Remember how a process ended."""
        _, pid, code = word
        self._codes[pid] = code

    def end(self, worker: Worker) -> None:
        """End a process, whatever it is doing."""
        with contextlib.suppress(OSError):  # a collector of garbage may have been here first
            worker.connection.close()
        with contextlib.suppress(OSError):
            self._control.send(("end", worker.pid))

    def close(self) -> None:
        """End the zygote and all its children."""
        self._close()


def _variables(asked: Asked, folder: str) -> dict[str, str]:
    """Return what makes a framework quick; what the user has set counts before it."""
    variables = framework_kind(asked.framework).variables
    return {name: value.format(folder=folder) for name, value in variables.items()}


def _close(
    process: subprocess.Popen[bytes], control: Connection, output: int, folder: str
) -> None:
    """Hang up, upon which a zygote ends its children and itself."""
    control.close()
    os.close(output)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:  # it is busy importing
        process.kill()
        process.wait()
    shutil.rmtree(folder, ignore_errors=True)
