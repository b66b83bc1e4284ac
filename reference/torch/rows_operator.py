"""Cosines and sines as an operator, for whatever has to look into the rotation.

`ropespec::rotate` has a derivative of its own, which compiled transforms and derivatives
forwards cannot ask for. These are given the cosines and sines, which no derivative goes
through, and plain operations, which torch differentiates as often as wanted.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig

from .arguments import seq_of
from .distributed import alike
from .errors import TensorError
from .plain import compute_dtype, turned
from .plan import config_by_key, config_key, plan_by_key
from .positions import check_numbers, check_positions, counted, whole_positions
from .rows import Rows, rows_at
from .segments import traced_head

NAME = "ropespec::rows"

torch.library.define(
    NAME,
    "(Tensor positions, str config, ScalarType dtype, SymInt? length) -> (Tensor, Tensor)",
    tags=(torch.Tag.pt2_compliant_tag,),
)


@torch.library.impl(NAME, "default")
def _rows(positions: Tensor, config: str, dtype: torch.dtype, length: int | None) -> Rows:
    """Return cosines and sines `(batch or 1, seq, pairs)`, on any device."""
    plan = plan_by_key(config, length)
    check_rows(positions, plan.config, dtype)
    with torch.no_grad():
        return rows_at(plan, whole_positions(positions), dtype, positions.device)


def _shapes(positions: Tensor, config: str, dtype: torch.dtype, length: int | None) -> Rows:
    """Say what comes back without computing it."""
    del length
    described = config_by_key(config)
    lead = check_rows(positions, described, dtype)
    shape = (1,) * (2 - len(lead)) + (*lead, described.pairs)
    cos = positions.new_empty(shape, dtype=dtype)
    return cos, torch.empty_like(cos)


def check_rows(positions: Tensor, config: RotaryConfig, dtype: torch.dtype) -> tuple[int, ...]:
    """Check what rows are asked for, and return their shape without the pairs.

    Raises
    ------
    TensorError
        If positions are of another shape or of no numbers, or rows of another dtype.
    """
    if dtype not in (torch.float32, torch.float64):
        raise TensorError(f"dtype: got {dtype}, expected torch.float32 or torch.float64")
    check_numbers(positions)
    lead = tuple(positions.shape[: positions.ndim - (1 if config.axes else 0)])
    batch, seq = (1, 1, *lead)[-2:]
    check_positions(positions, batch, seq, config)
    return lead


def _mapped(
    info: Any,
    in_dims: tuple[int | None, ...],
    positions: Tensor,
    config: str,
    dtype: torch.dtype,
    length: int | None,
) -> tuple[Rows, tuple[int, int]]:
    """Take the mapped dimension as more of the batch."""
    trailing = 1 if config_by_key(config).axes else 0
    moved = positions.movedim(in_dims[0] or 0, 0)
    several = moved.ndim == 3 + trailing
    folded = moved.flatten(0, 1) if several else moved
    cos, sin = torch.ops.ropespec.rows.default(folded, config, dtype, length)
    shape = info.batch_size, moved.shape[1] if several else 1
    return (cos.unflatten(0, shape), sin.unflatten(0, shape)), (0, 0)


torch.library.register_fake(NAME, _shapes)
torch.library.register_vmap(NAME, _mapped)


def rotated_openly(
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    config: RotaryConfig,
    axes: str,
    length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Rotate in operations that torch differentiates one by one.

    Parameters
    ----------
    q, k, axes
        Queries and keys and their order of axes.
    positions, offset
        Positions of any kind, or None for `offset`, `offset` + 1, ...
    config
        The configuration.
    length
        The length of the sequence, for laws that depend on it.
    """
    if positions is None:
        positions = counted(offset, seq_of(q, axes), q.device)
    key, head, done = config_key(config), traced_head(config), []
    for x in (q, k):
        at = alike(positions, x)
        rows = torch.ops.ropespec.rows.default(at, key, compute_dtype(x), length)
        done.append(turned(x, rows, head, axes))
    return done[0], done[1]
