"""Times on a GPU: events around many calls, candidate and copy by turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import torch

Call = Callable[[], object]

_SAMPLE = 1e-3  # seconds of one sample, about
_PAIRS = 9


def seconds(call: Call, repeats: int, device: str) -> float:
    """Return the time of one call, of several in a row."""
    if device != "cuda":
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        return (time.perf_counter() - start) / repeats
    first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    first.record()  # type: ignore[no-untyped-call]
    for _ in range(repeats):
        call()
    last.record()  # type: ignore[no-untyped-call]
    torch.cuda.synchronize()
    elapsed: float = first.elapsed_time(last)  # type: ignore[no-untyped-call]
    return elapsed * 1e-3 / repeats


def beside(candidate: Call, copy: Call, device: str) -> dict[str, float]:
    """Time a call and the copying of the same bytes by turns.

    Returns
    -------
    dict
        `us`: median microseconds of the candidate; `copy_us`: of the copy; `of_copy`: the
        candidate's part of the copy's bandwidth, and `low`, `high`: the least and the largest
        of the pairs.
    """
    calls = copy, candidate
    for call in calls:
        call(), call()
    repeats = [_repeats(call, device) for call in calls]
    pairs = [
        [seconds(call, n, device) for call, n in zip(calls, repeats, strict=True)]
        for _ in range(_PAIRS if device == "cuda" else 1)
    ]
    parts = [floor / mine for floor, mine in pairs]
    floor, mine = (median(pair[side] for pair in pairs) for side in (0, 1))
    return {
        "us": 1e6 * mine,
        "copy_us": 1e6 * floor,
        "of_copy": floor / mine,
        "low": min(parts),
        "high": max(parts),
    }


def replayed(call: Call, device: str) -> Call | None:
    """Return the replay of a CUDA graph of the call: its time without Python's."""
    if device != "cuda":
        return None
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph.replay


def _repeats(call: Call, device: str) -> int:
    """How many calls make one sample."""
    if device != "cuda":
        return 1
    return max(1, min(200, int(_SAMPLE / max(1e-7, seconds(call, 3, device)))))
