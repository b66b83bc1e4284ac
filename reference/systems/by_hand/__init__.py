"""A whole transformer on one sentence, every intermediate named (source document 004).

    >>> from ropespec.reference.systems import by_hand
    >>> from ropespec.reference.systems.trace import steps
    >>> trace = by_hand.run(by_hand.SOURCE, [by_hand.START], by_hand.random_weights())
    >>> len(list(steps(trace))), trace.probabilities.shape, trace.predicted
    (68, (25,), 'he')

`print(trace.shown(trace))` writes all of it out, matrix by matrix.
"""

from .corpus import END, SENTENCES, SOURCE, START, TARGET, WORDS, words
from .decoder import Decoder, DecoderWeights, decoder
from .encoder import Encoder, EncoderWeights, encoder
from .layers import (
    AddNorm,
    FeedForward,
    FeedForwardWeights,
    Norm,
    add_norm,
    feed_forward,
    positions_added,
)
from .masked import masked_example
from .network import Positions, Trace, generate, run
from .weights import Weights, random_weights

__all__ = [
    "END",
    "SENTENCES",
    "SOURCE",
    "START",
    "TARGET",
    "WORDS",
    "AddNorm",
    "Decoder",
    "DecoderWeights",
    "Encoder",
    "EncoderWeights",
    "FeedForward",
    "FeedForwardWeights",
    "Norm",
    "Positions",
    "Trace",
    "Weights",
    "add_norm",
    "decoder",
    "encoder",
    "feed_forward",
    "generate",
    "masked_example",
    "positions_added",
    "random_weights",
    "run",
    "words",
]
