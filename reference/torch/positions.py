"""Positions as a caller gives them, checked and brought into one form."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import maybe_current_level

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import shown

from .arguments import check_device, seq_of
from .errors import ArgumentError, TensorError

BESIDE = (
    "cu_seqlens: got them beside a tensor of positions or several axes, expected one or the "
    "other; give the position of every token"
)
"""What is said of a packed batch whose tokens have positions of their own too."""

_SIGNED = (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)
_WHOLE = (*_SIGNED, torch.uint16, torch.uint32)


def placed(
    positions: Any, x: Tensor, config: RotaryConfig, axes: str, cu_seqlens: Tensor | None
) -> tuple[Tensor | None, int]:
    """Return positions as a tensor that fits, or None and the first position.

    Parameters
    ----------
    positions
        None; the first position, a number or a tensor without dimensions; or a tensor
        `(seq,)`, `(1, seq)` or `(batch, seq)`, plus `(axes,)`.
    x, axes
        Queries that were checked, and their order of axes.
    config
        The configuration.
    cu_seqlens
        Where each sequence of a packed batch begins, and the end of the last; then positions
        begin anew with each, and `positions` may only be the first one of all.

    Raises
    ------
    TensorError, ArgumentError
        If they do not fit.
    """
    batch, seq = 1 if axes == "thd" else x.shape[0], seq_of(x, axes)
    first = _first(positions)
    if isinstance(first, Tensor):
        check_device("positions", first, x)
    if cu_seqlens is not None:
        check_starts(cu_seqlens, x, axes)
        if first is None or config.axes:
            raise TensorError(BESIDE)
        first = check_within(first, seq)
        return moved(packed(cu_seqlens, seq), first), 0
    if first is not None:
        check_counted(positions, config)
        first = check_within(first, seq)
        if isinstance(first, int):
            return None, first
        return moved(torch.arange(seq, device=x.device), first), 0
    check_positions(positions, batch, seq, config)
    check_device("positions", positions, x)
    return positions, 0


def check_counted(first: Any, config: RotaryConfig) -> None:
    """Refuse a first position where each token has several.

    Raises
    ------
    TensorError
        If the configuration has several axes.
    """
    if config.axes:
        message = f"positions: got {first}, expected a tensor (batch, seq, {len(config.axes)})"
        raise TensorError(f"{message}; several axes have no running count")


def check_positions(positions: Tensor, batch: int, seq: int, config: RotaryConfig) -> None:
    """Check the shape of every token's position: `(seq,)`, `(1, seq)` or `(batch, seq)`.

    Raises
    ------
    TensorError
        If it is another one; several axes have a last dimension more.
    """
    several = (len(config.axes),) if config.axes else ()
    if positions.layout != torch.strided or positions.is_quantized:
        form = positions.dtype if positions.is_quantized else positions.layout
        raise TensorError(f"positions: got {form}, expected a dense tensor of numbers")
    found = positions.shape
    lead = positions.ndim - len(several)
    fits = lead in (1, 2) and found[lead - 1] == seq
    if fits and lead == 2:
        fits = found[0] == 1 or found[0] == batch
    if not fits or tuple(found[lead:]) != several:
        message = f"positions: got shape {tuple(found)}, expected {(seq, *several)}"
        raise TensorError(f"{message} or {(batch, seq, *several)}")


def check_numbers(positions: Tensor) -> None:
    """Refuse truths, complex numbers and what torch has no arithmetic for.

    Raises
    ------
    TensorError
        If the dtype is of such a kind.
    """
    whole = positions.dtype in (*_WHOLE, torch.uint64)
    if not (whole or positions.is_floating_point() or positions.is_quantized):
        expected = "whole or real numbers"
        raise TensorError(f"positions: got {positions.dtype}, expected {expected}")


def _first(positions: Any) -> int | float | Tensor | None:
    """Return the first position, None for a tensor with the position of every token."""
    if positions is None:
        return 0
    if isinstance(positions, Tensor):
        check_numbers(positions)
        if positions.ndim:
            return None
        # A value that is elsewhere, or stands for several, is not waited for.
        known = type(positions) is Tensor and positions.device.type == "cpu"
        plain = known and not positions.is_quantized and maybe_current_level() is None
        return _first(positions.item()) if plain else positions
    if isinstance(positions, Integral) and not isinstance(positions, bool):
        return int(positions)
    if isinstance(positions, Real) and not isinstance(positions, bool):
        return countable(_real(positions))
    expected = "None, a number or a tensor"
    raise ArgumentError(f"positions: got {shown(positions)}, expected {expected}")


def countable(first: float) -> int | float:
    """Return a whole number as one: float64 cannot count beyond 2**53."""
    return int(first) if first.is_integer() and abs(first) < 2.0**63 else first


def _real(number: Real) -> float:
    """Return a number as a float."""
    try:
        return float(number)
    except OverflowError:
        raise TensorError(
            f"positions: got {shown(number)}, expected a number of float64"
        ) from None


def check_within(first: int | float | Tensor, seq: int) -> int | float | Tensor:
    """Check that a running count stays within int64, and return its first number.

    Raises
    ------
    TensorError
        If it does not.
    """
    if isinstance(first, int) and not -(2**63) <= first <= 2**63 - max(1, seq):
        expected = f"{seq} positions from there on within int64"
        raise TensorError(f"positions: got {shown(first)}, expected {expected}")
    return first


def moved(count: Tensor, first: int | float | Tensor) -> Tensor:
    """Return a running count that begins at `first`: int64, or float64 for real numbers."""
    if isinstance(first, float):
        return count.to(torch.float64) + first
    if isinstance(first, int):
        return count + first
    wide = torch.float64 if first.is_floating_point() else torch.int64
    return count + first.to(count.device, wide)


def whole_positions(positions: Tensor) -> Tensor:
    """Return positions as int64 where that says all of them, else as they are.

    Raises
    ------
    TensorError
        If one of them is NaN or infinite.
    """
    if positions.dtype in _WHOLE:
        return positions.to(torch.int64)
    if positions.is_floating_point():
        positions = positions.to(torch.float64)  # exact; small formats cannot be compared
        if not bool(torch.isfinite(positions).all()):
            raise TensorError("positions: got NaN or infinity, expected finite numbers")
        whole = (positions == positions.round()) & (positions.abs() < 2.0**63)
        return positions.to(torch.int64) if bool(whole.all()) else positions
    return positions  # uint64, which int64 may not hold: the oracle takes it


def check_starts(cu_seqlens: Any, x: Tensor, axes: str) -> None:
    """Check the form of what says where packed sequences begin.

    Raises
    ------
    TensorError, ArgumentError
        If these are no whole numbers `(sequences + 1,)` beside packed tokens.
    """
    check_device("cu_seqlens", cu_seqlens, x)
    if axes != "thd":
        raise TensorError(f"cu_seqlens: got them with axes {axes}, expected thd")
    if cu_seqlens.ndim != 1 or cu_seqlens.dtype not in _WHOLE or cu_seqlens.numel() < 1:
        found = f"{cu_seqlens.dtype} of shape {tuple(cu_seqlens.shape)}"
        raise TensorError(f"cu_seqlens: got {found}, expected whole numbers (sequences + 1,)")


def packed(cu_seqlens: Tensor, tokens: int) -> Tensor:
    """Return each token's place in its own sequence, int64, shape `(tokens,)`.

    Raises
    ------
    TensorError
        If these are no rising whole numbers from 0 to `tokens`.
    """
    starts = cu_seqlens.to(torch.int64)
    if starts.is_meta:  # no values to go by, and none that come of it
        return torch.arange(tokens, device=starts.device)
    lengths = starts.diff()
    ends = int(starts[0]), int(starts[-1])
    if ends != (0, tokens) or bool((lengths < 0).any()):
        message = f"cu_seqlens: got {shown(starts.tolist())}, expected rising numbers"
        raise TensorError(f"{message} from 0 to {tokens}, the number of tokens")
    return torch.arange(tokens, device=starts.device) - starts[:-1].repeat_interleave(lengths)


def counted(offset: int, seq: int, device: torch.device) -> Tensor:
    """Return `offset`, `offset` + 1, ... as a tensor `(seq,)`, to the last of int64."""
    return torch.arange(seq, device=device) + offset
