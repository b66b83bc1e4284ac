"""Rotation by cosines and sines that the caller has: the form of torch's own proposal.

pytorch/pytorch, pull request 187286: `torch.nn.functional.rotary_embedding`. For whoever keeps
tables; `rotate` needs none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import maybe_current_level

from ropespec.reference.config import RotaryConfig

from . import rows_operator
from .arguments import AXES, DTYPES, check_config
from .constant import constant
from .distributed import alike, is_distributed
from .errors import ArgumentError, TensorError
from .plain import compute_dtype, turned
from .plan import Plan, config_key, no_forward_gradients, plan_of
from .rows import Rows
from .segments import Head, head_of


def cos_sin(
    positions: Tensor, config: RotaryConfig, dtype: torch.dtype = torch.float32
) -> Rows:
    """Return exact cosines and sines, for kernels that take them.

    Parameters
    ----------
    positions
        Any integers or reals, shape `(seq,)` or `(batch, seq)`, plus `(axes,)`.
    config
        The configuration; its amplitude and sign are in the result.
    dtype
        float32 or float64.

    Returns
    -------
    cos, sin
        Shape `(seq, pairs)` or `(batch, seq, pairs)`, on the device of the positions.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import cos_sin
    >>> cos, sin = cos_sin(torch.arange(4096), RotaryConfig(head_dim=64))
    >>> cos.shape, round(sin[131, 0].item(), 4)
    (torch.Size([4096, 32]), -0.8116)
    """
    check_config(config)
    if not isinstance(positions, Tensor):
        found = type(positions).__name__
        raise ArgumentError(f"positions: got {found}, expected a torch tensor")
    lead = rows_operator.check_rows(positions, config, dtype)
    cos, sin = torch.ops.ropespec.rows(positions, config_key(config), dtype, None)
    return (cos, sin) if len(lead) == 2 else (cos[0], sin[0])


def rotary_embedding(
    x: Tensor,
    cos: Tensor,
    sin: Tensor,
    position_ids: Tensor | None = None,
    *,
    interleaved: bool = False,
) -> Tensor:
    """Rotate by given cosines and sines.

    Products and sums are in float32 (float64 where anything is float64), rounded once to the
    dtype of `x`.

    Parameters
    ----------
    x
        Shape `(batch, heads, seq, head_dim)`.
    cos, sin
        With `position_ids`: tables of shape `(positions, pairs)`. Without: any shape that
        broadcasts to `(batch, heads, seq, pairs)`, as `(seq, pairs)`. `pairs` is half of
        `head_dim`, or less where the last channels do not turn.
    position_ids
        Which row of the tables each token takes, whole numbers of shape `(batch, seq)`.
    interleaved
        Pair neighbours (2i, 2i + 1), and not channel i with i + pairs.

    Returns
    -------
    Tensor
        Like `x`.

    Raises
    ------
    TensorError, ArgumentError
        If shapes, dtypes or devices do not fit.
    IndexError
        If a position has no row.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import cos_sin, rotary_embedding
    >>> cos, sin = cos_sin(torch.arange(10), RotaryConfig(head_dim=4))
    >>> x = torch.ones(1, 2, 3, 4)
    >>> y = rotary_embedding(x, cos, sin, torch.tensor([[9, 0, 2]]))
    >>> y[0, 0, 1].tolist()
    [1.0, 1.0, 1.0, 1.0]
    """
    _check(x, cos, sin, position_ids)
    if position_ids is not None:
        index = _rows_of(position_ids, cos.shape[0]).unsqueeze(1)
        cos, sin = cos[index], sin[index]
    form = x.shape[-1], cos.shape[-1], interleaved
    double = torch.float64 in (compute_dtype(x), cos.dtype, sin.dtype)
    wide = torch.float64 if double else torch.float32
    rows = cos.to(wide), sin.to(wide)
    if not torch.compiler.is_compiling() and wide == compute_dtype(x):
        done = _fused(x, _lined_up(x, rows), _config(*form))
        if done is not None:
            return done
    beside_heads = _four(alike(rows[0], x)), _four(alike(rows[1], x))
    return turned(x, beside_heads, _head(*form), "")


def _check(x: Any, cos: Any, sin: Any, position_ids: Any) -> None:
    """Check everything but the values of positions."""
    given = {"x": x, "cos": cos, "sin": sin}
    given |= {} if position_ids is None else {"position_ids": position_ids}
    for name, tensor in given.items():
        if not isinstance(tensor, Tensor):
            found = type(tensor).__name__
            raise ArgumentError(f"{name}: got {found}, expected a torch tensor")
        if tensor.device != x.device:
            message = "expected all tensors to be on the same device, but found at least two"
            raise TensorError(f"{name}: {message}, {tensor.device} and {x.device} (x)")
    if x.dtype not in DTYPES or not (cos.is_floating_point() and sin.is_floating_point()):
        found = f"{x.dtype} with {cos.dtype} and {sin.dtype}"
        raise TensorError(f"x, cos, sin: got {found}, expected real floating-point tensors")
    if x.ndim != 4:
        expected = "(batch, heads, seq, head_dim)"
        raise TensorError(f"x: got shape {tuple(x.shape)}, expected {expected}")
    _check_tables(x, cos, sin, position_ids)


def _check_tables(x: Tensor, cos: Tensor, sin: Tensor, position_ids: Tensor | None) -> None:
    """Check the shapes of tables, and of the positions that choose from them."""
    batch, heads, seq, head_dim = x.shape
    shapes = f"{tuple(cos.shape)} and {tuple(sin.shape)}"
    if cos.shape != sin.shape or cos.ndim == 0 or not 0 < 2 * cos.shape[-1] <= head_dim:
        expected = f"equal shapes with at most {head_dim // 2} pairs in the last dimension"
        raise TensorError(f"cos, sin: got shapes {shapes}, expected {expected}")
    if position_ids is None:
        target = (batch, heads, seq, cos.shape[-1])
        lead = (1,) * (4 - cos.ndim) + tuple(cos.shape)
        if cos.ndim > 4 or any(n not in (1, to) for n, to in zip(lead, target, strict=True)):
            raise TensorError(
                f"cos, sin: got shapes {shapes}, expected one that broadcasts to {target}"
            )
        return
    if cos.ndim != 2:
        raise TensorError(f"cos, sin: got shapes {shapes}, expected (positions, pairs)")
    if tuple(position_ids.shape) != (batch, seq):
        found = tuple(position_ids.shape)
        raise TensorError(f"position_ids: got shape {found}, expected {(batch, seq)}")
    real = position_ids.is_floating_point() or position_ids.is_complex()
    if real or position_ids.dtype == torch.bool:
        raise TensorError(f"position_ids: got {position_ids.dtype}, expected whole numbers")


def _rows_of(position_ids: Tensor, rows: int) -> Tensor:
    """Return positions as indices; below 0 torch would count from the end."""
    index = position_ids.long()
    if torch.compiler.is_compiling() or index.device.type != "cpu" or not index.numel():
        return index
    if type(index) is Tensor and maybe_current_level() is None:
        low, high = int(index.min()), int(index.max())
        if low < 0 or high >= rows:
            found = low if low < 0 else high
            raise IndexError(f"position_ids: got {found}, expected 0 to {rows - 1}")
    return index


@lru_cache(maxsize=64)
def _config(head_dim: int, pairs: int, interleaved: bool) -> RotaryConfig:
    """Return a configuration with these pairs; its frequencies play no part."""
    layout = "interleaved" if interleaved else "half"
    return RotaryConfig(head_dim, 2 * pairs, layout=layout)


@constant
def _head(head_dim: int, pairs: int, interleaved: bool) -> Head:
    """Return where these pairs lie, also while a program is traced."""
    return head_of(_config(head_dim, pairs, interleaved))


def _four(row: Tensor) -> Tensor:
    """Give rows the four dimensions of the tensor they turn."""
    return row.reshape((1,) * (4 - row.ndim) + tuple(row.shape))


def _lined_up(x: Tensor, rows: Rows) -> Rows | None:
    """Return rows `(batch or 1, seq, pairs)`, None where heads have rows of their own."""
    cos, sin = (_four(row) for row in rows)
    if cos.shape[1] != 1:
        return None
    shape = cos.shape[0], x.shape[2], cos.shape[-1]
    return tuple(row[:, 0].expand(shape).contiguous() for row in (cos, sin))  # type: ignore[return-value]


def _fused(x: Tensor, rows: Rows | None, config: RotaryConfig) -> Tensor | None:
    """Rotate by the kernel, if it is there and nothing but `x` is to be differentiated."""
    tables_differentiated = rows is not None and any(row.requires_grad for row in rows)
    if rows is None or (torch.is_grad_enabled() and tables_differentiated):
        return None
    if maybe_current_level() is not None or not no_forward_gradients() or is_distributed(x):
        return None
    plan = plan_of(config)
    if not (torch.is_grad_enabled() and x.requires_grad):
        done = plan.native(x, None, None, AXES["bhsd"], rows=rows)
        return None if done is None else done[0]
    apply: Any = _Turn.apply
    turned_x: Tensor = apply(x, *rows, plan)
    return turned_x


class _Turn(torch.autograd.Function):
    """The kernel with rows that are given; its derivative turns back."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor, plan: Plan) -> Tensor:
        """Rotate."""
        ctx.save_for_backward(cos, sin)
        ctx.plan = plan
        return _turn(plan, x, (cos, sin))

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Turn the gradient back."""
        cos, sin = ctx.saved_tensors
        apply: Any = _Turn.apply
        return apply(grad, cos, -sin, ctx.plan), None, None, None


def _turn(plan: Plan, x: Tensor, rows: Rows) -> Tensor:
    """Rotate by the kernel, or by plain torch where it is not for it."""
    done = plan.native(x, None, None, AXES["bhsd"], rows=rows)
    return turned(x, rows, plan.head, "bhsd") if done is None else done[0]
