"""Times by pairs: one sample of the floor, one of the candidate, and so on.

With one thread the clock is the thread's own, which stands still while the machine is busy
with others; with several it is the wall's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

import torch

Call = Callable[[], object]


@dataclass(frozen=True)
class Paired:
    """A candidate's times beside the floor's.

    Attributes
    ----------
    low, ratio, high
        The quarter, half and three-quarter points of the ratios of neighbouring samples.
    seconds
        Median time of the candidate's call.
    samples
        How many pairs.
    """

    low: float
    ratio: float
    high: float
    seconds: float
    samples: int


def paired(
    candidate: Call, floor: Call, budget: float, clock: Callable[[], float] | None = None
) -> Paired:
    """Measure a call against the floor.

    Parameters
    ----------
    candidate, floor
        What to time.
    budget
        Seconds to spend, about; at least seven pairs are taken.
    clock
        Tells seconds; left out, as above.
    """
    candidate(), floor()
    repeats = _repeats(floor, clock), _repeats(candidate, clock)
    times: list[tuple[float, float]] = []
    start = time.perf_counter()
    while len(times) < 7 or (time.perf_counter() - start < budget and len(times) < 400):
        base = _sample(floor, repeats[0], clock)
        times.append((base, _sample(candidate, repeats[1], clock)))
    low, ratio, high = quantiles((mine / base for base, mine in times), n=4)
    return Paired(low, ratio, high, median(mine for _, mine in times), len(times))


def least(call: Call, budget: float) -> tuple[float, float]:
    """Return the shortest and the median time of a call that takes microseconds."""
    call()
    count = max(1, int(2e-4 / max(1e-9, _sample(call, 5))))
    samples: list[float] = []
    start = time.perf_counter()
    while len(samples) < 20 or time.perf_counter() - start < budget:
        samples.append(_sample(call, count))
    return min(samples), median(samples)


def _repeats(call: Call, clock: Callable[[], float] | None = None) -> int:
    """How often a call is repeated in one sample, so that the clock does not matter."""
    return max(1, int(2e-4 / max(1e-9, _sample(call, 1, clock))))


def _sample(call: Call, repeats: int, clock: Callable[[], float] | None = None) -> float:
    """Time of one call in seconds."""
    if clock is None:
        clock = time.thread_time if torch.get_num_threads() == 1 else time.perf_counter
    start = clock()
    for _ in range(repeats):
        call()
    return (clock() - start) / repeats
