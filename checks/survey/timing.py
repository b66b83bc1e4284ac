"""How long a call takes beside copying its input, in the same process."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ropespec.checks.frameworks import find_framework
from ropespec.checks.peers import Peer
from ropespec.checks.target import AXES, Claims, find_function
from ropespec.reference.arrays import IntArray

HEADS, SEQ, BUDGET = 8, 1024, 1.0
"""Heads and tokens of the call that is timed, and seconds to spend on it."""

SIDE = 32
"""Tokens along an axis where positions have several."""


def stay_on_one_processor() -> None:
    """Keep this process, and every thread that it starts, on one processor."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    with contextlib.suppress(ImportError):
        import torch

        torch.set_num_threads(1)


def speed(peer: Peer) -> dict[str, Any]:
    """Time one call, its tables and the adapter's own steps included.

    What counts is the processor's time in all threads of this process, so that other programs
    change little; call `stay_on_one_processor` first, so that threads do not wait for each
    other.

    Returns
    -------
    dict
        `ratio` to copying what is rotated, with the quarter and three-quarter points of the
        pairs of samples, and what was called.
    """
    from ropespec.checks.bench.timing import paired

    claims = Claims.of(**peer.claims)
    framework = find_framework(claims.framework)
    dtype = "float32" if "float32" in claims.dtypes else claims.dtypes[0]
    values = np.random.default_rng(0).standard_normal((1, HEADS, SEQ, peer.config.head_dim))
    order = values.transpose(AXES[claims.axes]).astype(np.float32).astype(np.float64)
    arrays = [
        framework.values(order, dtype) for _ in range(2 if claims.signature == "qk" else 1)
    ]
    positions = framework.positions(_places(claims.max_position, len(peer.config.axes)))
    function = find_function(peer.target).function
    floor = FLOORS[claims.framework](arrays)
    found = paired(
        lambda: _done(function(*arrays, positions)), floor, BUDGET, time.process_time
    )
    return {
        "ratio": round(found.ratio, 2),
        "low": round(found.low, 2),
        "high": round(found.high, 2),
        "samples": found.samples,
        "heads": HEADS,
        "seq": SEQ,
        "dtype": dtype,
    }


def _places(end: int | None, axes: int) -> IntArray:
    """Return positions of one row of tokens: in order, on a grid where there are axes."""
    count = np.arange(SEQ, dtype=np.int64)
    side = SIDE if end is None else min(SIDE, end + 1)
    if axes:
        coordinates = [(count // side**power) % side for power in range(axes)[::-1]]
        return np.stack(coordinates, axis=-1)[np.newaxis]
    return (count if end is None else count % (end + 1))[np.newaxis]


def _done(result: Any) -> Any:
    """Wait for what a framework does later."""
    for each in result if isinstance(result, tuple) else (result,):
        if hasattr(each, "block_until_ready"):
            each.block_until_ready()
    return result


def _numpy_floor(arrays: list[Any]) -> Callable[[], object]:
    """Copy to where there was a copy before."""
    to = [x.copy() for x in arrays]

    def copy() -> None:
        for y, x in zip(to, arrays, strict=True):
            np.copyto(y, x)

    return copy


def _torch_floor(arrays: list[Any]) -> Callable[[], object]:
    """Copy to where there was a copy before."""
    to = [x.clone() for x in arrays]
    return lambda: [y.copy_(x) for y, x in zip(to, arrays, strict=True)]


def _jax_floor(arrays: list[Any]) -> Callable[[], object]:
    """Copy, and wait for it: JAX writes over nothing."""
    import jax.numpy

    return lambda: [jax.numpy.copy(x).block_until_ready() for x in arrays]


FLOORS = {"numpy": _numpy_floor, "torch": _torch_floor, "jax": _jax_floor}
"""How each framework copies arrays, as the bench does it where it can."""
