"""Sharding: the operator under DTensor, for tensor, context and data parallelism.

A rotation mixes nothing but the two channels of a pair, so every other dimension may be cut:
heads (tensor parallelism), batch (data parallelism) and sequence (context parallelism), as
long as the positions are cut with the tokens. Every piece has the bits that one process gives.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

import torch
from torch import Tensor

from .plan import config_by_key

Rule = tuple[list[Any], list[Any]]
"""Where results lie, and where arguments have to: one placement each, None for no tensor."""

Maybe = TypeVar("Maybe", Tensor, Tensor | None)


def is_distributed(x: Tensor) -> bool:
    """Whether a tensor is cut over processes; then the rules for it are there."""
    if type(x) is Tensor or not torch.distributed.is_available():
        return False
    from torch.distributed.tensor import DTensor

    if not isinstance(x, DTensor):
        return False
    if not torch.compiler.is_compiling():  # `ready` has seen to it
        register_rules()
    return True


def alike(given: Maybe, x: Tensor) -> Maybe:
    """Return a tensor as a distributed one where another is.

    Positions that are given whole are the same in every process; the rules cut them with the
    tokens.
    """
    if not is_distributed(x) or given is None or is_distributed(given):
        return given
    from torch.distributed.tensor import DTensor, Replicate

    where: Any = x
    mesh = where.device_mesh
    whole: Any = DTensor.from_local(given, mesh, [Replicate()] * mesh.ndim, run_check=False)
    return whole  # type: ignore[no-any-return]


def none_of(x: Tensor, axes: str) -> Tensor:
    """Return a tensor like `x` without heads; one that is cut over processes as it is."""
    return x if is_distributed(x) else x.narrow(axes.index("h"), 0, 0)


def ready() -> bool:
    """Have the rules there where tensors may be cut, for a program that is being traced."""
    if "torch.distributed.tensor" in sys.modules:
        register_rules()
    return True


@cache
def register_rules() -> None:
    """Tell DTensor how the operator may be cut, once; loading DTensor takes a second."""
    from torch.distributed.tensor.experimental import register_sharding

    register_sharding(torch.ops.ropespec.rotate.default)(_rules)


def _rules(
    q: Any,
    k: Any,
    positions: Any,
    offset: Any,
    config: str,
    axes: str,
    inverse: bool,
    *length: Any,
) -> list[Rule]:
    """List the ways to cut along one dimension of the mesh; nothing cuts a number."""
    del q, k, offset, inverse
    uncut = [None] * (4 + len(length))
    return [
        ([on_q, on_k], [on_q, on_k, at if positions is not None else None, *uncut])
        for on_q, on_k, at in _ways(positions, config, axes)
    ]


def _ways(positions: Any, config: str, axes: str) -> Iterator[tuple[Any, Any, Any]]:
    """Say where queries, keys and positions may lie together."""
    from torch.distributed.tensor import Replicate, Shard

    whole = Replicate()
    yield whole, whole, whole
    heads = Shard(axes.index("h"))
    yield heads, heads, whole
    yield heads, whole, whole  # fewer key heads than processes
    yield whole, heads, whole
    several = len(config_by_key(config).axes) > 0
    lead = 0 if positions is None else len(positions.shape) - several
    if "b" in axes:
        rows = lead == 2 and positions.shape[0] > 1
        yield Shard(0), Shard(0), Shard(0) if rows else whole
    if positions is not None:  # a running count would begin anew in every process
        tokens = Shard(axes.index("t" if axes == "thd" else "s"))
        yield tokens, tokens, Shard(lead - 1)
