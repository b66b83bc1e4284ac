"""Planted bugs in torch, after public reports: pairs, heads, widths, dtypes.

None of this code is shared with the hypotheses of the diagnosis, which is measured on it.
"""

from __future__ import annotations

import math
from typing import Any

import torch

from ropespec.reference import RotaryConfig

from .configs import AMPLIFIED, GPTJ, LAST_HALF, LLAMA, MLA, NEOX, PAPER
from .entry import Entry, Function
from .rotary_torch import Rotary, halves, inverse_frequencies, rotate_every_two, rotate_half

Array = Any


class InterleavedWeights(Rotary):
    """Neighbouring pairs on weights made for halves."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        emb = angles.repeat_interleave(2, dim=-1)
        return x * emb.cos().to(x.dtype) + rotate_every_two(x) * emb.sin().to(x.dtype)


class RepeatedTables(Rotary):
    """Tables with each value twice in a row, for halves."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        emb = angles.repeat_interleave(2, dim=-1)
        return x * emb.cos().to(x.dtype) + rotate_half(x) * emb.sin().to(x.dtype)


def tiled_tables(config: RotaryConfig) -> Function:
    """Repeat the tables whole and pair neighbours."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def apply(x: Array, positions: Array) -> Array:
        angles = (positions[..., None].float() * inv_freq)[:, None]
        cos, sin = angles.cos().repeat(1, 1, 1, 2), angles.sin().repeat(1, 1, 1, 2)
        return (x.float() * cos + rotate_every_two(x.float()) * sin).to(x.dtype)

    return apply


def no_minus(config: RotaryConfig) -> Function:
    """Exchange neighbours and forget the sign, on part of the head."""
    width = config.rotary_dim
    inv_freq = inverse_frequencies(width, config.base)

    def apply(x: Array, positions: Array) -> Array:
        emb = (positions[..., None].float() * inv_freq)[:, None].repeat_interleave(2, dim=-1)
        turning, rest = x[..., :width].float(), x[..., width:]
        moved = torch.stack((turning[..., 1::2], turning[..., ::2]), dim=-1).flatten(-2)
        turned = turning * emb.cos() + moved * emb.sin()
        return torch.cat((turned.to(x.dtype), rest), dim=-1)

    return apply


class FirstRowOnly(Rotary):
    """A kernel's grid for single tokens leaves out the batch: other rows stay zero."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        y = halves(x, angles)
        if x.shape[2] == 1:
            y[1:] = 0
        return y


class MultiQuery(Rotary):
    """Keys with a single head are left as they are."""

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate."""
        angles = self.angles(positions)
        return halves(q, angles), halves(k, angles) if k.shape[1] > 1 else k.clone()


class CrossedReads(Rotary):
    """The kernel reads the second half of the queries from the keys."""

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate."""
        angles, half = self.angles(positions), q.shape[-1] // 2
        if q.shape != k.shape:
            return halves(q, angles), halves(k, angles)
        mixed_q = torch.cat((q[..., :half], k[..., half:]), dim=-1)
        mixed_k = torch.cat((k[..., :half], q[..., half:]), dim=-1)
        return halves(mixed_q, angles), halves(mixed_k, angles)


class HeadsForTokens(Rotary):
    """The tables run along the heads."""

    def angles(self, _positions: Array) -> Array:
        """Return the angles."""
        count = torch.arange(64)
        return torch.outer(count.float(), self.inv_freq)[None, :, None]

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return halves(x, angles[:, : x.shape[1]])


class HeadAdded(Rotary):
    """Heads are taken for time steps: each is one position later than the last."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        later = torch.outer(torch.arange(x.shape[1]).float(), self.inv_freq)[None, :, None]
        return halves(x, angles + later)


class PaddedSine(Rotary):
    """Sines are looked for at an offset of the next power of two."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        pairs = angles.shape[-1]
        offset = 2 ** math.ceil(math.log2(pairs + 1))
        row = torch.cat((angles.cos(), angles.sin(), torch.zeros_like(angles)), dim=-1)
        cos, sin = row[..., :pairs], row[..., offset : offset + pairs]
        first, second = x.float().chunk(2, dim=-1)
        return torch.cat((first * cos - second * sin, second * cos + first * sin), -1).to(
            x.dtype
        )


class Promoted(Rotary):
    """The tables stay in float32, and so does the result."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        emb = torch.cat((angles, angles), dim=-1)
        return x * emb.cos() + rotate_half(x) * emb.sin()


class ScalesInput(Rotary):
    """The attention factor is multiplied into the caller's tensor."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        scaling = self.config.scaling_dict() or {}
        plain = inverse_frequencies(self.config.rotary_dim, self.config.base)
        return plain / scaling["factor"]

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        width = self.config.rotary_dim
        x[..., :width].mul_(self.config.amplitude)
        emb = angles.repeat_interleave(2, dim=-1)
        turning = x[..., :width].float()
        turned = turning * emb.cos() + rotate_every_two(turning) * emb.sin()
        return torch.cat((turned.to(x.dtype), x[..., width:]), dim=-1)


def whole_head(config: RotaryConfig) -> Function:
    """Never read the partial rotary factor."""
    inv_freq = inverse_frequencies(config.head_dim, config.base)

    def apply(x: Array, positions: Array) -> Array:
        return halves(x, (positions[..., None].float() * inv_freq)[:, None])

    return apply


def first_for_last(config: RotaryConfig) -> Function:
    """Split [rope | nope] where the head is [nope | rope]."""
    width = config.rotary_dim
    inv_freq = inverse_frequencies(width, config.base)

    def apply(x: Array, positions: Array) -> Array:
        turning, rest = x.split((width, x.shape[-1] - width), dim=-1)
        angles = (positions[..., None].float() * inv_freq)[:, None]
        return torch.cat((halves(turning, angles), rest), dim=-1)

    return apply


def head_width_frequencies(config: RotaryConfig) -> Function:
    """Spread the frequencies over the head where only part of it turns."""
    width = config.rotary_dim
    inv_freq = inverse_frequencies(config.head_dim, config.base)[: width // 2]

    def apply(x: Array, positions: Array) -> Array:
        emb = (positions[..., None].float() * inv_freq)[:, None].repeat_interleave(2, dim=-1)
        turning, rest = x[..., :width].float(), x[..., width:]
        turned = turning * emb.cos() + rotate_every_two(turning) * emb.sin()
        return torch.cat((turned.to(x.dtype), rest), dim=-1)

    return apply


def padded_with_ones(config: RotaryConfig) -> Function:
    """Pad the tables to the head's width with 1, the sines too."""
    head, width = config.head_dim, config.rotary_dim
    inv_freq = inverse_frequencies(width, config.base)

    def apply(x: Array, positions: Array) -> Array:
        emb = (positions[..., None].float() * inv_freq)[:, None].repeat_interleave(2, dim=-1)
        ones = torch.ones(*emb.shape[:-1], head - width)
        cos, sin = torch.cat((ones, emb.cos()), -1), torch.cat((ones, emb.sin()), -1)
        return (x.float() * cos + rotate_every_two(x.float()) * sin).to(x.dtype)

    return apply


class Twice(Rotary):
    """Both the layer and the attention rotate."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return halves(halves(x.float(), angles), angles).to(x.dtype)


class FirstHead(Rotary):
    """Only the first head is rotated."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        return torch.cat((halves(x[:, :1], angles), x[:, 1:]), dim=1)


class Backwards(Rotary):
    """The rows of the rotation are exchanged."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        first, second = x.float().chunk(2, dim=-1)
        cos, sin = angles.cos(), angles.sin()
        return torch.cat((first * cos + second * sin, second * cos - first * sin), -1).to(
            x.dtype
        )


class Deinterleaved(Rotary):
    """Neighbours are turned and come back in halves."""

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate."""
        apart = x.unflatten(-1, (-1, 2)).transpose(-1, -2).flatten(-2)
        return halves(apart, angles)


TORCH = {"framework": "torch", "dtypes": ("float32", "bfloat16")}
QK = {**TORCH, "signature": "qk"}
F32 = {**QK, "dtypes": ("float32",)}

PLANTED: tuple[Entry, ...] = (
    Entry("torch-interleaved-weights", InterleavedWeights, LLAMA, "wrong-pairing", QK),
    Entry("torch-repeated-tables", RepeatedTables, LLAMA, "table-pairing-mismatch", QK),
    Entry("torch-tiled-tables", tiled_tables, PAPER, "table-pairing-mismatch", TORCH),
    Entry("torch-no-minus", no_minus, GPTJ, "missing-minus", TORCH),
    Entry("torch-first-row-only", FirstRowOnly, LLAMA, "decode-position", F32,
          also=("first-row-positions", "output-not-written")),
    Entry("torch-multi-query", MultiQuery, LLAMA, "key-not-rotated", F32),
    Entry("torch-crossed-reads", CrossedReads, LLAMA, "key-not-rotated", F32),
    Entry("torch-heads-for-tokens", HeadsForTokens, LLAMA, "wrong-axis", F32),
    Entry("torch-head-added", HeadAdded, LLAMA, "wrong-axis", F32),
    Entry("torch-padded-sine", PaddedSine, RotaryConfig(head_dim=48, layout="half"),
          "pair-not-rotated", F32),
    Entry("torch-promoted", Promoted, LLAMA, "dtype-leak", QK),
    Entry("torch-scales-input", ScalesInput, AMPLIFIED, "mutates-input", F32),
    Entry("torch-whole-head", whole_head, NEOX, "wrong-rotary-width", TORCH),
    Entry("torch-first-for-last", first_for_last, LAST_HALF, "wrong-rotary-end", TORCH),
    Entry("torch-head-width-frequencies", head_width_frequencies, GPTJ,
          "exponent-uses-head-dim", TORCH),
    Entry("torch-padded-with-ones", padded_with_ones, MLA, "tail-changed", TORCH),
    Entry("torch-twice", Twice, LLAMA, "rotated-twice", F32),
    Entry("torch-first-head", FirstHead, LLAMA, "head-not-rotated", F32),
    Entry("torch-backwards", Backwards, LLAMA, "sign-flipped", F32),
    Entry("torch-deinterleaved", Deinterleaved, PAPER, "output-not-reinterleaved", F32),
)  # fmt: skip
"""Planted bugs after public reports."""
