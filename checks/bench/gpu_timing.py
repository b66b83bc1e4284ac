"""Times on a GPU: events around many calls, candidate and copy by turns."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import torch

Call = Callable[[], object]

_cuda: Any = torch.cuda

_SAMPLE = 1e-3  # seconds of one sample, about
_PAIRS = 9


def seconds(call: Call, repeats: int, device: str) -> float:
    """Return the time of one call, of several in a row."""
    if device != "cuda":
        start = time.perf_counter()
        for _ in range(repeats):
            call()
        return (time.perf_counter() - start) / repeats
    first, last = (_cuda.Event(enable_timing=True) for _ in range(2))
    first.record()
    for _ in range(repeats):
        call()
    last.record()
    _cuda.synchronize()
    elapsed: float = first.elapsed_time(last)
    return elapsed * 1e-3 / repeats


def beside(candidate: Call, copy: Call, device: str) -> dict[str, Any]:
    """Time a call and the copying of the same bytes by turns.

    On a GPU both are replayed from CUDA graphs where they can be captured, so that what is
    timed is the GPU and not Python; `call_us` is what a caller waits for.

    Returns
    -------
    dict
        `us`: median microseconds of the candidate; `copy_us`: of the copy; `of_copy`: the
        candidate's part of the copy's bandwidth, and `low`, `high`: the least and the largest
        of the pairs; `call_us`: as called from Python; `replayed`: whether from a graph.
    """
    for call in (copy, candidate):
        call(), call()
    called = seconds(candidate, _repeats(candidate, device), device)
    captured = replay(candidate, device)
    calls = replay(copy, device) or copy, captured or candidate
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
        "call_us": 1e6 * called,
        "replayed": captured is not None,
    }


def replay(call: Call, device: str) -> Call | None:
    """Return the replay of a CUDA graph of the call, None where it cannot be captured."""
    if device != "cuda":
        return None
    stream = _cuda.Stream()
    stream.wait_stream(_cuda.current_stream())
    with _cuda.stream(stream):
        call()
    _cuda.synchronize()
    graph = _cuda.CUDAGraph()
    try:
        with _cuda.graph(graph):
            call()
    except RuntimeError:  # some peers read from the GPU as they go
        _cuda.synchronize()
        return None
    replayed: Call = graph.replay
    return replayed


def _repeats(call: Call, device: str) -> int:
    """How many calls make one sample."""
    if device != "cuda":
        return 1
    return max(1, min(200, int(_SAMPLE / max(1e-7, seconds(call, 3, device)))))
