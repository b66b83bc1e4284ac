"""Honest implementations in torch, in the manner of well-known libraries; all must pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ropespec.reference import RotaryConfig
from ropespec.reference.torch import RotaryEmbedding

from .configs import AMPLIFIED, GPTJ, LLAMA, MLA, NEOX, PAPER
from .entry import Entry, Function

Array = Any


class HalvesWithBuffer(nn.Module):
    """Float32 inverse frequencies in a buffer, tables cast to the input's dtype."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        exponent = torch.arange(0, config.head_dim, 2).float() / config.head_dim
        self.register_buffer("inv_freq", 1.0 / config.base**exponent, persistent=False)

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        freqs = positions[:, :, None].float() * self.inv_freq
        emb = torch.cat((freqs, freqs), dim=-1).unsqueeze(1)
        cos, sin = emb.cos().to(q.dtype), emb.sin().to(q.dtype)
        return q * cos + self.rotate_half(q) * sin, k * cos + self.rotate_half(k) * sin

    @staticmethod
    def rotate_half(x: Array) -> Array:
        """Move the second half, negated, before the first."""
        first, second = x.chunk(2, dim=-1)
        return torch.cat((-second, first), dim=-1)


def polar(config: RotaryConfig) -> Function:
    """Multiply by complex64 numbers, axes (batch, seq, heads, dim)."""
    dim = config.head_dim
    freqs = 1.0 / (config.base ** (torch.arange(0, dim, 2)[: dim // 2].float() / dim))

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = positions[..., None].float() * freqs
        freqs_cis = torch.polar(torch.ones_like(angles), angles)[:, :, None]

        def one(x: Array) -> Array:
            pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], dim // 2, 2))
            return torch.view_as_real(pairs * freqs_cis).flatten(3).type_as(x)

        return one(q), one(k)

    return apply


def every_two(config: RotaryConfig) -> Function:
    """Gather rows of a float32 table of sines and cosines, neighbouring pairs, partial."""
    width = config.rotary_dim
    inv_freq = 1.0 / (config.base ** (torch.arange(0, width, 2, dtype=torch.int64) / width))

    def apply(x: Array, positions: Array) -> Array:
        angles = positions.float()[:, None, :, None] * inv_freq
        sin = angles.sin().repeat_interleave(2, dim=-1).to(x.dtype)
        cos = angles.cos().repeat_interleave(2, dim=-1).to(x.dtype)
        turning, rest = x[..., :width], x[..., width:]
        moved = torch.stack((-turning[..., 1::2], turning[..., ::2]), dim=-1).flatten(-2)
        return torch.cat((turning * cos + moved * sin, rest), dim=-1)

    return apply


def last_channels(config: RotaryConfig) -> Function:
    """Split off the channels without position, rotate the others in float32."""
    width = config.rotary_dim
    inv_freq = config.base ** -(torch.arange(0, width, 2, dtype=torch.float64) / width)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = (positions.double()[..., None] * inv_freq).unsqueeze(1)
        cos, sin = angles.cos().float(), angles.sin().float()

        def one(x: Array) -> Array:
            plain, turning = x.split((x.shape[-1] - width, width), dim=-1)
            a, b = turning.float().unflatten(-1, (-1, 2)).unbind(-1)
            turned = torch.stack((a * cos - b * sin, a * sin + b * cos), dim=-1).flatten(-2)
            return torch.cat((plain, turned.to(x.dtype)), dim=-1)

        return one(q), one(k)

    return apply


def own_module(config: RotaryConfig) -> Function:
    """Take this project's own torch module."""
    return RotaryEmbedding(config)


def compiled(config: RotaryConfig) -> Function:
    """Compile the module with the buffer."""
    function: Function = torch.compile(HalvesWithBuffer(config), dynamic=True)
    return function


TORCH = {"framework": "torch"}
QK = {**TORCH, "signature": "qk"}

HONEST: tuple[Entry, ...] = (
    Entry("torch-halves-with-buffer", HalvesWithBuffer, LLAMA, claims=QK),
    Entry("torch-polar", polar, PAPER, claims={**QK, "axes": "bshd"}),
    Entry("torch-every-two", every_two, GPTJ, claims=TORCH),
    Entry("torch-last-channels", last_channels, MLA, claims=QK),
    Entry("torch-own-module", own_module, AMPLIFIED,
          claims={**QK, "dtypes": ("float64", "float32", "bfloat16", "float16")}),
    Entry("torch-own-module-partial", own_module, NEOX, claims={**QK, "dtypes": ("bfloat16",)}),
    Entry("torch-compiled", compiled, LLAMA, claims={**QK, "dtypes": ("float32",)}, slow=True),
)  # fmt: skip
"""Honest implementations in torch."""
