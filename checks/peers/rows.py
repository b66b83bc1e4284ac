"""For libraries that take one row of positions, or only where a row begins."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def runs(row: list[int]) -> Iterator[tuple[slice, int]]:
    """Cut a row of positions where the next is not one more.

    Yields
    ------
    part, start
        Which tokens, and the position of the first.

    Examples
    --------
    >>> from ropespec.checks.peers.rows import runs
    >>> [(part.start, part.stop, start) for part, start in runs([5, 6, 7, 0, 3])]
    [(0, 3, 5), (3, 4, 0), (4, 5, 3)]
    """
    begin = 0
    for place in range(1, len(row) + 1):
        if place == len(row) or row[place] != row[place - 1] + 1:
            yield slice(begin, place), row[begin]
            begin = place


def by_runs(
    join: Callable[[list[Any], int], Any],
    turn: Callable[[Any, int], Any],
    x: Any,
    positions: Any,
) -> Any:
    """Rotate run by run, row by row.

    Parameters
    ----------
    join
        Joins parts along an axis.
    turn
        Rotates tokens `(1, heads, seq, head_dim)` that start at a position.
    x, positions
        `(batch, heads, seq, head_dim)` and `(batch, seq)`.
    """
    if not positions.shape[0] or not positions.shape[1]:
        return x
    rows = [
        join([turn(x[b : b + 1, :, part], start) for part, start in runs(row)], 2)
        for b, row in enumerate(positions.tolist())
    ]
    return join(rows, 0)
