"""Being asked to end is taken as Ctrl-C: what was measured is kept."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

INTERRUPTED = 130
"""The exit code of a run that was ended."""

ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")
"""The signals that ask a program to end: Ctrl-C, a service that stops a job, a terminal that is
closed."""


@contextlib.contextmanager
def endable() -> Iterator[None]:
    """Raise `KeyboardInterrupt` at the first request to end, within the block.

    Those that follow are not heeded until the process has ended, so that the reports of what
    was measured are still written: a service that stops a job sends one signal after another.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ENDINGS if hasattr(signal, name)]
    before = {
        number: signal.getsignal(number)
        for number in numbers
        if signal.getsignal(number) is not signal.SIG_IGN  # as under nohup
    }

    ended = False

    def end(_number: int, _frame: Any) -> None:
        nonlocal ended
        ended = True
        for each in before:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    try:
        for number in before:
            signal.signal(number, end)
        yield
    finally:
        if not ended:
            for number, handler in before.items():
                signal.signal(number, handler)
