"""The operator under torch.func, whose transforms want an autograd.Function."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch._C._functorch import TransformType, get_interpreter_stack

from .operator import keep, mapped, turned_back, turned_some


class Turn(torch.autograd.Function):
    """`ropespec::rotate` for torch.func.grad, vjp, vmap and what is made of them."""

    @staticmethod
    def forward(*inputs: Any) -> tuple[Tensor, Tensor]:
        """Rotate."""
        turned: tuple[Tensor, Tensor] = torch.ops.ropespec.rotate.default(*inputs)
        return turned

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        """Keep what the operator's own derivative keeps."""
        keep(ctx, inputs, output)
        ctx.save_for_forward(inputs[2])
        ctx.forms = [(x.shape, x.dtype, x.device) for x in inputs[:2]]

    @staticmethod
    def backward(
        ctx: Any, grad_q: Tensor | None, grad_k: Tensor | None
    ) -> tuple[Tensor | None, ...]:
        """Turn the gradients back."""
        return turned_back(Turn.apply, ctx, (grad_q, grad_k))

    @staticmethod
    def jvp(
        ctx: Any, q: Tensor | None, k: Tensor | None, *_: None
    ) -> tuple[Tensor | None, ...]:
        """Turn the tangents too: a rotation is linear."""
        (positions,) = ctx.saved_for_forward
        turned = turned_some(Turn.apply, (q, k), positions, tuple(ctx.rest))
        return tuple(
            torch.zeros(shape, dtype=dtype, device=device) if y is None else y
            for y, (shape, dtype, device) in zip(turned, ctx.forms, strict=True)
        )

    @staticmethod
    def vmap(info: Any, in_dims: tuple[int | None, ...], *inputs: Any) -> Any:
        """Take the mapped dimension as more of the batch."""
        rule: Any = mapped
        return rule(info, in_dims, *inputs, operator=Turn.apply)


def rotated(*inputs: Any) -> tuple[Tensor, Tensor]:
    """Rotate by the operator, in the form that the transforms at work ask for."""
    levels = [each.key() for each in get_interpreter_stack() or ()]
    transformed = any(key != TransformType.Functionalize for key in levels)
    operator: Any = Turn.apply if transformed else torch.ops.ropespec.rotate.default
    turned: tuple[Tensor, Tensor] = operator(*inputs)
    return turned
