"""The rotation as an operator of torch.library.

`ropespec::rotate` is what torch.compile, export, FSDP, torch.func and DTensor see: a
functional operator with a schema, a kernel for every device, shapes without values, the
inverse rotation as its derivative, and a rule for vmap. The configuration goes in as text, so
an exported program says all that it needs. A law that depends on the length of the sequence is
another text for each; so the length goes in beside it, as a number that may be left open.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig

from .arguments import AXES, check_tensors, seq_of
from .distributed import none_of
from .plain import compute_dtype, turn_into
from .plan import Plan, config_by_key, plan_by_key
from .positions import (
    check_counted,
    check_numbers,
    check_positions,
    check_within,
    counted,
    whole_positions,
)
from .rows import rows_at
from .triton_kernel.choosing import rotated_into

NAME = "ropespec::rotate"

torch.library.define(
    NAME,
    "(Tensor q, Tensor k, Tensor? positions, SymInt offset, str config, str axes, bool inverse,"
    " SymInt? length=None) -> (Tensor, Tensor)",
    # Inputs keep their strides, and compilers may take it whole.
    tags=(torch.Tag.needs_fixed_stride_order, torch.Tag.pt2_compliant_tag),
)


@torch.library.impl(NAME, "default")
def _rotate(
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    config: str,
    axes: str,
    inverse: bool,
    length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Rotate, on any device."""
    plan = plan_by_key(config, length)
    _check(q, k, positions, plan.config, axes)
    if positions is None:
        check_within(offset, seq_of(q, axes))
    out = torch.empty_like(q), torch.empty_like(k)
    rotate_into(plan, q, k, positions, offset, axes, out, inverse=inverse)
    return out


def rotate_into(
    plan: Plan,
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    axes: str,
    out: tuple[Tensor, Tensor],
    *,
    inverse: bool = False,
) -> None:
    """Rotate into given tensors, which may be `q` and `k`; nothing is recorded.

    Parameters
    ----------
    plan
        The configuration's plan.
    q, k, axes
        Queries and keys and their order of axes.
    positions, offset
        Positions of any kind, or None for `offset`, `offset` + 1, ...
    out
        Where to write.
    inverse
        Turn back.
    """
    with torch.no_grad():
        if rotated_into(plan, (q, k), out, positions, offset, axes, inverse):
            return
        if positions is not None:
            positions = whole_positions(positions)
        for x, to in zip((q, k), out, strict=True):
            _one_into(plan, x, to, positions, offset, axes, inverse)


def _one_into(
    plan: Plan,
    x: Tensor,
    to: Tensor,
    positions: Tensor | None,
    offset: int,
    axes: str,
    inverse: bool,
) -> None:
    """Rotate one tensor into another."""
    inplace = to is x
    given: Any = (None, None) if inplace else (to, None)
    order, start = AXES[axes], offset if positions is None else positions
    if plan.native(x, None, start, order, inplace, given, inverse) is not None:
        return
    at = counted(offset, seq_of(x, axes), x.device) if positions is None else positions
    cos, sin = rows_at(plan, at, compute_dtype(x), x.device)
    if plan.native(x, None, None, order, inplace, given, inverse, (cos, sin)) is None:
        head = plan.head.transposed() if inverse else plan.head
        turn_into(x, to, (cos, -sin if inverse else sin), head, axes)


def shapes(
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    config: str,
    axes: str,
    inverse: bool,
    length: int | None = None,
) -> tuple[Tensor, Tensor]:
    """Say what comes back without computing it."""
    del offset, inverse, length
    _check(q, k, positions, config_by_key(config), axes)
    return torch.empty_like(q), torch.empty_like(k)


def _check(q: Tensor, k: Tensor, positions: Any, config: RotaryConfig, axes: str) -> None:
    """Check everything but the values."""
    batch, seq = check_tensors(q, k, config, axes)
    if positions is None:
        check_counted(None, config)
    else:
        check_numbers(positions)
        check_positions(positions, batch, seq, config)


def keep(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:  # noqa: ARG001
    """Keep the positions: no activation is needed to turn back."""
    _, _, positions, *ctx.rest = inputs
    ctx.set_materialize_grads(False)
    ctx.save_for_backward(*([] if positions is None else [positions]))


def turned_back(
    operator: Any, ctx: Any, grads: tuple[Tensor | None, Tensor | None]
) -> tuple[Tensor | None, ...]:
    """Turn the gradients back; what is no tensor of the operator's has none."""
    (positions,) = ctx.saved_tensors or (None,)
    offset, config, axes, inverse, *length = ctx.rest
    rest = offset, config, axes, not inverse, *length
    turned = turned_some(operator, grads, positions, rest)
    return *turned, None, *(None for _ in rest)


def turned_some(
    operator: Any,
    given: tuple[Tensor | None, Tensor | None],
    positions: Tensor | None,
    rest: tuple[Any, ...],
) -> tuple[Tensor | None, ...]:
    """Rotate those of queries and keys that are there, with the operator's other arguments."""
    there = [x for x in given if x is not None]
    if not there:
        return None, None
    axes = rest[2]
    both = there if len(there) == 2 else [there[0], none_of(there[0], axes)]
    turned = iter(operator(*both, positions, *rest))
    return tuple(None if x is None else next(turned) for x in given)


def _back(ctx: Any, grad_q: Tensor | None, grad_k: Tensor | None) -> tuple[Tensor | None, ...]:
    """Turn the gradients back."""
    return turned_back(torch.ops.ropespec.rotate.default, ctx, (grad_q, grad_k))


def mapped(
    info: Any,
    in_dims: tuple[int | None, ...],
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    config: str,
    axes: str,
    inverse: bool,
    length: int | None = None,
    operator: Any = None,
) -> tuple[tuple[Tensor, Tensor], tuple[int, int]]:
    """Take the mapped dimension as more of the batch."""
    size = info.batch_size
    order = "bshd" if axes == "thd" else axes
    folded, batch = [], 1
    for x, at in zip((q, k), in_dims, strict=False):
        moved = x.movedim(at, 0) if at is not None else x.expand(size, *x.shape)
        batch = 1 if axes == "thd" else moved.shape[1]
        folded.append(moved if axes == "thd" else moved.flatten(0, 1))
    if positions is not None:
        positions = _folded_positions(positions, in_dims[2], size, batch, config)
    turn = operator or torch.ops.ropespec.rotate.default
    done = turn(*folded, positions, offset, config, order, inverse, length)
    if axes != "thd":
        done = tuple(y.unflatten(0, (size, batch)) for y in done)
    return done, (0, 0)


def _folded_positions(
    positions: Tensor, at: int | None, size: int, batch: int, config: str
) -> Tensor:
    """Give positions the mapped dimension and the batch as one."""
    trailing = 1 if config_by_key(config).axes else 0
    moved = positions.movedim(at, 0) if at is not None else positions.unsqueeze(0)
    if moved.ndim == 2 + trailing:  # (mapped or 1, seq)
        moved = moved.unsqueeze(1)
    return moved.expand(size, batch, *moved.shape[2:]).flatten(0, 1)


torch.library.register_fake(NAME, shapes)
torch.library.register_autograd(NAME, _back, setup_context=keep)
torch.library.register_vmap(NAME, mapped)
