"""One process of the benchmark: `python -m ropespec.checks.bench.worker '{...}'`.

It writes one JSON object for each measurement, a line each. Processes differ in how memory is
given out: in a plain one every large result is mapped anew, which costs more than the
rotation; in a warm one the allocator keeps its pages.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from .accuracy import POSITIONS, accuracy
from .cases import Case
from .contestants import backwards, own, peers, singles
from .timing import Call, least, paired


def main(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the measurements that are asked for.

    Parameters
    ----------
    options
        `task` ("speed", "decode", "memory", "accuracy" or "first"), and the case's fields.
    """
    torch.set_num_threads(options.get("threads", 1))
    tasks = {
        "speed": _speed,
        "decode": _decode,
        "memory": _memory,
        "accuracy": _accuracy,
        "first": _first,
    }
    yield from tasks[options["task"]](options)


def _cases(options: dict[str, Any]) -> Iterator[Case]:
    """Every case asked for."""
    for seq in options["seqs"]:
        for dtype in options["dtypes"]:
            for axes in options["axes"]:
                for layout in options["layouts"]:
                    yield Case(options.get("batch", 1), seq, dtype, axes, layout)


def _floor(case: Case) -> Call:
    """Copying queries and keys to where they were copied before."""
    q, k = case.tensors()
    to = torch.empty_like(q), torch.empty_like(k)
    return lambda: (to[0].copy_(q), to[1].copy_(k))


def _twice(call: Call) -> Call:
    """Call it twice."""
    return lambda: (call(), call())


def _speed(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Ratios to the floor; of forward and backward, to two floors."""
    for case in _cases(options):
        floor = _floor(case)
        for contestant in (*own(case), *peers(case, options["compiled"])):
            found = paired(contestant.call, floor, options["budget"])
            yield {"name": contestant.name, **asdict(case), **asdict(found)}
        for contestant in backwards(case):
            found = paired(contestant.call, _twice(floor), options["budget"])
            yield {"name": contestant.name, **asdict(case), **asdict(found)}


def _decode(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Microseconds of one token."""
    for case in _cases({**options, "seqs": [1]}):
        for contestant in (*own(case), *singles(case), *peers(case, compiled=False)):
            yield _short(contestant.name, case, contestant.call, options)
        yield _short("floor", case, _floor(case), options)


def _short(name: str, case: Case, call: Call, options: dict[str, Any]) -> dict[str, Any]:
    """Time a short call."""
    shortest, middle = least(call, options["budget"])
    times = {"microseconds": 1e6 * shortest, "median_microseconds": 1e6 * middle}
    return {"name": name, **asdict(case), **times}


def _memory(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Largest memory during one call above what was there, in units of queries and keys."""
    for case in _cases(options):
        for contestant in (*own(case), *peers(case, compiled=False)):
            contestant.call()  # tables and threads are there
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
            before = _resident("VmRSS")
            held = contestant.call()
            peak = (_resident("VmHWM") - before) / case.bytes
            del held
            yield {"name": contestant.name, **asdict(case), "peak": peak}


def _resident(key: str) -> int:
    """Read this process's memory in bytes."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(key + ":"):
            return 1024 * int(line.split()[1])
    raise KeyError(key)


def _accuracy(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Errors at far positions."""
    for dtype in options["dtypes"]:
        for position in POSITIONS:
            yield from accuracy(dtype, position)


def _first(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Seconds of the first call of a process, tables and loading of the kernel included."""
    from ropespec.reference.torch import rotate

    case = next(_cases(options))
    q, k = case.tensors()
    config = case.config
    for name in ("first call", "second call"):
        start = time.perf_counter()
        rotate(q, k, 0, config, axes=case.axes)
        yield {"name": name, **asdict(case), "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    for measured in main(json.loads(sys.argv[1])):
        sys.stdout.write(json.dumps(measured) + "\n")
        sys.stdout.flush()
