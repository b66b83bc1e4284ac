"""A progress bar, on a terminal alone, and only when there is something to wait for."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 2.0
"""Seconds before the bar appears."""


class Bar:
    """Show steps done on standard error, once they take longer than a moment."""

    def __init__(self) -> None:
        self._start = monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        """Start waiting."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()

    def step(self, done: int, total: int, what: str) -> None:
        """Note that a step begins."""
        if not sys.stderr.isatty() or monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            self._begin()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, total=total, description=what)

    def _begin(self) -> None:
        """Draw the bar for the first time."""
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True, emoji=False), transient=True)
        self._task = self._bar.add_task("")
        self._bar.start()
