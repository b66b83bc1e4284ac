"""The decoder: masked attention, attention to the encoder, feed forward (steps 11 and 12)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ropespec.reference.arguments import instance, values
from ropespec.reference.attention import MultiHead, Projections, causal_mask, multi_head

from .layers import AddNorm, FeedForward, FeedForwardWeights, Norm, add_norm, feed_forward

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray
    from ropespec.reference.config import RotaryConfig


@dataclass(frozen=True, eq=False)
class DecoderWeights:
    """What a decoder layer learns: two attentions, a feed-forward block, three norms."""

    attention: Projections
    attention_norm: Norm
    crossed: Projections
    crossed_norm: Norm
    feed_forward: FeedForwardWeights
    feed_forward_norm: Norm


@dataclass(frozen=True, eq=False)
class Decoder:
    """One decoder layer, step by step; the last field's `output` is the layer's."""

    attention: MultiHead
    after_attention: AddNorm
    crossed: MultiHead
    after_crossed: AddNorm
    feed_forward: FeedForward
    after_feed_forward: AddNorm

    @property
    def output(self) -> FloatArray:
        """What goes to the last linear layer, shape `(batch, seq, width)`."""
        return self.after_feed_forward.output


def decoder(
    x: FloatArray,
    memory: FloatArray,
    weights: DecoderWeights,
    heads: int,
    rotary: RotaryConfig | None = None,
) -> Decoder:
    """Run one decoder layer (Vaswani et al., arXiv 1706.03762, sections 3.1 and 3.2.3).

    Between the sequences the queries come from the decoder, keys and values from the encoder.
    (The document says it the other way round: then there would be one weight for each word
    of the source, and values for the words of the target.)

    Parameters
    ----------
    x
        The words so far, shape `(batch, target_seq, width)`.
    memory
        The encoder's output, shape `(batch, source_seq, width)`.
    weights
        What the layer learned.
    heads
        Number of attention heads.
    rotary
        RoPE for queries and keys of the masked attention, or None. It has no place between
        the sequences: their positions are not comparable.
    """
    x = values("x", x, ("batch", "seq", "width"))
    memory = values("memory", memory, (len(x), "source_seq", "width"))
    instance("weights", weights, DecoderWeights)
    mask = causal_mask(x.shape[1])
    attention = multi_head(x, weights.attention, heads, mask=mask, rotary=rotary)
    first = add_norm(x, attention.output, weights.attention_norm)
    crossed = multi_head(first.output, weights.crossed, heads, context=memory)
    second = add_norm(first.output, crossed.output, weights.crossed_norm)
    forward = feed_forward(second.output, weights.feed_forward)
    third = add_norm(second.output, forward.output, weights.feed_forward_norm)
    return Decoder(attention, first, crossed, second, forward, third)
