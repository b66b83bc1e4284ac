"""Planted bugs in backward passes written by hand; the way there is right."""

from __future__ import annotations

from typing import Any

import torch

from ropespec.reference import RotaryConfig

from .configs import LLAMA, NEOX
from .entry import Entry, Function
from .rotary_torch import Rotary, halves, inverse_frequencies, rotate_half

Array = Any


def with_backward(forward: Function, backward: Function) -> Function:
    """Make `(x, angles) -> y` an operation with a backward pass of its own."""

    class Turned(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Array, angles: Array) -> Array:
            ctx.save_for_backward(angles)
            return forward(x, angles)

        @staticmethod
        def backward(ctx: Any, upstream: Array) -> Any:
            (angles,) = ctx.saved_tensors
            return backward(upstream, angles), None

    return lambda x, angles: Turned.apply(x, angles)  # type: ignore[no-untyped-call]


class TurnsOn(Rotary):
    """The backward pass uses the forward kernel."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return with_backward(halves, halves)(x, angles)


class Detached(Rotary):
    """Queries and keys are detached."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return halves(x.detach(), angles)


class KeysDetached(Rotary):
    """Keys are rotated without recording, as for a cache."""

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        angles = self.angles(positions)
        return self.one(q, angles), self.one(k.detach(), angles)


class GradientZero(Rotary):
    """The backward pass is a stub."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return with_backward(halves, lambda g, _angles: torch.zeros_like(g))(x, angles)


class SineLost(Rotary):
    """The backward pass has the cosine alone."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return with_backward(halves, lambda g, a: g * torch.cat((a, a), -1).cos())(x, angles)


def tail_of_ones(config: RotaryConfig) -> Function:
    """Fill the gradient of the channels that pass through with ones."""
    width = config.rotary_dim
    inv_freq = inverse_frequencies(width, config.base)

    def forward(x: Array, angles: Array) -> Array:
        return torch.cat((halves(x[..., :width], angles), x[..., width:]), dim=-1)

    def backward(upstream: Array, angles: Array) -> Array:
        turned = halves(upstream[..., :width], -angles)
        return torch.cat((turned, torch.ones_like(upstream[..., width:])), dim=-1)

    turn = with_backward(forward, backward)
    return lambda x, positions: turn(x, (positions[..., None].float() * inv_freq)[:, None])


class BackwardRaises(Rotary):
    """The backward pass names a variable that does not exist."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""

        def undefined(_upstream: Array, _angles: Array) -> Array:
            raise NameError("name 'dq_ro' is not defined")

        return with_backward(halves, undefined)(x, angles)


class WrongOrder(Rotary):
    """The backward pass rotates the halves first and multiplies by the sine after."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""

        def backward(g: Array, a: Array) -> Array:
            emb = torch.cat((a, a.flip(-1)), -1)
            return g * emb.cos() - rotate_half(g) * emb.sin()

        return with_backward(halves, backward)(x, angles)


ONE = {"framework": "torch", "dtypes": ("float32",)}
QK = {**ONE, "signature": "qk"}

PLANTED: tuple[Entry, ...] = (
    Entry("torch-backward-turns-on", TurnsOn, LLAMA, "backward-not-inverted", QK),
    Entry("torch-detached", Detached, LLAMA, "gradient-missing", QK),
    Entry("torch-keys-detached", KeysDetached, LLAMA, "gradient-missing", QK),
    Entry("torch-gradient-zero", GradientZero, LLAMA, "gradient-missing", QK),
    Entry("torch-gradient-without-sine", SineLost, LLAMA, "gradient-wrong", QK),
    Entry("torch-backward-raises", BackwardRaises, LLAMA, "raises", QK),
    Entry("torch-gradient-mixed", WrongOrder, LLAMA, "gradient-wrong", QK),
    Entry("torch-tail-of-ones", tail_of_ones, NEOX, "gradient-wrong", ONE),
)  # fmt: skip
"""Planted bugs that only a gradient shows."""
