"""More honest implementations in torch: other operations for the same rotation."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from ropespec.reference import RotaryConfig

from .configs import DEEPSEEK_HF, GEMMA4, INTERPOLATED, LLAMA, NANOCHAT, PAPER
from .entry import Entry, Function
from .rotary_torch import halves, inverse_frequencies, rotate_half

Array = Any


def view_as_complex(config: RotaryConfig) -> Function:
    """Multiply by a table of complex numbers that grows, in complex128."""
    inv_freq = config.base ** -(
        torch.arange(0, config.head_dim, 2, dtype=torch.float64) / config.head_dim
    )

    def apply(x: Array, positions: Array) -> Array:
        angle = (positions.double()[..., None] * inv_freq)[:, None]
        pairs = torch.view_as_complex(x.double().unflatten(-1, (-1, 2)).contiguous())
        turned = pairs * torch.polar(torch.ones_like(angle), angle)
        return torch.view_as_real(turned).flatten(-2).to(x.dtype)

    return apply


def einsum(config: RotaryConfig) -> Function:
    """Contract stacked rotation matrices with pairs."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[..., None].float() * inv_freq
        cos, sin = angle.cos(), angle.sin()
        turn = torch.stack((cos, -sin, sin, cos), dim=-1).reshape(*cos.shape, 2, 2)
        pairs = x.float().reshape(*x.shape[:-1], x.shape[-1] // 2, 2)
        with torch.autocast("cpu", enabled=False):  # it would contract in bfloat16
            turned = torch.einsum("bspij,bhspj->bhspi", turn, pairs)
        return turned.flatten(-2).to(x.dtype)

    return apply


def vmapped(config: RotaryConfig) -> Function:
    """Write the rotation of one head and map it over batch and heads."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def one(x: Array, positions: Array) -> Array:
        angle = positions[:, None].float() * inv_freq
        first, second = x.chunk(2, dim=-1)
        cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
        return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1)

    over_heads = torch.vmap(one, in_dims=(0, None))
    return torch.vmap(over_heads, in_dims=(0, 0))


class Cached(nn.Module):
    """Tables in float32 for the positions seen so far, made anew when they do not reach."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.factor = (config.scaling_dict() or {}).get("factor", 1.0)
        self.inv_freq = inverse_frequencies(config.head_dim, config.base)
        self.rows = 0
        self._grow(64)

    def _grow(self, rows: int) -> None:
        self.rows = rows
        steps = torch.arange(-64, rows).float() / self.factor
        self.angles = torch.outer(steps, self.inv_freq)

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        if positions.numel() and int(positions.min()) < -64:
            angles = positions[..., None].float() / self.factor * self.inv_freq
        else:
            if positions.numel() and int(positions.max()) >= self.rows:
                self._grow(2 * int(positions.max()) + 1)
            angles = self.angles[positions + 64]
        angles = angles[:, None]
        return halves(q, angles), halves(k, angles)


class Clockwise(nn.Module):
    """Turn by minus the angle, axes (batch, seq, heads, dim)."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.inv_freq = inverse_frequencies(config.head_dim, config.base)

    def forward(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        angles = (positions[..., None].float() * self.inv_freq)[:, :, None]
        emb = torch.cat((angles, angles), dim=-1)
        return (x.float() * emb.cos() - rotate_half(x.float()) * emb.sin()).to(x.dtype)


def taken_apart(config: RotaryConfig) -> Function:
    """View neighbours, move them to halves, rotate halves, and leave them there."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = (positions[..., None].float() * inv_freq)[:, None]

        def one(x: Array) -> Array:
            apart = x.unflatten(-1, (-1, 2)).transpose(-1, -2).flatten(-2)
            return halves(apart, angles)

        return one(q), one(k)

    return apply


def padded_frequencies(config: RotaryConfig) -> Function:
    """Pad the frequencies with zeros to half of the head, as Gemma 4."""
    head, width = config.head_dim, config.rotary_dim
    turning = 1.0 / (config.base ** (torch.arange(0, width, 2).float() / head))
    inv_freq = torch.cat((turning, torch.zeros(head // 2 - width // 2)))

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angles = (positions[..., None].float() * inv_freq)[:, None]
        return halves(q, angles), halves(k, angles)

    return apply


class Recomputed(torch.autograd.Function):
    """Save the angles alone, and turn the gradient back in the backward pass."""

    @staticmethod
    def forward(ctx: Any, x: Array, angles: Array) -> Array:
        """Rotate."""
        ctx.save_for_backward(angles)
        return halves(x, angles)

    @staticmethod
    def backward(ctx: Any, upstream: Array) -> Any:
        """Turn back."""
        (angles,) = ctx.saved_tensors
        return Recomputed.apply(upstream, -angles), None  # type: ignore[no-untyped-call]


def own_backward(config: RotaryConfig) -> Function:
    """Have a backward pass of its own, which can be differentiated again."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def apply(x: Array, positions: Array) -> Array:
        angles = (positions[..., None].float() * inv_freq)[:, None]
        return Recomputed.apply(x, angles)  # type: ignore[no-untyped-call]

    return apply


TORCH = {"framework": "torch"}
QK = {**TORCH, "signature": "qk"}

HONEST: tuple[Entry, ...] = (
    Entry("torch-view-as-complex", view_as_complex, PAPER,
          claims={**TORCH, "dtypes": ("float64", "float32")}),
    Entry("torch-einsum", einsum, PAPER, claims=TORCH),
    Entry("torch-vmapped", vmapped, LLAMA, claims={**TORCH, "dtypes": ("float32",)}),
    Entry("torch-cached", Cached, INTERPOLATED, claims={**QK, "dtypes": ("float32",)}),
    Entry("torch-clockwise", Clockwise, NANOCHAT, claims={**TORCH, "axes": "bshd"}),
    Entry("torch-taken-apart", taken_apart, DEEPSEEK_HF, claims=QK),
    Entry("torch-padded-frequencies", padded_frequencies, GEMMA4, claims=QK),
    Entry("torch-own-backward", own_backward, LLAMA,
          claims={**TORCH, "dtypes": ("float32",)}),
)  # fmt: skip
"""More honest implementations in torch."""
