"""The calls that are timed: this project's, and each peer's as its users call it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from ropespec.reference.torch import RotaryEmbedding, rotate

from .cases import Case
from .rival_operators import Turn
from .rivals import rivals
from .timing import Call

Pair = tuple[Tensor, Tensor]

DIFFERENTIATED = ("Hugging Face transformers, eager", "complex multiply, eager")
"""Whose backward is timed: the one that most models use, and the fastest without a compiler."""


class Contestant(NamedTuple):
    """One way to rotate, ready to be called."""

    name: str
    call: Call


def own(case: Case) -> Iterator[Contestant]:
    """List this project's ways."""
    rope = RotaryEmbedding(case.config, axes=case.axes)
    q, k = case.tensors()
    yield Contestant("ropespec: in place", lambda: rope(q, k, 0, inplace=True))
    out = torch.empty_like(q), torch.empty_like(k)
    yield Contestant("ropespec: into given", lambda: rope(q, k, 0, out))
    yield Contestant("ropespec: fresh", lambda: rope(q, k))


def singles(case: Case) -> Iterator[Contestant]:
    """List the ways to rotate a token that has a place in a sequence."""
    q, k = case.tensors()
    config, axes = case.config, case.axes
    yield Contestant("ropespec: rotate()", lambda: rotate(q, k, 5000, config, axes=axes))
    recorded = case.tensors()[0].requires_grad_()
    yield Contestant(
        "ropespec: recording", lambda: rotate(recorded, k, 5000, config, axes=axes)
    )


def peers(case: Case, compiled: bool) -> Iterator[Contestant]:
    """List everybody else's, as far as they are installed and can do this case.

    One that cannot be built or called is listed too; its call raises what it raised.
    """
    q, k = case.tensors()
    for rival in rivals(case, compiled):
        try:
            yield Contestant(rival.name, partial(rival.make(case, 0), q, k))
        except Exception as error:
            yield Contestant(rival.name, partial(_raise, error))


def backwards(case: Case) -> Iterator[Contestant]:
    """Forward and backward with given gradients."""
    q, k = (x.requires_grad_() for x in case.tensors())
    grads = case.tensors(seed=1)
    rope = RotaryEmbedding(case.config, axes=case.axes)
    yield Contestant(
        "ropespec: forward and backward",
        lambda: torch.autograd.grad(rope(q, k), (q, k), grads),
    )
    for rival in rivals(case, compiled=False):
        if rival.name in DIFFERENTIATED:
            call = partial(_differentiate, rival.make(case, 0), (q, k), grads)
            yield Contestant(f"{rival.name}: forward and backward", call)


def _differentiate(turn: Turn, inputs: Pair, grads: Pair) -> object:
    """Rotate, and turn the gradients back."""
    return torch.autograd.grad(turn(*inputs), inputs, grads)


def _raise(error: Exception) -> None:
    """Raise an error that was met before."""
    raise error
