"""One process of the benchmark: `python -m ropespec.checks.bench.worker '{...}'`.

It writes one JSON object for each measurement, a line each. Processes differ in how memory is
given out: in a plain one every large result is mapped anew, which costs more than the
rotation; in a warm one the allocator keeps its pages.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ropespec.reference.torch import RotaryEmbedding, rotate

from .accuracy import POSITIONS, accuracy
from .cases import HEADS, KEY_HEADS, Case
from .contestants import Contestant, backwards, own, peers, singles
from .rivals import RIVALS, Rival, failure, load_torchvision
from .timing import Call, least, paired


def main(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the measurements that are asked for.

    Parameters
    ----------
    options
        `task` ("speed", "decode", "length", "memory", "accuracy" or "first"), and the case's
        fields.
    """
    torch.set_num_threads(options.get("threads", 1))
    load_torchvision()
    tasks = {
        "speed": _speed,
        "decode": _decode,
        "length": _length,
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
        compiled = options["compiled"] and case.axes == "bhsd"  # seconds for each case
        compiled = compiled and case.seq == max(options["seqs"])
        for contestant in (*own(case), *peers(case, compiled)):
            yield _ratio(contestant, case, floor, options)
        for contestant in backwards(case) if options.get("backward", True) else ():
            yield _ratio(contestant, case, _twice(floor), options)


def _ratio(
    contestant: Contestant, case: Case, floor: Call, options: dict[str, Any]
) -> dict[str, Any]:
    """Time one way beside the floor."""
    said = {"name": contestant.name, **asdict(case)}
    try:
        return {**said, **asdict(paired(contestant.call, floor, options["budget"]))}
    except Exception as error:
        return {**said, "failed": failure(error)}


def _decode(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Microseconds of one token."""
    for case in _cases({**options, "seqs": [1]}):
        for contestant in (*own(case), *singles(case), *peers(case, compiled=False)):
            with suppress(Exception):  # the part on speed says what is wrong with a peer
                yield _short(contestant.name, case, contestant.call, options)
        yield _short("floor", case, _floor(case), options)


def _short(name: str, case: Case, call: Call, options: dict[str, Any]) -> dict[str, Any]:
    """Time a short call."""
    shortest, middle = least(call, options["budget"])
    times = {"microseconds": 1e6 * shortest, "median_microseconds": 1e6 * middle}
    return {"name": name, **asdict(case), **times}


LENGTHS = [(4096, 0), (65536, 0), (1048576, 0), (4096, 1048576 - 4096)]
"""Tokens of one call, and the position of the first."""


def _length(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Time for each element of queries and keys, which is the same at any length.

    A length that fills more than two thirds of the memory that is free is left out by name.
    """
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 2 // 3
    for case in _cases({**options, "seqs": [1]}):
        rope = RotaryEmbedding(case.config, axes=case.axes)
        said = {**asdict(case), "name": "ropespec: in place"}
        del said["seq"]
        for tokens, start in LENGTHS:
            cut = replace(case, seq=tokens)
            row = {**said, "tokens": tokens, "start": start}
            if cut.bytes > free:
                yield {**row, "failed": f"needs {cut.bytes / 2**30:.0f} GB"}
                continue
            q, k = (
                torch.ones(cut.shape(heads), dtype=cut.torch_dtype)
                for heads in (HEADS, KEY_HEADS)
            )
            _, middle = least(partial(rope, q, k, start, inplace=True), options["budget"])
            yield {**row, "nanoseconds": 1e9 * middle / (q.numel() + k.numel())}
            del q, k


def _memory(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Largest memory during one call above what was there, in units of queries and keys."""
    for case in _cases(options):
        for contestant in (*own(case), *peers(case, compiled=False)):
            with suppress(Exception):  # the part on speed says what is wrong with a peer
                peak = _peak(contestant.call) / case.bytes
                above = max(0.0, peak - _OUTPUTS.get(contestant.name, 1.0))
                yield {
                    "name": contestant.name, **asdict(case), "peak": peak, "above": above
                }  # fmt: skip


_OUTPUTS = {
    "ropespec: in place": 0.0,
    "ropespec: into given": 0.0,
    "onnxruntime, opset 23, given output": 0.0,
}
"""Outputs that a call makes, in units of queries and keys, where it is not 1."""


def _peak(call: Call) -> int:
    """Return the most bytes that a call has in use above those before it."""
    call()  # tables and threads are there
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before = _resident("VmRSS")
    held = call()
    peak = _resident("VmHWM") - before
    del held
    return peak


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
    """Seconds of a first call: tables, loading of the kernel or compiling; not the import."""
    case = next(_cases(options))
    q, k = case.tensors()
    q + k.repeat(1, q.shape[1] // k.shape[1], 1, 1)  # threads and allocator are there
    yield _timed("ropespec", case, lambda: rotate(q, k, 0, case.config, axes=case.axes))
    for one, rival in _each_rival(case, options["compiled"]):
        with suppress(Exception):  # the part on speed says what is wrong with a peer
            rival.make(replace(one, seq=1), 0)  # imports
            yield _timed(rival.name, one, partial(_build_and_turn, rival, one, one.tensors()))
    yield _timed("ropespec, again", case, lambda: rotate(q, k, 0, case.config, axes=case.axes))


def _each_rival(case: Case, compiled: bool) -> Iterator[tuple[Case, Rival]]:
    """List each installed peer once, with a case that it can do."""
    kinds = [(axes, layout) for axes in ("bhsd", "bshd") for layout in ("half", "interleaved")]
    cases = [replace(case, axes=axes, layout=layout) for axes, layout in kinds]
    for rival in RIVALS:
        fit = [one for one in cases if rival.takes(one)]
        if fit and (compiled or not rival.compiled):
            yield fit[0], rival


def _build_and_turn(rival: Rival, case: Case, tensors: tuple[Tensor, Tensor]) -> None:
    """What a model does at its first call."""
    rival.make(case, 0)(*tensors)


def _timed(name: str, case: Case, call: Call) -> dict[str, Any]:
    """Time one call once."""
    start = time.perf_counter()
    call()
    return {"name": name, **asdict(case), "seconds": time.perf_counter() - start}


if __name__ == "__main__":
    results = sys.stdout
    with redirect_stdout(sys.stderr):  # what peers print is no result
        for measured in main(json.loads(sys.argv[1])):
            results.write(json.dumps(measured) + "\n")
            results.flush()
