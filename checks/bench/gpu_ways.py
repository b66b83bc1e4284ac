"""Who is timed on a GPU: this kernel, and the peers that are installed.

Peers are called as their users call them, with float32 cosines and sines where they take
these. Sources: flash-attention's flash_attn/ops/triton/rotary.py and Liger's
liger_kernel/transformers/rope.py; a peer whose call fails is a
line that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ropespec.reference import RotaryConfig
from ropespec.reference.torch import rotate

Call = Callable[[], Any]


class Setting(NamedTuple):
    """Queries and keys of one measurement.

    Attributes
    ----------
    batch, seq, heads, key_heads, head_dim
        Sizes.
    dtype
        "bfloat16", "float32", ...
    layout
        "half" or "interleaved".
    axes
        "bhsd" or "bshd".
    device
        "cuda" or "cpu".
    """

    batch: int
    seq: int
    heads: int
    key_heads: int
    head_dim: int
    dtype: str
    layout: str
    axes: str
    device: str

    @property
    def config(self) -> RotaryConfig:
        """The configuration: Llama 3's base."""
        return RotaryConfig(self.head_dim, base=500000.0, layout=self.layout)

    def tensors(self) -> tuple[Tensor, Tensor]:
        """Return queries and keys."""
        return self._tensor(self.heads), self._tensor(self.key_heads)

    def _tensor(self, heads: int) -> Tensor:
        """Return normal variates in the order of axes."""
        middle = (heads, self.seq) if self.axes == "bhsd" else (self.seq, heads)
        shape = (self.batch, *middle, self.head_dim)
        dtype: torch.dtype = getattr(torch, self.dtype)
        return torch.randn(shape, device=self.device, dtype=torch.float32).to(dtype)


class Way(NamedTuple):
    """A call to time."""

    name: str
    call: Call


def copying(setting: Setting) -> Call:
    """Copy as many bytes as queries and keys have, in one piece."""
    number = setting.batch * setting.seq * (setting.heads + setting.key_heads)
    dtype: torch.dtype = getattr(torch, setting.dtype)
    x = torch.ones(number * setting.head_dim, device=setting.device, dtype=dtype)
    to = torch.empty_like(x)
    return lambda: to.copy_(x)


def own(setting: Setting) -> Iterator[Way]:
    """List this kernel's ways."""
    q, k = setting.tensors()
    config, axes = setting.config, setting.axes
    at = torch.arange(setting.seq, device=setting.device)
    yield Way("ropespec, out of place", lambda: rotate(q, k, at, config, axes=axes))
    yield Way("ropespec, in place", lambda: rotate(q, k, at, config, inplace=True, axes=axes))


def own_gradients(setting: Setting) -> Way:
    """Forward and backward of this kernel: twice the bytes."""
    q, k = (x.requires_grad_() for x in setting.tensors())
    grads = setting.tensors()
    config, axes = setting.config, setting.axes

    def call() -> Any:
        return torch.autograd.grad(rotate(q, k, 0, config, axes=axes), (q, k), grads)

    return Way("ropespec, forward and backward", call)


def peers(setting: Setting) -> Iterator[Way]:
    """List the others that can do this case, as far as they are installed."""
    q, k = setting.tensors()
    cos, sin = _tables(setting)
    if setting.axes == "bshd" and find_spec("flash_attn"):
        yield Way("flash-attention, Triton", lambda: _flash(q, k, cos, sin, setting.layout))
    if setting.layout == "half" and setting.axes == "bhsd" and find_spec("liger_kernel"):
        yield Way("Liger, Triton, in place", _liger(q, k, cos, sin))
    if setting.layout == "half" and find_spec("transformers"):
        yield Way("Hugging Face, eager", _huggingface(setting, q, k, cos, sin))
    if setting.device == "cuda" and setting.dtype == "bfloat16" and setting.seq > 4096:
        function = _compiled(setting.layout)  # seconds each
        unsqueezed = [part.unsqueeze(1 if setting.axes == "bhsd" else 2) for part in (cos, sin)]
        yield Way("torch.compile", lambda: function(q, k, *unsqueezed))


def _tables(setting: Setting) -> tuple[Tensor, Tensor]:
    """Cosines and sines of float32 angles, shape `(1, seq, head_dim / 2)`."""
    step = torch.arange(0, setting.head_dim, 2, device=setting.device).float()
    inv_freq = 1.0 / 500000.0 ** (step / setting.head_dim)
    angles = torch.arange(setting.seq, device=setting.device).float()[None, :, None] * inv_freq
    return angles.cos(), angles.sin()


def _flash(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor, layout: str) -> Any:
    """flash-attention's kernel, for queries and for keys."""
    from flash_attn.ops.triton.rotary import apply_rotary

    interleaved = layout == "interleaved"
    return [apply_rotary(x, cos[0], sin[0], interleaved=interleaved) for x in (q, k)]


def _liger(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> Call:
    """Liger's function, which writes over its inputs."""
    from liger_kernel.transformers.rope import liger_rotary_pos_emb

    wide = [torch.cat([part, part], dim=-1) for part in (cos, sin)]
    return lambda: liger_rotary_pos_emb(q, k, *wide)


def _huggingface(setting: Setting, q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> Call:
    """Hugging Face's function, with cosines and sines in the model's dtype."""
    from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

    apply: Any = apply_rotary_pos_emb
    wide = [torch.cat([part, part], dim=-1).to(q.dtype) for part in (cos, sin)]
    at = 1 if setting.axes == "bhsd" else 2
    return lambda: apply(q, k, *wide, unsqueeze_dim=at)


def _compiled(layout: str) -> Callable[..., Any]:
    """The form that torch's compiler turns into one pass, compiled for one shape."""
    torch.compiler.reset()

    def one(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        shape = (2, -1) if layout == "half" else (-1, 2)
        pairs = x.float().reshape(*x.shape[:-1], *shape)
        a, b = pairs.unbind(-2 if layout == "half" else -1)
        parts = (a * cos - b * sin).to(x.dtype), (b * cos + a * sin).to(x.dtype)
        return torch.stack(parts, dim=-2 if layout == "half" else -1).flatten(-2)

    def both(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        return one(q, cos, sin), one(k, cos, sin)

    return torch.compile(both, dynamic=False)
