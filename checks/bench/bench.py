"""`ropespec bench`: run the workers, each in a process of its own, and gather what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

from ropespec.checks.errors import CheckError

from .environment import environment, load
from .rivals import versions

WARM = "glibc.malloc.mmap_threshold=8589934592:glibc.malloc.trim_threshold=17179869184"
"""GLIBC_TUNABLES under which the allocator keeps its pages."""

_HALVES = ["half", "interleaved"]
_BOTH = ["bhsd", "bshd"]


def plan(
    seqs: list[int], dtypes: list[str], threads: list[int], budget: float, compiled: bool
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """List the workers to run.

    Yields
    ------
    title, process, options
        What is measured, "plain" or "warm", and what the worker is told.
    """
    base = {"dtypes": dtypes, "axes": _BOTH, "layouts": _HALVES, "compiled": compiled}
    for count in threads:
        common = {**base, "threads": count, "budget": budget}
        for process, sizes in (("warm", seqs), ("plain", [max(seqs)])):
            title = f"ratio to copying, {count} thread{'s' * (count > 1)}, {process} process"
            yield title, process, {"task": "speed", "seqs": sizes, **common}
    short = {**base, "threads": 1, "budget": min(budget, 0.1)}
    yield "one token, microseconds", "plain", {"task": "decode", **short}
    batch = {"task": "speed", "seqs": [1], "batch": 64, **short, "compiled": False}
    yield (
        "one token of 64 sequences, ratio to copying",
        "warm",
        {**batch, "axes": ["bhsd"], "backward": False},
    )
    yield (
        "nanoseconds for each element, by length, in place",
        "plain",
        {"task": "length", **short, "axes": _BOTH[:1], "layouts": _HALVES[:1]},
    )
    large = {"seqs": [max(seqs)], **short, "dtypes": dtypes[:1]}
    yield "memory above inputs and outputs, in queries and keys", "plain", {
        "task": "memory", **large,
    }  # fmt: skip
    yield "first call, seconds", "plain", {"task": "first", **large}
    yield (
        "error at far positions",
        "plain",
        {"task": "accuracy", "dtypes": dtypes, "threads": 1},
    )


def bench(
    seqs: list[int],
    dtypes: list[str],
    threads: list[int],
    budget: float,
    compiled: bool,
    progress: Callable[[str], None],
    keep: Callable[[dict[str, Any]], None] = lambda _: None,
) -> dict[str, Any]:
    """Run the benchmark.

    Parameters
    ----------
    seqs, dtypes, threads
        Lengths, names of dtypes, and numbers of threads to measure.
    budget
        Seconds for each measurement.
    compiled
        Whether torch.compile takes part; it takes ten seconds or more for each case.
    progress
        Called with the title of each part before it is run.
    keep
        Called after each part with all that was measured so far, so that a run that is
        interrupted loses nothing but the part it was at.

    Returns
    -------
    dict
        `environment`; `peers` with their versions, None where one is not installed; and
        `parts`, each with `title`, `process` and `rows`.

    Raises
    ------
    CheckError
        If a worker fails.
    """
    found: dict[str, Any] = {"environment": environment(), "peers": versions(), "parts": []}
    for title, process, options in plan(seqs, dtypes, threads, budget, compiled):
        progress(title)
        rows = _worker(process, options)
        found["parts"].append({"title": title, "process": process, "rows": rows})
        keep(found)
    found["environment"]["load_after"] = load()
    keep(found)
    return found


def _worker(process: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """Run one worker."""
    environment = dict(os.environ)
    if process == "warm":
        environment["GLIBC_TUNABLES"] = WARM
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "ropespec.checks.bench.worker", json.dumps(options)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise CheckError(f"bench: {options['task']} ended with {done.returncode}: {last}")
    return [json.loads(line) for line in done.stdout.splitlines()]
