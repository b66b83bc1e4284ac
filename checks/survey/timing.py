"""How long a call takes beside copying its input, in the same process."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from ropespec.checks.frameworks import find_framework
from ropespec.checks.peers import Peer
from ropespec.checks.target import AXES, Claims, find_function

HEADS, SEQ, BUDGET = 8, 1024, 1.0
"""Heads and tokens of the call that is timed, and seconds to spend on it."""


def speed(peer: Peer) -> dict[str, Any]:
    """Time one call, its tables and the adapter's own steps included.

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
    with contextlib.suppress(ImportError):
        import torch

        torch.set_num_threads(1)
    seq = SEQ if claims.max_position is None else min(SEQ, claims.max_position + 1)
    values = np.random.default_rng(0).standard_normal((1, HEADS, seq, peer.config.head_dim))
    order = values.transpose(AXES[claims.axes]).astype(np.float32).astype(np.float64)
    arrays = [
        framework.values(order, dtype) for _ in range(2 if claims.signature == "qk" else 1)
    ]
    row = np.arange(seq, dtype=np.int64)[np.newaxis]
    axes = len(peer.config.axes)
    positions = framework.positions(np.stack([row] * axes, -1) if axes else row)
    function = find_function(peer.target).function
    copy = COPIES[claims.framework]
    found = paired(
        lambda: _done(function(*arrays, positions)), lambda: [copy(x) for x in arrays], BUDGET
    )
    return {
        "ratio": round(found.ratio, 2),
        "low": round(found.low, 2),
        "high": round(found.high, 2),
        "samples": found.samples,
        "heads": HEADS,
        "seq": seq,
        "dtype": dtype,
    }


def _done(result: Any) -> Any:
    """Wait for what a framework does later."""
    for each in result if isinstance(result, tuple) else (result,):
        if hasattr(each, "block_until_ready"):
            each.block_until_ready()
    return result


def _copy_jax(x: Any) -> Any:
    """Copy, and wait for it."""
    import jax.numpy

    return jax.numpy.copy(x).block_until_ready()


COPIES = {"numpy": lambda x: x.copy(), "torch": lambda x: x.clone(), "jax": _copy_jax}
"""How each framework copies an array."""
