"""The call as torch.compile and export read it: operators, and nothing that asks for values."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import TransformType, get_interpreter_stack

from ropespec.reference.config import RotaryConfig

from .arguments import check_device, check_tensors, seq_of
from .constant import constant
from .distributed import alike, ready
from .errors import ArgumentError, TensorError
from .outputs import check_form, written
from .plan import config_key, no_forward_gradients
from .positions import (
    BESIDE,
    check_counted,
    check_numbers,
    check_positions,
    check_starts,
    countable,
    moved,
)
from .rows_operator import rotated_openly

_ready = constant(ready)


@constant
def _looked_into() -> bool:
    """Whether what is traced is being differentiated by a transform, or forwards."""
    transforms = get_interpreter_stack() or []
    through = any(each.key() in _DIFFERENTIATING for each in transforms)
    return through or not no_forward_gradients()


def _within_a_level() -> bool:
    """Whether a program is called where forward derivatives are taken; the compiler asks again.

    It is read, and not a constant of the program, so that the same program is not taken where
    it would lose them.
    """
    return not no_forward_gradients()


_DIFFERENTIATING = (TransformType.Grad, TransformType.Jvp)


def traced(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    config: RotaryConfig,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
    length: int | None,
) -> tuple[Tensor, Tensor]:
    """Rotate in operators that torch.compile and export can read; parameters as for `rotate`.

    Raises
    ------
    TensorError, ArgumentError
        As `rotate`, but for what only values can tell.
    """
    check_tensors(q, k, config, axes)
    targets = check_form(q, k, out, inplace)
    _ready()
    given, offset = traced_positions(q, positions, config, axes, cu_seqlens)
    at = alike(given, q)
    reached = length if config.depends_on_length else None
    if _looked_into() or _within_a_level():
        done = rotated_openly(q, k, at, offset, config, axes, reached)
    else:
        key = config_key(config)
        done = torch.ops.ropespec.rotate(q, k, at, offset, key, axes, False, reached)
    return written(done, targets)


def traced_positions(
    q: Tensor, positions: Any, config: RotaryConfig, axes: str, cu_seqlens: Tensor | None
) -> tuple[Tensor | None, int]:
    """Say positions in operations that torch.compile and export can read.

    Raises
    ------
    TensorError, ArgumentError
        As `rotate`, but for what only values can tell.
    """
    if isinstance(positions, bool):
        raise ArgumentError(f"positions: got {positions}, expected None, a number or a tensor")
    seq = seq_of(q, axes)
    first = 0 if positions is None else positions
    if isinstance(first, Tensor):
        check_numbers(first)
        check_device("positions", first, q)
    if cu_seqlens is not None:
        check_starts(cu_seqlens, q, axes)
        if config.axes or (isinstance(first, Tensor) and first.ndim):
            raise TensorError(BESIDE)
        tokens = torch.arange(seq, device=q.device)
        begins = cu_seqlens.to(torch.int64)
        starts = begins[torch.searchsorted(begins, tokens, right=True) - 1]
        return moved(tokens - starts, first), 0
    if isinstance(first, Tensor) and first.ndim:
        check_positions(first, 1 if axes == "thd" else q.shape[0], seq, config)
        return first, 0
    check_counted(positions, config)
    if isinstance(first, float):
        first = countable(first)
    if isinstance(first, (Tensor, float)):
        return moved(torch.arange(seq, device=q.device), first), 0
    return None, first
