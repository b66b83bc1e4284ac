"""What runs in the process of a target: answers calls until its parent hangs up."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import resource
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import Any

from ropespec.checks.errors import TargetRaised
from ropespec.checks.observation import Outcome
from ropespec.checks.target import Host

SHORT = "it left too little memory to look at its result"


def settle(memory: int) -> None:
    """Make a forked process one in which anything may happen.

    It gets a session of its own, so that its children can be ended with it and the
    terminal's Ctrl-C is not for it; a memory limit; and no core dumps.

    Parameters
    ----------
    memory
        Bytes that it may use beyond what it has.
    """
    os.setsid()
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError, ValueError):  # some systems have no such limit
        resource.setrlimit(resource.RLIMIT_DATA, (_in_use() + memory, resource.RLIM_INFINITY))
    with contextlib.suppress(OSError, ValueError):
        faulthandler.enable()


def serve(host: Host, connection: Connection) -> None:
    """Answer calls, given as `(method, arguments)`, until the connection is closed."""
    own = os.getpid()
    while True:
        try:
            method, arguments = connection.recv()
        except (EOFError, OSError):
            return
        answer = _answer(host, method, arguments)
        if os.getpid() != own:  # the target forked: only one of the two may answer
            os._exit(0)
        _flush()
        connection.send(answer)


def _answer(host: Host, method: str, arguments: tuple[Any, ...]) -> Any:
    """Call a method of the host; a fault takes along where it came from."""
    try:
        answer = getattr(host, method)(*arguments)
    except MemoryError:
        return Outcome(None, None, TargetRaised(SHORT, "out-of-memory"))
    if isinstance(answer, Outcome) and isinstance(answer.fault, TargetRaised):
        cause = answer.fault.__cause__
        if cause is not None:
            answer.fault.add_note("".join(traceback.format_exception(cause)))
    return answer


def _flush() -> None:
    """Send printed text on its way, if the target has left anything to send it through."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()


def _in_use() -> int:
    """Return the bytes of data that this process has, 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as lines:  # noqa: PTH123
            sizes = [line.split()[1] for line in lines if line.startswith("VmData:")]
    except OSError:
        return 0
    return 1024 * int(sizes[0]) if sizes else 0
