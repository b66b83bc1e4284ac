"""The rotation for laws that depend on the length of the sequence, as an operator.

`ropespec::rotate` takes the configuration as text, and the text of such a law is another one
for each length: a compiled program would be compiled anew for each. `rotate_at_length` takes
the length as a number that torch.compile and export may leave open.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import torch
from torch import Tensor

from .operator import TAGS, keep, mapped, shapes, turned_back
from .plan import key_at

NAME = "ropespec::rotate_at_length"

torch.library.define(
    NAME,
    "(Tensor q, Tensor k, Tensor? positions, SymInt offset, str config, str axes, bool inverse,"
    " SymInt length) -> (Tensor, Tensor)",
    tags=TAGS,
)


@torch.library.impl(NAME, "default")
def _rotate_at_length(
    q: Tensor,
    k: Tensor,
    positions: Tensor | None,
    offset: int,
    config: str,
    axes: str,
    inverse: bool,
    length: int,
) -> tuple[Tensor, Tensor]:
    """Rotate by the configuration in force for a length."""
    key = key_at(config, length)
    with torch.no_grad():  # the derivative is this operator's own
        done: Any = torch.ops.ropespec.rotate(q, k, positions, offset, key, axes, inverse)
    return done  # type: ignore[no-any-return]


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    """Keep what `rotate` keeps, and the length."""
    *others, ctx.length = inputs
    keep(ctx, tuple(others), output)


def _back(ctx: Any, grad_q: Tensor | None, grad_k: Tensor | None) -> tuple[Tensor | None, ...]:
    """Turn the gradients back."""
    operator = partial(torch.ops.ropespec.rotate_at_length.default, length=ctx.length)
    return *turned_back(operator, ctx, (grad_q, grad_k)), None


def _mapped(
    info: Any, in_dims: tuple[int | None, ...], *inputs: Any
) -> tuple[tuple[Tensor, Tensor], tuple[int, int]]:
    """Take the mapped dimension as more of the batch."""
    q, k, positions, offset, config, axes, inverse, length = inputs
    turn = partial(torch.ops.ropespec.rotate_at_length.default, length=length)
    return mapped(info, in_dims[:-1], q, k, positions, offset, config, axes, inverse, turn)


torch.library.register_fake(NAME, shapes)
torch.library.register_autograd(NAME, _back, setup_context=_keep)
torch.library.register_vmap(NAME, _mapped)

rotate_at_length: Any = torch.ops.ropespec.rotate_at_length
"""The operator."""
