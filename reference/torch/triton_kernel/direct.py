"""The short way to the kernel: past the operator, where nothing is recorded or transformed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import maybe_current_level

from ropespec.reference.torch.arguments import check_tensors
from ropespec.reference.torch.outputs import check_outputs
from ropespec.reference.torch.plan import Plan, no_forward_gradients
from ropespec.reference.torch.positions import check_starts, placed

from .choosing import rotated_into, takes

_WHOLE = (torch.int32, torch.int64)


def directly(
    plan: Plan,
    q: Tensor,
    k: Tensor,
    positions: Any,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
) -> tuple[Tensor, Tensor] | None:
    """Rotate by the Triton kernel at once, or return None where the call is not for it.

    Parameters are those of `rotate`. Where packed sequences begin is read on the device alone:
    of `cu_seqlens` only the form is checked, as the kernels of attention do.

    Raises
    ------
    TensorError, ArgumentError, RuntimeError
        As `rotate`.
    """
    if not (type(q) is type(k) is Tensor and takes(q)) or _watched(q, k):
        return None
    check_tensors(q, k, plan.config, axes)
    if cu_seqlens is not None:
        check_starts(cu_seqlens, q, axes)
        counted = positions is None or type(positions) is int
        alone = counted and not plan.config.axes and plan.digits
        if not alone or cu_seqlens.dtype not in _WHOLE:
            return None
    at, offset = placed(positions, q, plan.config, axes, None)
    targets = check_outputs(q, k, out, inplace) or (torch.empty_like(q), torch.empty_like(k))
    done = rotated_into(plan, (q, k), targets, at, offset, axes, False, cu_seqlens)
    return targets if done else None


def _watched(q: Tensor, k: Tensor) -> bool:
    """Whether autograd, a transform of torch.func or a mode wants to see the operator."""
    recorded = torch.is_grad_enabled() and (q.requires_grad or k.requires_grad)
    modes = torch._C._len_torch_dispatch_stack()
    return (
        recorded or modes > 0 or maybe_current_level() is not None or not no_forward_gradients()
    )
