"""Complete tables for the kernel: every digit that a position can have, on the device.

The kernel cannot ask the processor for a row that is missing, and positions on a device are
not read before it runs. A table is made once for each configuration and device.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig
from ropespec.reference.oracle import double_phases
from ropespec.reference.torch.plan import Plan
from ropespec.reference.torch.tables import DIGIT_BITS, ROWS, tables_of

WIDE_BITS = 7
"""Bits of a digit for float64, whose rows are twice as long."""

_POSITION = 64  # bits of a magnitude


class CapturingError(RuntimeError):
    """A CUDA graph is being captured, and something has to be made first."""


_lock = threading.Lock()
_captured: list[Tensor] = []


def table_on(plan: Plan, device: torch.device, wide: bool) -> Tensor:
    """Return the table of a configuration on a device.

    Parameters
    ----------
    plan
        The configuration's plan.
    device
        Where it is wanted.
    wide
        Whether it is for float64.

    Raises
    ------
    CapturingError
        If a CUDA graph is being captured and the table is not there yet.
    """
    capturing = device.type == "cuda" and torch.cuda.is_current_stream_capturing()
    with _lock:
        if capturing and (plan.tables.config, device, wide) not in _made:
            raise CapturingError(
                "rotate(): the first call with a configuration was made while a CUDA graph is "
                "captured, expected one before it, so that the tables are there"
            )
        table = _table(plan.tables.config, device, wide)
        if capturing and not any(table is kept for kept in _captured):
            _captured.append(table)  # the graph knows only its address
    return table


@lru_cache(maxsize=64)
def axes_on(plan: Plan, device: torch.device) -> Tensor:
    """Return which axis turns each pair, int32, shape `(pairs,)`."""
    axes = [run.axis for run in plan.head.runs for _ in range(run.begin, run.end)]
    return _apart(lambda: torch.tensor(axes, dtype=torch.int32), device)


def _apart(make: Callable[[], Tensor], device: torch.device) -> Tensor:
    """Make a tensor on a device in a thread of its own.

    Modes of torch that are set in this one, inference or fake tensors, must not colour what
    everybody shares, nor may its memory come from the pool of a CUDA graph that is warmed up.
    """

    def made() -> Tensor:
        there = make().to(device)
        if device.type == "cuda":
            torch.cuda.synchronize(device)  # other streams will read it
        return there

    with ThreadPoolExecutor(max_workers=1) as alone:
        return alone.submit(made).result()


_MOST = 64
_made: dict[tuple[RotaryConfig, torch.device, bool], Tensor] = {}


def _table(config: RotaryConfig, device: torch.device, wide: bool) -> Tensor:
    """Make a table or find it; the oldest gives way to a new one."""
    key = config, device, wide
    if key not in _made:
        while len(_made) >= _MOST:
            del _made[next(iter(_made))]
        _made[key] = _apart(
            lambda: wide_table(config) if wide else narrow_table(config), device
        )
    return _made[key]


def every_digit(bits: int) -> np.typing.NDArray[np.uint64]:
    """Return digit times place value, for every place from the lowest, uint64.

    There are 2**bits for each place and fewer for the last one; the 0 of a higher place is a
    0 like any other.
    """
    places = range(0, _POSITION, bits)
    rows = [np.arange(1 << min(bits, _POSITION - place)) for place in places]
    parts = [
        part.astype(np.uint64) << np.uint64(place)
        for part, place in zip(rows, places, strict=True)
    ]
    return np.concatenate(parts)


def narrow_table(config: RotaryConfig) -> Tensor:
    """Return the rows of `tables`, all of them: float64, shape `(rows, 2 * pairs)`."""
    tables = tables_of(config)
    tables.cover(every_digit(DIGIT_BITS))
    last = 1 << (_POSITION - DIGIT_BITS * (len(tables.levels) - 1))
    return torch.cat([*tables.levels[:-1], tables.levels[-1][: min(last, ROWS)]])


def wide_table(config: RotaryConfig) -> Tensor:
    """Return double-doubles without the amplitude, below a row that begins with it.

    Shape `(1 + rows, 4 * pairs)`: cosines, their remainders, sines and theirs.
    """
    digits = every_digit(WIDE_BITS)
    axes = len(config.axes)
    given = np.repeat(digits[:, np.newaxis], axes, axis=1) if axes else digits
    (cos, cos_low), (sin, sin_low) = double_phases(given, config)
    table = np.concatenate([cos, cos_low, sin, sin_low], axis=1)
    first = np.full((1, table.shape[1]), config.amplitude)
    return torch.from_numpy(np.concatenate([first, table]))
