"""One launch for queries and keys: strides, tiles and the table's address."""

from __future__ import annotations

from contextlib import nullcontext
from functools import lru_cache
from typing import Any, NamedTuple

import torch
import triton
from torch import Tensor

from ropespec.reference.torch.plan import Plan
from ropespec.reference.torch.segments import Head
from ropespec.reference.torch.tables import DIGIT_BITS

from .kernel import rotate_kernel
from .phases import COUNTED, GIVEN, PACKED
from .whole_tables import WIDE_BITS, CapturingError, axes_on, table_on

__all__ = ["CapturingError", "Where", "can_launch", "launch"]

INTERPRETED = bool(triton.knobs.runtime.interpret)
"""Whether Triton's interpreter runs the kernel, on tensors of the CPU."""

MOST_SEGMENTS = 8
"""More stretches of channels than these are left to plain torch."""


class Shape(NamedTuple):
    """How the work of many tokens is cut.

    Attributes
    ----------
    warps
        Warps of a program.
    lines
        Lines of 16 bytes that each of its threads loads before it computes.
    programs
        Programs wanted for each processor of the GPU: fewer read the tables more seldom.
    few
        Up to so many tokens every program takes one, and one block of heads.
    """

    warps: int = 4
    lines: int = 8
    programs: int = 8
    few: int = 256


SHAPE = Shape(32, 64, 1, 0) if INTERPRETED else Shape()
"""What is used; the benchmark tries others. The interpreter is fast with few programs."""

_WARP, _LINE = 32, 16  # threads; bytes that one of them loads at a time


class Where(NamedTuple):
    """Where the tokens stand.

    Attributes
    ----------
    positions
        Whole numbers of any dtype, shape `(seq,)`, `(1, seq)` or `(batch, seq)`, plus
        `(axes,)`; None for a running count.
    offset
        The first of a running count.
    starts
        Where each packed sequence begins, and the end of the last; then the count begins
        anew with each.
    rows
        Cosines and sines, shape `(batch or 1, seq, pairs)`, in place of all these.
    """

    positions: Tensor | None = None
    offset: int = 0
    starts: Tensor | None = None
    rows: tuple[Tensor, Tensor] | None = None


def can_launch(head: Head, tokens: int) -> bool:
    """Whether the kernel is made for such a head and so many tokens."""
    return len(head.segments) <= MOST_SEGMENTS and tokens < 2**31


def launch(
    plan: Plan,
    x: tuple[Tensor, Tensor],
    out: tuple[Tensor, Tensor],
    where: Where,
    axes: str,
    inverse: bool,
) -> None:
    """Rotate queries and keys in one launch.

    Parameters
    ----------
    plan
        The configuration's plan.
    x
        Queries and keys, both float64 or neither of them.
    out
        Where to write; may be `x`.
    where
        The tokens' positions.
    axes
        "bhsd", "bshd" or "thd".
    inverse
        Turn back.
    """
    sizes = [_strides(part, axes)[0] for part in x]
    batch, _, seq, _ = sizes[0]
    tokens = batch * seq
    heads = sizes[0][1], sizes[1][1]
    if not tokens or not max(heads):
        return
    head = _way(plan, inverse)
    alike = all(a.data_ptr() == b.data_ptr() for a, b in zip(x, out, strict=True))
    tile = _tile(head, max(part.element_size() for part in x), tokens, max(heads), SHAPE)
    blocks = -(-tokens // tile.tokens)
    share, groups = _shares(
        blocks, sum(-(-n // tile.heads) for n in heads), x[0].device, tokens
    )
    sign = (-1 if inverse else 1) * (1 if where.rows is not None else plan.config.sign)
    strides = [step for part in (*x, *out) for step in _strides(part, axes)[1]]
    with _on(x[0].device):
        rotate_kernel[(blocks * groups,)](
            *x,
            *out,
            *strides,
            *heads,
            tokens,
            seq,
            groups,
            share,
            int(axes == "bhsd"),
            sign,
            **_phases(plan, where, x[0]),
            PAIRS=plan.config.pairs,
            SEGMENTS=tuple(map(tuple, head.segments)),
            PASSED=() if alike else head.passed,
            TOKENS=tile.tokens,
            HEADS=tile.heads,
            DENSE=all(part.stride(-1) == 1 for part in (*x, *out)),
            CROSSING=alike and _crosses(head),
            INTERPRETED=INTERPRETED,
            num_warps=tile.warps,
            enable_fp_fusion=False,
        )


def _way(plan: Plan, inverse: bool) -> Head:
    """The head's pairs as the rotation or its transpose reads and writes them."""
    return _back(plan.head) if inverse else plan.head


@lru_cache(maxsize=256)
def _back(head: Head) -> Head:
    """Return the way back."""
    return head.transposed()


def _crosses(head: Head) -> bool:
    """Whether some channel is read for one pair and written for another."""
    return any(part[2:4] != part[4:6] for part in head.segments)


class _Tile(NamedTuple):
    tokens: int
    heads: int
    warps: int


@lru_cache(maxsize=1024)
def _tile(head: Head, itemsize: int, tokens: int, heads: int, shape: Shape) -> _Tile:
    """Choose a tile in which all lines of a thread are of one token, with one row of angles."""
    part = max(head.segments, key=lambda part: part.number)
    width = triton.next_power_of_2(part.number) * (2 if part.read_adjacent else 1)
    lines = shape.lines if part.read_adjacent else max(1, shape.lines // 2)
    together = min(lines, triton.next_power_of_2(heads))
    if tokens <= shape.few:
        return _Tile(1, together, 1)
    loaded = shape.warps * _WARP * (_LINE // itemsize)
    most = triton.next_power_of_2(tokens)
    return _Tile(min(most, max(1, loaded // width)), together, shape.warps)


def _shares(
    blocks: int, head_blocks: int, device: torch.device, tokens: int
) -> tuple[int, int]:
    """Return how many blocks of heads a program takes, and how many programs share them."""
    wanted = SHAPE.programs * _processors(device)
    groups = (
        head_blocks if tokens <= SHAPE.few else max(1, min(head_blocks, -(-wanted // blocks)))
    )
    share = -(-head_blocks // groups)
    return share, -(-head_blocks // share)


@lru_cache(maxsize=64)
def _processors(device: torch.device) -> int:
    """How many multiprocessors a device has."""
    if device.type != "cuda":
        return 1
    return int(torch.cuda.get_device_properties(device).multi_processor_count)


def _strides(x: Tensor, axes: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return sizes and strides of (batch, heads, seq, head_dim); 0 where there is one."""
    sizes, steps = tuple(x.shape), x.stride()
    if axes == "thd":
        sizes, steps = (1, sizes[1], sizes[0], sizes[2]), (0, steps[1], steps[0], steps[2])
    elif axes == "bshd":
        sizes = sizes[0], sizes[2], sizes[1], sizes[3]
        steps = steps[0], steps[2], steps[1], steps[3]
    return sizes, tuple(0 if n == 1 else step for n, step in zip(sizes, steps, strict=True))


def _phases(plan: Plan, where: Where, x: Tensor) -> dict[str, Any]:
    """Return the kernel's arguments from which it forms cosines and sines."""
    wide = x.dtype == torch.float64
    chosen: dict[str, Any] = {
        "positions": x,
        "position_batch": 0,
        "position_seq": 0,
        "position_axis": 0,
        "offset": where.offset,
        "count": 1,
        "KIND": COUNTED.value,
        "AXES": 0,
    }
    if where.rows is not None:
        cos, sin = where.rows
        chosen |= {"table": cos, "other": sin, "TABLE": "rows", "BITS": 0}
        chosen["position_batch"] = cos.stride(0) if cos.shape[0] > 1 else 0
        return chosen | {"position_seq": cos.stride(1)}
    table = table_on(plan, x.device, wide)
    chosen |= {"table": table, "other": table}
    chosen |= {"TABLE": "wide" if wide else "digits", "BITS": WIDE_BITS if wide else DIGIT_BITS}
    if where.starts is not None:
        starts = where.starts.contiguous()
        return chosen | {"KIND": PACKED.value, "positions": starts, "count": starts.numel()}
    if where.positions is None:
        return chosen
    given = where.positions
    several = len(plan.config.axes)
    steps = given.stride()[:-1] if several else given.stride()
    chosen |= {
        "KIND": GIVEN.value,
        "positions": given,
        "position_seq": steps[-1],
        "AXES": several,
    }
    if len(steps) == 2 and given.shape[0] > 1:
        chosen["position_batch"] = steps[0]
    if several:
        chosen |= {"other": axes_on(plan, x.device), "position_axis": given.stride(-1)}
    return chosen


def _on(device: torch.device) -> Any:
    """Make the tensors' device the current one."""
    return torch.cuda.device(device) if device.type == "cuda" else nullcontext()
