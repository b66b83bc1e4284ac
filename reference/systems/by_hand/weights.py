"""Random weights, as the document starts with: every number between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.attention import Affine, Projections
from ropespec.reference.validate import whole

from .corpus import WORDS
from .decoder import DecoderWeights
from .encoder import EncoderWeights
from .layers import FeedForwardWeights, Norm

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray

WIDTH = 6
"""Channels of an embedding in the document; the paper has 512."""

HEAD_DIM = 4
"""Columns of the document's query, key and value weights."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Everything the network learns.

    Attributes
    ----------
    embedding
        A row for each word, shape `(vocab_size, width)`.
    encoder, decoder
        One layer each.
    head
        The last linear layer, `target_tokens * width -> vocab_size`.
    heads
        Number of attention heads.
    """

    embedding: FloatArray
    encoder: EncoderWeights
    decoder: DecoderWeights
    head: Affine
    heads: int


def random_weights(
    seed: int = 0, *, heads: int = 1, target_tokens: int = 1, inner: int | None = None
) -> Weights:
    """Draw weights for the document's sizes, uniform between 0 and 1.

    Parameters
    ----------
    seed
        Of the generator.
    heads
        Attention heads of 4 channels each; 1 in the document's walk.
    target_tokens
        How many tokens the decoder is given: the document's last layer takes them all.
    inner
        Width inside the feed-forward block, with a second layer after ReLU as in the paper;
        None for the document's one layer.
    """
    whole("heads", heads, least=1, advice="1 in the document's walk")
    whole("target_tokens", target_tokens, least=1, advice="1 for <start> alone")
    if inner is not None:
        whole("inner", inner, least=1, advice="leave it out for one layer")
    random = np.random.default_rng(whole("seed", seed, least=0, advice="0 will do"))

    def affine(rows: int, columns: int, *, bias: bool = True) -> Affine:
        return Affine(random.random((rows, columns)), random.random(columns) if bias else None)

    def attention() -> Projections:
        joined = heads * HEAD_DIM
        query, key, value = (affine(WIDTH, joined, bias=False) for _ in range(3))
        return Projections(query, key, value, affine(joined, WIDTH, bias=False))

    def forward() -> FeedForwardWeights:
        if inner is None:
            return FeedForwardWeights(affine(WIDTH, WIDTH))
        return FeedForwardWeights(affine(WIDTH, inner), affine(inner, WIDTH))

    norm = Norm(np.ones(WIDTH), np.zeros(WIDTH))
    return Weights(
        embedding=random.random((len(WORDS), WIDTH)),
        encoder=EncoderWeights(attention(), norm, forward(), norm),
        decoder=DecoderWeights(attention(), norm, attention(), norm, forward(), norm),
        head=affine(target_tokens * WIDTH, len(WORDS)),
        heads=heads,
    )
