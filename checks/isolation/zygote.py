"""A process that loads a target, never calls it, and forks one that does when asked.

A fork takes milliseconds and has no history: whatever the calls before did is gone.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import traceback
import warnings
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import recv_handle
from pathlib import Path
from typing import Any

from ropespec.checks.frameworks import find_framework
from ropespec.checks.target import Host, LocalHost
from ropespec.checks.target.loading import find_function
from ropespec.checks.target.surroundings import OWN

from .described import Asked, Described
from .worker import serve, settle

STARTED_AGAIN = frozenset({"jemalloc_bg_thd"})
"""Threads, by the names that the system knows them by, that are ready for a fork: whoever
started them has told the system what to do about them before it and after."""


@dataclass
class Zygote:
    """The state of the process.

    Attributes
    ----------
    control
        The parent's orders come from here.
    asked
        What is to be loaded.
    host
        The target, once it is loaded; None to load it after each fork.
    """

    control: Connection
    asked: Asked
    host: Host | None = None

    def load(self) -> None:
        """Load the target, and describe it to the parent."""
        try:
            host = hosted(self.asked)
        except Exception as error:
            cause = error.__cause__
            if cause is not None:  # a cause is not sent along, a note is
                error.add_note("".join(traceback.format_exception(cause)))
            self.control.send(error)
            return
        self.host = host
        gc.freeze()  # what is there now is never collected: forks keep sharing it
        described = Described.of(host, host.function, forkable=_threads() == 1)
        self.control.send(described)

    def run(self) -> None:
        """Obey the parent until it hangs up; then end everything."""
        asleep, awake = os.pipe()
        os.set_blocking(awake, False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(awake)
        children: set[int] = set()
        try:
            while True:
                ready = wait([self.control, asleep])
                if asleep in ready:
                    os.read(asleep, 4096)
                    self._report(children)
                if self.control in ready:
                    order, argument = self.control.recv()
                    if order == "fork":
                        children.add(self._fork(argument))
                    else:
                        _end(argument)
        except (EOFError, OSError):
            for child in children:
                _end(child)

    def _fork(self, memory: int) -> int:
        """Fork a process that answers calls, and tell its number."""
        handle = recv_handle(self.control)
        pid = os.fork()
        if pid:
            os.close(handle)
            self.control.send(("started", pid))
            return pid
        code = 1
        try:
            self.control.close()
            settle(memory)
            serve(self.host or hosted(self.asked), Connection(handle))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)  # never back into the loop above

    def _report(self, children: set[int]) -> None:
        """Tell the parent which children ended, and how."""
        for child in tuple(children):
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                children.discard(pid)
                _end(pid)  # what it started goes with it
                self.control.send(("ended", pid, os.waitstatus_to_exitcode(status)))


def hosted(asked: Asked) -> LocalHost:
    """Load a target.

    Raises
    ------
    TargetError
        If it cannot be loaded.
    ConfigError
        If a claim is none.
    """
    found = find_function(asked.thing(), factory=asked.factory)
    claims = asked.claims(found.function)
    return LocalHost(found.function, claims, found.make, (BaseException,), capture=False)


def _end(pid: int) -> None:
    """End a process and all that it started."""
    for end in (os.killpg, os.kill):  # just forked, it has no group of its own yet
        try:
            end(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
        return


def _threads() -> int:
    """Count the threads of this process, those of libraries too where the system tells."""
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        return threading.active_count()
    return len([task for task in tasks.iterdir() if _name(task) not in STARTED_AGAIN])


def _name(task: Path) -> str:
    """Return what the system calls a thread, the empty text if it has just ended."""
    try:
        return (task / "comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def main(handle: int) -> None:
    """Run a zygote that is ordered about through an inherited socket."""
    control = Connection(handle)
    asked: Any = control.recv()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        framework = find_framework(asked.framework)
    for setting in (*OWN, *framework.settings):  # what this imports, no fork has to import
        setting.read()
    control.send("ready")
    zygote = Zygote(control, asked)
    if not asked.late:
        zygote.load()
    try:
        zygote.run()
    finally:
        os._exit(0)
