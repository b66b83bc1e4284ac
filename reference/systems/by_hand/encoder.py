"""The encoder: attention and feed forward, each added and normalised (steps 7 to 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ropespec.reference.arguments import instance
from ropespec.reference.attention import MultiHead, Projections, multi_head

from .layers import AddNorm, FeedForward, FeedForwardWeights, Norm, add_norm, feed_forward

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray
    from ropespec.reference.config import RotaryConfig


@dataclass(frozen=True, eq=False)
class EncoderWeights:
    """What an encoder layer learns: its attention, its feed-forward block, two norms."""

    attention: Projections
    attention_norm: Norm
    feed_forward: FeedForwardWeights
    feed_forward_norm: Norm


@dataclass(frozen=True, eq=False)
class Encoder:
    """One encoder layer, step by step; the last field's `output` is the layer's."""

    attention: MultiHead
    after_attention: AddNorm
    feed_forward: FeedForward
    after_feed_forward: AddNorm

    @property
    def output(self) -> FloatArray:
        """What goes to the decoder, shape `(batch, seq, width)`."""
        return self.after_feed_forward.output


def encoder(
    x: FloatArray, weights: EncoderWeights, heads: int, rotary: RotaryConfig | None = None
) -> Encoder:
    """Run one encoder layer (Vaswani et al., arXiv 1706.03762, section 3.1).

    Parameters
    ----------
    x
        Shape `(batch, seq, width)`.
    weights
        What the layer learned.
    heads
        Number of attention heads.
    rotary
        RoPE for queries and keys, or None.
    """
    instance("weights", weights, EncoderWeights)
    attention = multi_head(x, weights.attention, heads, rotary=rotary)
    first = add_norm(x, attention.output, weights.attention_norm)
    forward = feed_forward(first.output, weights.feed_forward)
    second = add_norm(first.output, forward.output, weights.feed_forward_norm)
    return Encoder(attention, first, forward, second)
