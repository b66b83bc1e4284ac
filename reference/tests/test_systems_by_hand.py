"""Document 004: the transformer by hand, against torch's own modules."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference import ConfigError, InputError, RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.attention import Affine, Projections
from ropespec.reference.neighbours import sinusoidal
from ropespec.reference.systems import by_hand
from ropespec.reference.systems.trace import shown, steps

WIDTH, INNER, HEADS = 6, 10, 2


def normal(seed: int, *shape: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape)


def affine(module: Any) -> Affine:
    return Affine(module.weight.detach().numpy().T, module.bias.detach().numpy())


def attention(module: Any) -> Projections:
    weights = np.split(module.in_proj_weight.detach().numpy(), 3)
    biases = np.split(module.in_proj_bias.detach().numpy(), 3)
    query, key, value = (Affine(w.T, b) for w, b in zip(weights, biases, strict=True))
    return Projections(query, key, value, affine(module.out_proj))


def norm(module: Any) -> by_hand.Norm:
    return by_hand.Norm(module.weight.detach().numpy(), module.bias.detach().numpy())


def forward(module: Any) -> by_hand.FeedForwardWeights:
    return by_hand.FeedForwardWeights(affine(module.linear1), affine(module.linear2))


def randomised(module: torch.nn.Module) -> torch.nn.Module:
    """Give every weight, gain and shift a value of its own."""
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for weight in module.parameters():
            weight.normal_(generator=generator)
    return module.eval()


def test_encoder_is_torchs() -> None:
    module: Any = randomised(torch.nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, dropout=0.0, batch_first=True, dtype=torch.float64
    ))  # fmt: skip
    weights = by_hand.EncoderWeights(
        attention(module.self_attn), norm(module.norm1), forward(module), norm(module.norm2)
    )
    x = normal(0, 3, 5, WIDTH)
    with torch.no_grad():
        expected = module(torch.from_numpy(x)).numpy()
    ours = by_hand.encoder(x, weights, HEADS).output
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)


def test_decoder_is_torchs() -> None:
    module: Any = randomised(torch.nn.TransformerDecoderLayer(
        WIDTH, HEADS, INNER, dropout=0.0, batch_first=True, dtype=torch.float64
    ))  # fmt: skip
    weights = by_hand.DecoderWeights(
        attention(module.self_attn), norm(module.norm1), attention(module.multihead_attn),
        norm(module.norm2), forward(module), norm(module.norm3),
    )  # fmt: skip
    x, memory = normal(0, 3, 5, WIDTH), normal(1, 3, 7, WIDTH)
    mask = torch.nn.Transformer.generate_square_subsequent_mask(5, dtype=torch.float64)
    with torch.no_grad():
        expected = module(torch.from_numpy(x), torch.from_numpy(memory), tgt_mask=mask).numpy()
    ours = by_hand.decoder(x, memory, weights, HEADS).output
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-12)


def test_single_head_of_four_columns_is_torchs_function() -> None:
    """The document's own sizes, which torch's module cannot have: width 6, head 4."""
    trace = by_hand.run(by_hand.SOURCE, [by_hand.START], by_hand.random_weights())
    one = trace.encoder.attention
    expected = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(one.query), torch.from_numpy(one.key), torch.from_numpy(one.value)
    )
    np.testing.assert_allclose(one.attention.output, expected.numpy(), rtol=0, atol=1e-12)
    assert one.query.shape == (1, 1, 6, 4)


def test_vocabulary_of_the_document() -> None:
    words = [word for text in by_hand.SENTENCES for word in by_hand.words(text)]
    assert (len(words), len(set(words))) == (30, 23)
    assert len(by_hand.WORDS) == 25
    by_hand.WORDS.encode([*by_hand.SOURCE, *by_hand.TARGET, by_hand.START, by_hand.END])


@pytest.mark.parametrize("positions", ["sinusoidal", "rotary"])
@pytest.mark.parametrize("heads", [1, 2])
def test_every_step_follows_from_the_last(positions: Any, heads: int) -> None:
    weights = by_hand.random_weights(4, heads=heads, target_tokens=3, inner=8)
    trace = by_hand.run(by_hand.SOURCE, ["<start>", "you", "win"], weights, positions)
    np.testing.assert_array_equal(trace.source_embedded[0], weights.embedding[trace.source_ids])
    if positions == "rotary":
        assert trace.source_table is None
        np.testing.assert_array_equal(trace.encoder_input, trace.source_embedded)
        assert trace.encoder.attention.turned_key is not None
        assert trace.decoder.crossed.turned_key is None
    else:
        assert trace.source_table is not None
        np.testing.assert_array_equal(trace.source_table, sinusoidal(np.arange(6), 6))
        assert trace.encoder.attention.turned_key is None
    layer = trace.decoder
    assert (layer.attention.attention.weights[..., 0, 1:] == 0).all()  # the future is hidden
    assert layer.crossed.attention.weights.shape == (1, heads, 3, 6)
    for block in (trace.encoder.after_feed_forward, layer.after_crossed):
        np.testing.assert_allclose(block.output.mean(-1), 0, atol=1e-14)
        np.testing.assert_allclose(block.output.var(-1), 1, atol=1e-2)
    assert (trace.encoder.feed_forward.relu >= 0).all()
    np.testing.assert_array_equal(trace.flattened, layer.output[0].reshape(18))
    bias = weights.head.bias
    assert bias is not None
    logits = trace.flattened @ weights.head.weight + bias
    np.testing.assert_allclose(trace.logits, logits, rtol=0, atol=1e-12)
    assert np.isclose(trace.probabilities.sum(), 1)
    assert trace.predicted == by_hand.WORDS.words[int(trace.logits.argmax())]


def test_rotary_network_forgets_where_it_starts_and_keeps_order() -> None:
    """The encoder with RoPE: order matters, the place of the whole sentence does not."""
    weights = by_hand.random_weights(1)
    x = weights.embedding[by_hand.WORDS.encode(by_hand.SOURCE)][np.newaxis] - 0.5
    rotary = RotaryConfig(4)
    plain = by_hand.encoder(x, weights.encoder, 1, rotary).output
    swapped = by_hand.encoder(x[:, ::-1], weights.encoder, 1, rotary).output[:, ::-1]
    assert np.abs(plain - swapped).max() > 1e-3
    unordered = by_hand.encoder(x, weights.encoder, 1).output
    same = by_hand.encoder(x[:, ::-1], weights.encoder, 1).output[:, ::-1]
    np.testing.assert_allclose(unordered, same, rtol=0, atol=1e-12)


def test_generation_stops() -> None:
    weights = by_hand.random_weights(0)
    assert len(by_hand.generate(by_hand.SOURCE, weights, limit=5)) == 5
    sure = np.zeros(25)
    sure[by_hand.WORDS.words.index(by_hand.END)] = 1e3
    ending = dataclasses.replace(weights, head=Affine(weights.head.weight, sure))
    assert by_hand.generate(by_hand.SOURCE, ending) == (by_hand.END,)


def test_first_generated_word_is_the_predicted_one() -> None:
    """For <start> alone the flattened matrix is the last row."""
    for seed in range(5):
        for positions in ("sinusoidal", "rotary"):
            weights = by_hand.random_weights(seed)
            trace = by_hand.run(by_hand.SOURCE, [by_hand.START], weights, positions)
            said = by_hand.generate(by_hand.SOURCE, weights, positions, limit=1)
            assert said == (trace.predicted,)


def test_later_words_come_from_the_last_row() -> None:
    weights = by_hand.random_weights(0)
    said = by_hand.generate(by_hand.SOURCE, weights, limit=4)
    text = [by_hand.START, *said[:3]]
    other = by_hand.random_weights(0, target_tokens=4)  # same draws but for the last layer
    trace = by_hand.run(by_hand.SOURCE, text, other)
    logits = weights.head(trace.decoder.output[0])
    assert said == by_hand.WORDS.decode(logits.argmax(-1).tolist())


def test_identity_heads_are_equal_and_masked() -> None:
    trace = by_hand.masked_example()
    one, two = trace.attention.output[0]
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose(trace.output[0], one, rtol=0, atol=1e-15)
    assert (np.triu(trace.attention.weights[0, 0], 1) == 0).all()


def test_every_intermediate_is_named_and_printed() -> None:
    trace = by_hand.run(by_hand.SOURCE, [by_hand.START], by_hand.random_weights())
    names = [name for name, _ in steps(trace)]
    assert len(names) == len(set(names))
    for name in (
        "source_ids", "source_table", "encoder.attention.query", "decoder_input",
        "encoder.attention.attention.weights", "encoder.after_attention.deviation",
        "encoder.feed_forward.relu", "decoder.attention.attention.masked",
        "decoder.crossed.attention.weights", "flattened", "logits", "probabilities",
    ):  # fmt: skip
        assert name in names
    text = shown(trace, digits=3)
    for name, value in steps(trace):
        assert name in text
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            finite = value[np.isfinite(value)]
            assert all(f"{number:.3f}" in text for number in finite + 0.0)


BAD: dict[str, tuple[Any, str]] = {
    "word out of vocabulary": (
        lambda: by_hand.run(["dragon"], [by_hand.START], by_hand.random_weights()),
        "source: got token 'dragon', expected one of the 25 tokens of the vocabulary",
    ),
    "misspelt word": (
        lambda: by_hand.run(["throne"], [by_hand.START], by_hand.random_weights()),
        "did you mean 'thrones'?",
    ),
    "another number of target tokens": (
        lambda: by_hand.run(by_hand.SOURCE, ["<start>", "you"], by_hand.random_weights()),
        "target: got 2 tokens, expected 1; .* make it with target_tokens = 2",
    ),
    "positions": (
        lambda: by_hand.run(
            by_hand.SOURCE, ["<start>"], by_hand.random_weights(), "rotatory"  # type: ignore[arg-type]
        ),
        "positions: got 'rotatory', expected one of sinusoidal, rotary; did you mean 'rotary'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises((ConfigError, InputError), match=message) as error:
        call()
    assert "\n" not in str(error.value)
