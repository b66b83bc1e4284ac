"""The call as torch.compile and export read it: operators, and nothing that asks for values."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import TransformType, get_interpreter_stack

from ropespec.reference.config import RotaryConfig

from .arguments import BESIDE, check_tensors, moved, seq_of
from .constant import constant
from .distributed import alike, ready
from .errors import ArgumentError, TensorError
from .outputs import check_form, written
from .plan import config_key, no_forward_gradients
from .rows_operator import rotated_openly
from .segments import traced_head

_ready = constant(ready)


@constant
def _looked_into() -> bool:
    """Whether what is traced is being differentiated by a transform, or forwards."""
    transforms = get_interpreter_stack() or []
    through = any(each.key() in _DIFFERENTIATING for each in transforms)
    return through or not no_forward_gradients()


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
    given, offset = traced_positions(q, positions, axes, cu_seqlens)
    at = alike(given, q)
    key, reached = config_key(config), length if config.depends_on_length else None
    if _looked_into():
        head = traced_head(config)
        done = rotated_openly(q, k, at, offset, key, head, axes, reached)
    else:
        done = torch.ops.ropespec.rotate(q, k, at, offset, key, axes, False, reached)
    return written(done, targets)


def traced_positions(
    q: Tensor, positions: Any, axes: str, cu_seqlens: Tensor | None
) -> tuple[Tensor | None, int]:
    """Say positions in operations that torch.compile and export can read.

    Raises
    ------
    TensorError, ArgumentError
        As `rotate`, but for what only values can tell.
    """
    if isinstance(positions, bool):
        raise ArgumentError(f"positions: got {positions}, expected None, a number or a tensor")
    if cu_seqlens is not None and axes != "thd":
        raise TensorError(f"cu_seqlens: got them with axes {axes}, expected thd")
    first = 0 if positions is None else positions
    if isinstance(first, Tensor) and first.ndim:
        if cu_seqlens is not None:
            raise TensorError(BESIDE)
        return first, 0
    if cu_seqlens is not None:
        tokens = torch.arange(q.shape[0], device=q.device)
        starts = cu_seqlens[torch.searchsorted(cu_seqlens, tokens, right=True) - 1]
        return moved(tokens - starts, first), 0
    if isinstance(first, (Tensor, float)):
        return moved(torch.arange(seq_of(q, axes), device=q.device), first), 0
    return None, first
