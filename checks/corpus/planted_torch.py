"""Planted bugs in torch, written by hand after public reports, in the reports' manner.

None of this code is shared with the hypotheses of the diagnosis, which is measured on it.
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import nn

from ropespec.reference import RotaryConfig

from .configs import AMPLIFIED, GPTJ, INTERPOLATED, LAST_HALF, LLAMA, MLA, NEOX, PAPER
from .entry import Entry, Function

Array = Any


def inverse_frequencies(dim: int, base: float) -> Array:
    """Return frequencies as everybody forms them, float32."""
    return 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))


def rotate_half(x: Array) -> Array:
    """Move the second half, negated, before the first."""
    first, second = x.chunk(2, dim=-1)
    return torch.cat((-second, first), dim=-1)


def rotate_every_two(x: Array) -> Array:
    """Exchange neighbours, the first negated."""
    return torch.stack((-x[..., 1::2], x[..., ::2]), dim=-1).flatten(-2)


def halves(x: Array, angles: Array) -> Array:
    """Rotate halves by angles `(..., pairs)`, tables in the input's dtype."""
    emb = torch.cat((angles, angles), dim=-1)
    return x * emb.cos().to(x.dtype) + rotate_half(x) * emb.sin().to(x.dtype)


class Rotary(nn.Module):
    """Half-split embedding in which a report's mistake overrides one method."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__()
        self.config = config
        self.inv_freq = self.frequencies()

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return inverse_frequencies(self.config.head_dim, self.config.base)

    def angles(self, positions: Array) -> Array:
        """Return angles `(batch, 1, seq, pairs)`."""
        return (positions[..., None].float() * self.inv_freq)[:, None]

    def one(self, x: Array, angles: Array) -> Array:
        """Rotate queries or keys."""
        return halves(x, angles)

    def forward(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate queries and keys."""
        angles = self.angles(positions)
        return self.one(q, angles), self.one(k, angles)


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


class DefaultBase(Rotary):
    """The base is not read from the configuration."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return inverse_frequencies(self.config.head_dim, 10000.0)


class HalvedTwice(Rotary):
    """The caller halves the width, and the module again."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        dim = self.config.head_dim // 2
        return self.config.base ** -(torch.arange(0, 2 * dim, 2).float() / dim)


class ScaledExponent(Rotary):
    """The scaling factor divides the exponent instead of the positions."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        scaling = self.config.scaling_dict() or {}
        exponent = torch.linspace(0, 1, self.config.pairs + 1)[:-1] / scaling["factor"]
        return 1.0 / self.config.base**exponent


class CastFrequencies(Rotary):
    """The buffer went through model.to(bfloat16)."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return super().frequencies().to(torch.bfloat16).float()


class HalfPositions(Rotary):
    """Positions take the dtype of the model."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return (positions[..., None].half().float() * self.inv_freq)[:, None]


class Autocast(Rotary):
    """The product runs in bfloat16 under autocast."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            product = positions[..., None].float() @ self.inv_freq[None]
        return product.float()[:, None]


class LengthOnly(Rotary):
    """Position ids are used for their length."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        count = torch.arange(positions.shape[-1])
        return torch.outer(count.float(), self.inv_freq)[None, None]


class SharedRow(Rotary):
    """All rows share the first row's positions."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return torch.outer(positions[0].float(), self.inv_freq)[None, None]


class DecodesAtZero(Rotary):
    """Position ids of a single token are arange(1)."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        if positions.shape[-1] == 1:
            positions = torch.arange(1)[None].expand_as(positions)
        return super().angles(positions)


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


class Clamped(Rotary):
    """Positions are clamped to the original context."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions.clamp(max=8191))


class Short(Rotary):
    """Positions pass through 16-bit integers."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions.to(torch.int16))


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


class KeyedByLength(Rotary):
    """Angles are cached under the sequence length, not the offset."""

    def __init__(self, config: RotaryConfig) -> None:
        super().__init__(config)
        self.cache: dict[int, Array] = {}

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        key = positions.shape[-1]
        if key not in self.cache:
            self.cache[key] = super().angles(positions[:1])
        return self.cache[key]


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


class PoorReduction(Rotary):
    """Angles are reduced by a turn in half precision."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        exact = super().angles(positions)
        turn = torch.tensor(2 * math.pi).half().float()
        return exact - torch.round(exact / turn) * turn


class Unscaled(Rotary):
    """The scaling is parsed and never used."""


class Flipped(Rotary):
    """The frequencies come slowest first."""

    def frequencies(self) -> Array:
        """Return the frequencies."""
        return super().frequencies().flip(0)


class Late(Rotary):
    """Positions count the current token as well."""

    def angles(self, positions: Array) -> Array:
        """Return the angles."""
        return super().angles(positions + 1)


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
    Entry("torch-default-base", DefaultBase, LLAMA, "wrong-base", QK),
    Entry("torch-halved-twice", HalvedTwice, LLAMA, "wrong-exponent", F32),
    Entry("torch-scaled-exponent", ScaledExponent, INTERPOLATED, "wrong-exponent", QK),
    Entry("torch-cast-frequencies", CastFrequencies, LLAMA, "low-precision-frequencies", F32),
    Entry("torch-half-positions", HalfPositions, LLAMA, "low-precision-positions", F32),
    Entry("torch-autocast", Autocast, LLAMA, "low-precision-phase", QK),
    Entry("torch-length-only", LengthOnly, LLAMA, "positions-ignored", QK),
    Entry("torch-shared-row", SharedRow, LLAMA, "first-row-positions", F32),
    Entry("torch-decodes-at-zero", DecodesAtZero, LLAMA, "decode-position", F32),
    Entry("torch-first-row-only", FirstRowOnly, LLAMA, "decode-position", F32,
          also=("first-row-positions",)),
    Entry("torch-multi-query", MultiQuery, LLAMA, "key-not-rotated", F32),
    Entry("torch-crossed-reads", CrossedReads, LLAMA, "key-not-rotated", F32),
    Entry("torch-heads-for-tokens", HeadsForTokens, LLAMA, "wrong-axis", F32),
    Entry("torch-head-added", HeadAdded, LLAMA, "wrong-axis", F32),
    Entry("torch-padded-sine", PaddedSine, RotaryConfig(head_dim=48, layout="half"),
          "pair-not-rotated", F32),
    Entry("torch-clamped", Clamped, LLAMA, "table-clamps", F32),
    Entry("torch-short", Short, LLAMA, "integer-overflow", F32),
    Entry("torch-promoted", Promoted, LLAMA, "dtype-leak", QK),
    Entry("torch-scales-input", ScalesInput, AMPLIFIED, "mutates-input", F32),
    Entry("torch-keyed-by-length", KeyedByLength, LLAMA, "stale-cache", F32,
          also=("depends-on-history",)),
    Entry("torch-whole-head", whole_head, NEOX, "wrong-rotary-width", TORCH),
    Entry("torch-first-for-last", first_for_last, LAST_HALF, "wrong-rotary-end", TORCH),
    Entry("torch-head-width-frequencies", head_width_frequencies, GPTJ,
          "exponent-uses-head-dim", TORCH),
    Entry("torch-padded-with-ones", padded_with_ones, MLA, "tail-changed", TORCH),
    Entry("torch-twice", Twice, LLAMA, "rotated-twice", F32),
    Entry("torch-first-head", FirstHead, LLAMA, "head-not-rotated", F32),
    Entry("torch-poor-reduction", PoorReduction, LLAMA, "inaccurate-trigonometry", F32),
    Entry("torch-unscaled", Unscaled, INTERPOLATED, "scaling-ignored", QK),
    Entry("torch-flipped", Flipped, LLAMA, "frequency-order", F32),
    Entry("torch-late", Late, LLAMA, "positions-off-by-one", F32),
    Entry("torch-backwards", Backwards, LLAMA, "sign-flipped", F32),
    Entry("torch-deinterleaved", Deinterleaved, PAPER, "output-not-reinterleaved", F32),
)  # fmt: skip
"""Planted bugs after public reports."""
