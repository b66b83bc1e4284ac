"""What a process prints, read without waiting and without end."""

from __future__ import annotations

import os

from ropespec.checks.target.surroundings import KEPT

PIECE = 1 << 16
PIECES = 64
"""At most so many pieces are read at once: a process may print faster than we read."""


class Printed:
    """The beginning of what comes out of a pipe, and how much there was.

    Parameters
    ----------
    handle
        The pipe's end, which does not block.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._head = b""
        self._length = 0

    def read(self) -> Printed:
        """Take what is there."""
        for _ in range(PIECES):
            if not self.more():
                break
        return self

    def more(self) -> bool:
        """Take a piece; False if there is none, now or ever."""
        try:
            piece = os.read(self._handle, PIECE)
        except OSError:  # nothing there, or the pipe is gone
            return False
        self._length += len(piece)
        self._head += piece[: KEPT - len(self._head)]
        return bool(piece)

    @property
    def text(self) -> str:
        """The beginning, and how much is left out."""
        head = self._head.decode("utf-8", "replace")
        rest = self._length - len(self._head)
        return f"{head}... and {rest} more bytes" if rest else head
