"""`rotate`: queries and keys in one call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch._functorch.pyfunctorch import temporarily_clear_interpreter_stack

from ropespec.reference.config import RotaryConfig

from . import operator
from .arguments import check_tensors, placed, whole_positions
from .outputs import check_outputs
from .plain import compute_dtype, turned
from .plan import AXES, Plan, config_key, counted, no_forward_gradients, plan_of
from .rows import rows_at
from .transforms import rotated


def rotate(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    config: RotaryConfig,
    out: tuple[Tensor, Tensor] | None = None,
    inplace: bool = False,
    *,
    axes: str = "bhsd",
    cu_seqlens: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Rotate queries and keys by their positions.

    Phases are exact at every position of int64; the rotation is done in float32 (float64 for
    float64) and rounded once to the dtype of the input. The gradient is the inverse rotation,
    and nothing but the positions is kept for it.

    Parameters
    ----------
    q
        Shape `(batch, heads, seq, head_dim)`, or as `axes` says; float64, float32, bfloat16
        or float16, with any strides.
    k
        Like `q`; it may have another number of heads.
    positions
        None for 0, 1, 2, ...; an int for that many tokens before the first; or a tensor of
        shape `(seq,)` or `(batch, seq)`, with a last dimension `axes` for several axes; whole
        or real, negative too.
    config
        The configuration.
    out
        Two tensors like `q` and `k` to write into.
    inplace
        Write into `q` and `k`.
    axes
        The order of axes: "bhsd", "bshd", or "thd" for packed tokens `(tokens, heads,
        head_dim)`.
    cu_seqlens
        For packed tokens: where each sequence begins, and the end of the last, whole numbers
        of shape `(sequences + 1,)`. Positions then begin anew with each sequence.

    Returns
    -------
    q, k
        In the shape, dtype and device of what was given.

    Raises
    ------
    InputError
        If dtype, shape, device or positions do not fit.
    RuntimeError
        As torch's own operations do: for outputs that overlap, or that need gradients where
        none can be recorded.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import rotate
    >>> q, k = torch.ones(1, 2, 3, 4), torch.ones(1, 1, 3, 4)
    >>> rotated_q, _ = rotate(q, k, None, RotaryConfig(head_dim=4, layout="half"))
    >>> [round(value, 4) for value in rotated_q[0, 0, 2].tolist()]
    [-1.3254, 0.9798, 0.4932, 1.0198]
    """
    if torch.compiler.is_compiling():
        return _traced(q, k, positions, config, out, inplace, axes, cu_seqlens)
    plan = plan_of(config)
    order = AXES.get(axes)
    if cu_seqlens is None and order is not None and (out is None or not inplace):
        done: Any = plan.native(q, k, positions, order, inplace, out or _NEW)
        if done is not None:
            return done  # type: ignore[no-any-return]
    return _general(q, k, positions, plan, out, inplace, axes, cu_seqlens)


_NEW = (None, None)


def _general(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    plan: Plan,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Rotate anything that the kernel does not take as it is."""
    batch, seq = check_tensors(q, k, plan, axes)
    at, offset = placed(positions, plan, batch, seq, cu_seqlens)
    targets = check_outputs(q, k, out, inplace)
    if not no_forward_gradients():
        done = _differentiable(q, k, at, offset, plan, axes)
    elif targets is not None and not _recorded(q, k):
        operator.rotate_into(plan, q, k, at, offset, axes, targets)
        return targets
    else:
        done = rotated(q, k, at, offset, plan.key, axes, False)
    if targets is None:
        return done
    return targets[0].copy_(done[0]), targets[1].copy_(done[1])


def _differentiable(
    q: Tensor, k: Tensor, positions: Tensor | None, offset: int, plan: Plan, axes: str
) -> tuple[Tensor, Tensor]:
    """Rotate by plain operations, each of which torch differentiates forwards too."""
    seq = q.shape[0 if axes == "thd" else axes.index("s")]
    with temporarily_clear_interpreter_stack():  # positions are no variables of a transform
        at = counted(offset, seq) if positions is None else whole_positions(positions)
        rows = [rows_at(plan, at, compute_dtype(x), x.device) for x in (q, k)]
    return turned(q, rows[0], plan.head, axes), turned(k, rows[1], plan.head, axes)


def _recorded(q: Tensor, k: Tensor) -> bool:
    """Whether autograd will want to know."""
    return torch.is_grad_enabled() and (q.requires_grad or k.requires_grad)


_key: Callable[[RotaryConfig], str] = torch.compiler.assume_constant_result(config_key)  # type: ignore[no-untyped-call]


def _traced(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    config: RotaryConfig,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Say the same in operators that torch.compile and export can read."""
    at, offset = (positions, 0) if isinstance(positions, Tensor) else (None, positions or 0)
    if cu_seqlens is not None:
        tokens = torch.arange(q.shape[0], device=q.device)
        starts = cu_seqlens[torch.searchsorted(cu_seqlens, tokens, right=True) - 1]
        at, offset = tokens - starts + offset, 0
    done = torch.ops.ropespec.rotate(q, k, at, offset, _key(config), axes, False)
    if inplace:
        return q.copy_(done[0]), k.copy_(done[1])
    if out is not None:
        return out[0].copy_(done[0]), out[1].copy_(done[1])
    return done  # type: ignore[no-any-return]
