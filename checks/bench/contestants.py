"""The calls that are timed: this project's, and each peer's as its users call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ropespec.reference.torch import RotaryEmbedding, rotate

from .cases import BASE, HEAD_DIM, Case
from .timing import Call

Turn = Callable[[Tensor, Tensor, Tensor, Tensor], tuple[Tensor, Tensor]]
"""A rotation with cosines and sines of float32 given, shape `(1, seq, head_dim / 2)`."""


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
    """List everybody else's, as far as they are installed and can do this case."""
    q, k = case.tensors()
    cos, sin = float_tables(case.seq)
    if case.layout == "half" and find_spec("transformers"):
        yield Contestant("Hugging Face, eager", _huggingface(case, q, k))
    if case.layout == "interleaved":
        yield Contestant(
            "complex multiply", lambda: complex_multiply(q, k, cos, sin, case.axes)
        )
    if compiled:
        function = torch.compile(_halves if case.layout == "half" else _neighbours)
        unsqueezed = [part.unsqueeze(1 if case.axes == "bhsd" else 2) for part in (cos, sin)]
        yield Contestant("torch.compile, cast first", lambda: function(q, k, *unsqueezed))


def backwards(case: Case) -> Iterator[Contestant]:
    """Forward and backward with given gradients."""
    q, k = (x.requires_grad_() for x in case.tensors())
    grads = case.tensors(seed=1)
    rope = RotaryEmbedding(case.config, axes=case.axes)
    yield Contestant(
        "ropespec: forward and backward",
        lambda: torch.autograd.grad(rope(q, k), (q, k), grads),
    )
    if case.layout == "half" and find_spec("transformers"):
        forward = _huggingface(case, q, k)
        yield Contestant(
            "Hugging Face: forward and backward",
            lambda: torch.autograd.grad(forward(), (q, k), grads),
        )


def float_tables(seq: int, start: int = 0) -> tuple[Tensor, Tensor]:
    """Cosines and sines the usual way, from angles in float32."""
    inv_freq = 1.0 / BASE ** (torch.arange(0, HEAD_DIM, 2).float() / HEAD_DIM)
    angles = torch.arange(start, start + seq).float()[None, :, None] * inv_freq
    return angles.cos(), angles.sin()


def complex_multiply(
    q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, axes: str
) -> tuple[Tensor, Tensor]:
    """Meta's way: neighbours as complex numbers, in float32."""
    turns = torch.complex(cos, sin).unsqueeze(1 if axes == "bhsd" else 2)

    def one(x: Tensor) -> Tensor:
        pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * turns).flatten(-2).type_as(x)

    return one(q), one(k)


def _huggingface(case: Case, q: Tensor, k: Tensor) -> Callable[[], tuple[Tensor, Tensor]]:
    """Hugging Face's function, with cosines and sines given in the model's dtype."""
    from transformers.models.llama import modeling_llama

    apply: Any = modeling_llama.apply_rotary_pos_emb
    cos, sin = (torch.cat([t, t], dim=-1).to(q.dtype) for t in float_tables(case.seq))
    at = 1 if case.axes == "bhsd" else 2
    return lambda: apply(q, k, cos, sin, at)


def _halves(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """The form that torch's compiler turns into one pass: cast before cat."""

    def one(x: Tensor) -> Tensor:
        a, b = x.chunk(2, dim=-1)
        first, second = a * cos - b * sin, b * cos + a * sin
        return torch.cat((first.to(x.dtype), second.to(x.dtype)), dim=-1)

    return one(q), one(k)


def _neighbours(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
    """The same for neighbouring channels."""

    def one(x: Tensor) -> Tensor:
        a, b = x.reshape(*x.shape[:-1], -1, 2).unbind(-1)
        first, second = a * cos - b * sin, b * cos + a * sin
        return torch.stack((first.to(x.dtype), second.to(x.dtype)), dim=-1).flatten(-2)

    return one(q), one(k)
