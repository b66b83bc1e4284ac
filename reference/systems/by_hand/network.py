"""The whole network: from words to the predicted word (steps 4 to 13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ropespec.reference.arguments import instance
from ropespec.reference.attention import softmax
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.validate import choice, whole

from .corpus import END, START, WORDS
from .decoder import Decoder, decoder
from .encoder import Encoder, encoder
from .layers import positions_added
from .weights import HEAD_DIM, Weights

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray, IntArray

Positions = Literal["sinusoidal", "rotary"]
"""How the network is told positions: added to the embeddings, or by turning q and k."""


@dataclass(frozen=True, eq=False)
class Trace:
    """Every intermediate of one run, in the order of computation.

    Attributes
    ----------
    source, source_ids
        The encoder's words and their numbers.
    source_embedded, source_table, encoder_input
        Rows of the embedding; the sinusoidal table (None with RoPE); their sum.
    encoder
        The encoder layer.
    target, target_ids
        The decoder's words so far, `<start>` first.
    target_embedded, target_table, decoder_input
        As for the source.
    decoder
        The decoder layer.
    flattened
        The decoder's output in one row, shape `(target_tokens * width,)`.
    logits, probabilities
        A score and a probability for every word, shape `(vocab_size,)`.
    predicted
        The most probable word.
    """

    source: tuple[str, ...]
    source_ids: IntArray
    source_embedded: FloatArray
    source_table: FloatArray | None
    encoder_input: FloatArray
    encoder: Encoder
    target: tuple[str, ...]
    target_ids: IntArray
    target_embedded: FloatArray
    target_table: FloatArray | None
    decoder_input: FloatArray
    decoder: Decoder
    flattened: FloatArray
    logits: FloatArray
    probabilities: FloatArray
    predicted: str


@dataclass(frozen=True, eq=False)
class _Embedded:
    """Words on their way to an encoder or decoder."""

    ids: IntArray
    embedded: FloatArray
    table: FloatArray | None
    total: FloatArray


def _embed(name: str, text: Sequence[str], weights: Weights, positions: Positions) -> _Embedded:
    """Look words up, and add their positions unless RoPE tells them."""
    ids = WORDS.encode(text, name)
    if not ids.size:
        raise InputError(f"{name}: got no words, expected at least one")
    embedded = weights.embedding[ids][np.newaxis]
    if positions == "rotary":
        return _Embedded(ids, embedded, None, embedded)
    return _Embedded(ids, embedded, *positions_added(embedded))


def _rotary(positions: Positions) -> RotaryConfig | None:
    """Return the RoPE of one head, if it is what tells positions."""
    choice("positions", positions, ("sinusoidal", "rotary"))
    return RotaryConfig(HEAD_DIM) if positions == "rotary" else None


def run(
    source: Sequence[str],
    target: Sequence[str],
    weights: Weights,
    positions: Positions = "sinusoidal",
) -> Trace:
    """Predict the next word, keeping every intermediate.

    Parameters
    ----------
    source
        The encoder's words.
    target
        The decoder's words so far, `<start>` first.
    weights
        What the network learned.
    positions
        "sinusoidal" as in the document, or "rotary": the same network with RoPE in its place.

    Raises
    ------
    InputError
        If a word is not in the vocabulary, or the last layer was made for another number of
        target tokens.

    Examples
    --------
    >>> from ropespec.reference.systems.by_hand import SOURCE, START, random_weights, run
    >>> trace = run(SOURCE, [START], random_weights())
    >>> trace.encoder.attention.attention.weights.shape, trace.flattened.shape
    ((1, 1, 6, 6), (6,))
    """
    instance("weights", weights, Weights)
    rotary = _rotary(positions)
    into_encoder = _embed("source", source, weights, positions)
    encoded = encoder(into_encoder.total, weights.encoder, weights.heads, rotary)
    into_decoder = _embed("target", target, weights, positions)
    decoded = decoder(
        into_decoder.total, encoded.output, weights.decoder, weights.heads, rotary
    )
    flattened = decoded.output.reshape(-1)
    _check_flat(flattened, weights, len(target))
    logits = weights.head(flattened)
    probabilities = softmax(logits)
    return Trace(
        source=tuple(source),
        source_ids=into_encoder.ids,
        source_embedded=into_encoder.embedded,
        source_table=into_encoder.table,
        encoder_input=into_encoder.total,
        encoder=encoded,
        target=tuple(target),
        target_ids=into_decoder.ids,
        target_embedded=into_decoder.embedded,
        target_table=into_decoder.table,
        decoder_input=into_decoder.total,
        decoder=decoded,
        flattened=flattened,
        logits=logits,
        probabilities=probabilities,
        predicted=WORDS.words[int(probabilities.argmax())],
    )


def _check_flat(flattened: FloatArray, weights: Weights, tokens: int) -> None:
    """Refuse a number of target tokens that the last layer was not made for."""
    made = len(weights.head.weight) * tokens // len(flattened)
    if len(flattened) != len(weights.head.weight):
        message = f"target: got {tokens} tokens, expected {made}; a flattened layer has one"
        raise InputError(f"{message} length: make it with target_tokens = {tokens}")


def generate(
    source: Sequence[str],
    weights: Weights,
    positions: Positions = "sinusoidal",
    limit: int = 8,
) -> tuple[str, ...]:
    """Predict word after word, until `<end>` or the limit.

    The last linear layer sees the last row of the decoder's output only. For `<start>` alone
    that is the document's flattened matrix; a flattened matrix of more rows would need
    another layer for every length.

    Parameters
    ----------
    source, weights, positions
        As for `run`, with `target_tokens = 1`.
    limit
        Most words to predict.
    """
    instance("weights", weights, Weights)
    rotary = _rotary(positions)
    into_encoder = _embed("source", source, weights, positions)
    memory = encoder(into_encoder.total, weights.encoder, weights.heads, rotary).output
    said = [START]
    whole("limit", limit, least=0, advice="give the most words to predict")
    while len(said) <= limit and said[-1] != END:
        x = _embed("said", said, weights, positions).total
        last = decoder(x, memory, weights.decoder, weights.heads, rotary).output[0, -1]
        said.append(WORDS.words[int(weights.head(last).argmax())])
    return tuple(said[1:])
