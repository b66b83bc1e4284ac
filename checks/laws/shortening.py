"""Make a list of calls shorter, as long as it still breaks a law."""

from __future__ import annotations

from collections.abc import Callable

from .scenario import Scenario

Steps = tuple[Scenario, ...]


def shortened(steps: Steps, fails: Callable[[Steps], bool], tries: int) -> Steps:
    """Leave out calls, many at once and then one by one, while what is left still fails.

    Parameters
    ----------
    steps
        Calls that break a law.
    fails
        Says whether fewer of them do.
    tries
        How often it is asked, at most.

    Returns
    -------
    tuple of Scenario
        Some of the calls, in their order.
    """
    size = max(1, len(steps) // 2)
    while size and tries > 0:
        start = 0
        while start < len(steps) > 1 and tries > 0:
            fewer = steps[:start] + steps[start + size :]
            tries -= 1
            if fewer and fails(fewer):
                steps = fewer
            else:
                start += size
        size //= 2
    return steps
