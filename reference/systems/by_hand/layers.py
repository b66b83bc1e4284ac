"""Around attention: positions, add and normalise, feed forward (steps 5, 6, 8 to 10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.arguments import instance, values
from ropespec.reference.neighbours import sinusoidal

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray
    from ropespec.reference.attention import Affine


@dataclass(frozen=True, eq=False)
class Norm:
    """What a normalisation learns, and what keeps its denominator from vanishing.

    Attributes
    ----------
    gain, shift
        Multiplied with and added to every normalised row, shape `(width,)`. The document
        leaves them out, which is gain 1 and shift 0.
    epsilon
        Added to the variance, under the root.
    """

    gain: FloatArray
    shift: FloatArray
    epsilon: float = 1e-5


@dataclass(frozen=True, eq=False)
class AddNorm:
    """One add-and-normalise, step by step.

    Attributes
    ----------
    total
        The sum of a block's input and output, shape `(batch, seq, width)`.
    mean, deviation
        Of every row, shape `(batch, seq, 1)`; the deviation holds epsilon.
    output
        Rows of mean 0 and variance 1, times gain, plus shift.
    """

    total: FloatArray
    mean: FloatArray
    deviation: FloatArray
    output: FloatArray


def add_norm(x: FloatArray, update: FloatArray, norm: Norm) -> AddNorm:
    """Return LayerNorm(x + update) (Vaswani et al., arXiv 1706.03762, section 3.1).

    (row - mean) / sqrt(variance + epsilon), with the variance over all of the row's values and
    not one less (Ba et al., arXiv 1607.06450, Eq. 4).

    Parameters
    ----------
    x
        What went into the block, shape `(batch, seq, width)`.
    update
        What came out of it, the same shape.
    norm
        Gain, shift and epsilon.
    """
    x = values("x", x, ("batch", "seq", "width"))
    instance("norm", norm, Norm)
    total = x + values("update", update, x.shape)
    mean = total.mean(axis=-1, keepdims=True)
    deviation = np.sqrt(total.var(axis=-1, keepdims=True) + norm.epsilon)
    output = (total - mean) / deviation * norm.gain + norm.shift
    return AddNorm(total, mean, deviation, output)


@dataclass(frozen=True, eq=False)
class FeedForwardWeights:
    """The layers of a feed-forward block.

    Attributes
    ----------
    inner
        Before ReLU.
    outer
        After it; None as in the document, which has only one.
    """

    inner: Affine
    outer: Affine | None = None


@dataclass(frozen=True, eq=False)
class FeedForward:
    """One feed-forward block, step by step.

    Attributes
    ----------
    linear
        x W + b.
    relu
        The same with 0 for what is negative.
    output
        After the outer layer; equal to `relu` without one.
    """

    linear: FloatArray
    relu: FloatArray
    output: FloatArray


def feed_forward(x: FloatArray, weights: FeedForwardWeights) -> FeedForward:
    """Return max(0, x W_1 + b_1) W_2 + b_2 (Vaswani et al., arXiv 1706.03762, Eq. 2).

    Parameters
    ----------
    x
        Shape `(batch, seq, width)`.
    weights
        Without the outer layer the result is max(0, x W_1 + b_1), as in the document.
    """
    linear = instance("weights", weights, FeedForwardWeights).inner(x)
    relu = np.maximum(linear, 0.0)
    return FeedForward(linear, relu, relu if weights.outer is None else weights.outer(relu))


def positions_added(embedded: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the sinusoidal table for the tokens, and the tokens with it added.

    Parameters
    ----------
    embedded
        Shape `(batch, seq, width)`; the first token stands at 0.

    Returns
    -------
    table
        Shape `(seq, width)`.
    total
        Shape `(batch, seq, width)`.
    """
    embedded = values("embedded", embedded, ("batch", "seq", "width"))
    table = sinusoidal(np.arange(embedded.shape[1]), embedded.shape[2])
    return table, embedded + table
