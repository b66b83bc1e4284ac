"""Cosines and sines of given positions as tensors: for plain torch, and for rare positions."""

from __future__ import annotations

import torch
from torch import Tensor

from ropespec.reference.oracle import phases

from .plan import Plan
from .tables import DIGIT_BITS, magnitudes

Rows = tuple[Tensor, Tensor]
"""Cosine and sine with the amplitude, shape `(batch or 1, seq, pairs)`."""


def rows_at(plan: Plan, positions: Tensor, dtype: torch.dtype, device: torch.device) -> Rows:
    """Return cosines and sines, the same bits as the kernels form.

    Parameters
    ----------
    plan
        The configuration's plan.
    positions
        Any integers or reals, shape `(seq,)`, `(1, seq)` or `(batch, seq)`, plus `(axes,)`.
    dtype
        float32 or float64.
    device
        Where they are wanted.
    """
    trailing = 1 if plan.config.axes else 0
    placed = positions if positions.ndim == 2 + trailing else positions.unsqueeze(0)
    whole = positions.dtype in (torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8)
    if dtype == torch.float64 or not whole or not plan.digits:
        return _by_oracle(plan, placed, dtype, device)
    return _by_digits(plan, placed.to(device, torch.int64), dtype)


def _by_oracle(plan: Plan, positions: Tensor, dtype: torch.dtype, device: torch.device) -> Rows:
    """Ask the oracle."""
    parts = phases(positions.detach().cpu().numpy(), plan.config)
    cos, sin = (torch.from_numpy(plan.config.amplitude * part) for part in parts)
    return cos.to(device, dtype), sin.to(device, dtype)


def _by_digits(plan: Plan, positions: Tensor, dtype: torch.dtype) -> Rows:
    """Add the angles of the digits, by the very operations of the kernel."""
    pairs = plan.config.pairs
    if plan.config.axes:
        axes = [run.axis for run in plan.head.runs for _ in range(run.begin, run.end)]
        positions = positions[..., axes]
        column: Tensor | None = torch.arange(pairs, device=positions.device)
    else:
        positions, column = positions.unsqueeze(-1), None
    plan.tables.cover(magnitudes(positions))
    levels = plan.tables.on(positions.device)
    size = positions.abs()  # as unsigned bits: -2**63 has no positive twin and stays itself
    cos, sin = _looked_up(levels[0], size & _MASK, column, pairs)
    for place, level in enumerate(levels[1:], start=1):
        shift = DIGIT_BITS * place
        digit = (size >> shift) & _MASK & ((1 << (64 - shift)) - 1)
        if not digit.any():
            continue
        there = digit != 0  # the row of digit 0 is (1, 0), and need not be there
        c, s = _looked_up(level, digit, column, pairs)
        c, s = torch.where(there, c, 1.0), torch.where(there, s, 0.0)
        cos, sin = c * cos - s * sin, s * cos + c * sin
    turn = torch.where(positions < 0, -plan.config.sign, plan.config.sign).to(torch.float64)
    return cos.to(dtype), (sin * turn).to(dtype)


_MASK = (1 << DIGIT_BITS) - 1


def _looked_up(
    level: Tensor, digit: Tensor, column: Tensor | None, pairs: int
) -> tuple[Tensor, Tensor]:
    """Pick each digit's row, for several axes each pair's own."""
    if column is None:
        row = level[digit.squeeze(-1)]
        return row[..., :pairs], row[..., pairs:]
    return level[digit, column], level[digit, column + pairs]
