"""What a caller gave, checked and brought into one form."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ropespec.reference.errors import InputError, shown

from .plan import AXES, Plan

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
"""What can be rotated."""

_WHOLE = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)


def check_tensors(q: Tensor, k: Tensor, plan: Plan, axes: str) -> tuple[int, int]:
    """Check queries and keys and return batch and seq.

    Raises
    ------
    InputError
        If dtype, shape or device do not fit.
    """
    if axes not in AXES:
        raise InputError(f"axes: got {shown(axes)}, expected one of {', '.join(AXES)}")
    sizes = [_checked(name, x, plan.config.head_dim, axes) for name, x in (("q", q), ("k", k))]
    if sizes[0] != sizes[1]:
        message = f"k: got batch and seq {sizes[1]}, expected those of q"
        raise InputError(f"{message}, {sizes[0]}")
    if q.device != k.device:
        message = "expected all tensors to be on the same device, but found at least two"
        raise InputError(f"k: {message}, {q.device} (q) and {k.device} (k)")
    return sizes[0]


def _checked(name: str, x: Any, head_dim: int, axes: str) -> tuple[int, int]:
    """Check one tensor and return its batch and seq."""
    if not isinstance(x, Tensor):
        raise InputError(f"{name}: got {type(x).__name__}, expected a torch tensor")
    if x.dtype not in DTYPES:
        known = ", ".join(str(dtype) for dtype in DTYPES)
        raise InputError(f"{name}: got {x.dtype}, expected one of {known}")
    names = {"b": "batch", "h": "heads", "s": "seq", "t": "tokens", "d": str(head_dim)}
    if x.ndim != len(axes) or x.shape[-1] != head_dim:
        expected = f"({', '.join(names[axis] for axis in axes)})"
        raise InputError(f"{name}: got shape {tuple(x.shape)}, expected {expected}")
    if axes == "thd":
        return 1, x.shape[0]
    return x.shape[0], x.shape[axes.index("s")]


def placed(
    positions: Any, plan: Plan, batch: int, seq: int, cu_seqlens: Tensor | None
) -> tuple[Tensor | None, int]:
    """Return positions as a tensor that fits, or None and the first position.

    Parameters
    ----------
    positions
        None, an int, or a tensor `(seq,)`, `(1, seq)` or `(batch, seq)`, plus `(axes,)`.
    plan
        The configuration's plan.
    batch, seq
        What it has to fit.
    cu_seqlens
        Where each sequence of a packed batch begins, and the end of the last; then positions
        begin anew with each, and `positions` may only be an int or None.

    Raises
    ------
    InputError
        If they do not fit.
    """
    axes = (len(plan.config.axes),) if plan.config.axes else ()
    if cu_seqlens is not None:
        if isinstance(positions, Tensor) or axes:
            raise InputError(
                "cu_seqlens: got them beside a tensor of positions or several axes, expected "
                "one or the other; give the position of every token"
            )
        return _packed(cu_seqlens, seq) + (positions or 0), 0
    if positions is None or isinstance(positions, int):
        if axes:
            message = f"positions: got {positions}, expected a tensor (batch, seq, {axes[0]})"
            raise InputError(f"{message}; several axes have no running count")
        return _counted(positions or 0, seq)
    if not isinstance(positions, Tensor):
        expected = "None, an int or a tensor"
        raise InputError(f"positions: got {shown(positions)}, expected {expected}")
    if tuple(positions.shape) not in ((seq, *axes), (batch, seq, *axes), (1, seq, *axes)):
        message = f"positions: got shape {tuple(positions.shape)}, expected {(seq, *axes)}"
        raise InputError(f"{message} or {(batch, seq, *axes)}")
    return _numbers(positions), 0


def _counted(offset: int, seq: int) -> tuple[None, int]:
    """Check that a running count stays within int64."""
    if not -(2**63) <= offset <= 2**63 - max(1, seq):
        expected = f"positions {offset} to {offset} + {seq} - 1 within int64"
        raise InputError(f"positions: got {offset}, expected {expected}")
    return None, offset


def _numbers(positions: Tensor) -> Tensor:
    """Check the dtype of positions."""
    if positions.dtype in (torch.bfloat16, torch.float16):
        message = f"positions: got {positions.dtype}, which is exact only up to 2048 or less"
        raise InputError(f"{message}; give them as int64, or float64 for real positions")
    if positions.dtype == torch.bool or positions.is_complex():
        raise InputError(f"positions: got {positions.dtype}, expected whole or real numbers")
    return positions


def whole_positions(positions: Tensor) -> Tensor:
    """Return positions as int64 where that says all of them, else as they are.

    Raises
    ------
    InputError
        If one of them is NaN or infinite.
    """
    if positions.dtype in _WHOLE:
        return positions.to(torch.int64)
    if positions.is_floating_point():
        if not bool(torch.isfinite(positions).all()):
            raise InputError("positions: got NaN or infinity, expected finite numbers")
        whole = (positions == positions.round()) & (positions.abs() < 2.0**63)
        return positions.to(torch.int64) if bool(whole.all()) else positions
    return positions  # unsigned ones, which int64 may not hold: the oracle takes them


def _packed(cu_seqlens: Tensor, tokens: int) -> Tensor:
    """Return each token's place in its own sequence, int64, shape `(tokens,)`."""
    if cu_seqlens.ndim != 1 or cu_seqlens.dtype not in _WHOLE or cu_seqlens.numel() < 1:
        found = f"{cu_seqlens.dtype} of shape {tuple(cu_seqlens.shape)}"
        raise InputError(f"cu_seqlens: got {found}, expected whole numbers (sequences + 1,)")
    starts = cu_seqlens.to(torch.int64)
    lengths = starts.diff()
    ends = int(starts[0]), int(starts[-1])
    if ends != (0, tokens) or bool((lengths < 0).any()):
        message = f"cu_seqlens: got {shown(starts.tolist())}, expected rising numbers"
        raise InputError(f"{message} from 0 to {tokens}, the number of tokens")
    return torch.arange(tokens, device=starts.device) - starts[:-1].repeat_interleave(lengths)
