"""Document 002: tokens, windows, token plus position, and the weights that it prints."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError
from ropespec.reference.systems import token_pipeline
from ropespec.reference.systems.verdict import TEXT
from ropespec.reference.systems.vocabulary import Vocabulary, tokens
from ropespec.reference.torch import systems as in_torch

GPT2_INPUTS = [
    [40, 367, 2885, 1464], [1807, 3619, 402, 271], [10899, 2138, 257, 7026],
    [15632, 438, 2016, 257], [922, 5891, 1576, 438], [568, 340, 373, 645],
    [1049, 5975, 284, 502], [284, 3285, 326, 11],
]  # fmt: skip
"""The same text's first windows in GPT-2's tokens, as the document's notebook prints them."""


def test_printed_weights_to_four_digits() -> None:
    weights = in_torch.document_weights().numpy()
    np.testing.assert_array_equal(
        np.char.mod("%.4f", weights), np.char.mod("%.4f", token_pipeline.PRINTED_WEIGHTS)
    )


def test_printed_weights_leave_the_generator_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    in_torch.document_weights()
    assert torch.equal(torch.rand(3), expected)


def test_the_document_s_sum() -> None:
    total = token_pipeline.TOKEN_EXAMPLE + token_pipeline.POSITION_EXAMPLE
    assert total.round(15).tolist() == [0.6, 0.1, 0.0]


def test_pipeline_on_real_text() -> None:
    steps = token_pipeline.run()
    assert steps.input_embeddings.shape == steps.token_embeddings.shape == (8, 4, 256)
    assert steps.position_embeddings.shape == (4, 256)
    assert (
        " ".join(steps.tokens[:12])
        == "I HAD always thought Jack Gisburn rather a cheap genius -- though"
    )
    np.testing.assert_array_equal(steps.inputs.reshape(-1), steps.ids[:32])
    np.testing.assert_array_equal(steps.targets.reshape(-1), steps.ids[1:33])
    for window in range(8):
        for place in range(4):
            np.testing.assert_array_equal(
                steps.input_embeddings[window, place],
                steps.token_embeddings[window, place] + steps.position_embeddings[place],
            )


def test_pipeline_as_the_document_runs_it() -> None:
    """GPT-2's 50257 tokens and torch's own layers give (8, 4, 256) too."""
    torch.manual_seed(123)
    module = in_torch.TokenPositionEmbedding(50257, 256, 4)
    inputs = torch.tensor(GPT2_INPUTS)
    output = module(inputs)
    assert output.shape == (8, 4, 256)
    table, positions = (
        layer.weight.detach().numpy()
        for layer in (module.token_embedding_layer, module.pos_embedding_layer)
    )
    *_, total = token_pipeline.embed(inputs.numpy(), table, positions)
    np.testing.assert_array_equal(output.detach().numpy(), total)


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 30))
def test_windows_by_loops(length: int, stride: int, more: int) -> None:
    ids = np.arange(100, 100 + length + 1 + more)
    inputs, targets = token_pipeline.sliding_windows(ids, length, stride)
    starts = range(0, len(ids) - length, stride)
    assert inputs.tolist() == [ids[i : i + length].tolist() for i in starts]
    assert targets.tolist() == [ids[i + 1 : i + length + 1].tolist() for i in starts]


@given(st.text())
def test_tokens_lose_nothing_but_spaces(text: str) -> None:
    assert "".join(tokens(text)) == "".join(text.split())


@given(st.lists(st.text(min_size=1), min_size=1))
def test_vocabulary_goes_there_and_back(words: list[str]) -> None:
    vocabulary = Vocabulary.of(words)
    assert vocabulary.decode(vocabulary.encode(words)) == tuple(words)
    assert len(vocabulary) == len(set(words))


TABLE = np.ones((9, 2))
BAD: dict[str, tuple[Any, str]] = {
    "unknown token": (
        lambda: Vocabulary.of(tokens(TEXT)).encode(["Jack", "Gisborn"]),
        "text: got token 'Gisborn', expected one of the 55 tokens",
    ),
    "short text": (
        lambda: token_pipeline.run("one two"),
        "ids: got 2 tokens, expected",
    ),
    "few windows": (
        lambda: token_pipeline.run(TEXT, batch=99),
        "text: got 17 windows, expected at least 99",
    ),
    "no stride": (
        lambda: token_pipeline.sliding_windows(range(9), 2, 0),
        "stride: got 0, expected a",
    ),
    "no length": (lambda: token_pipeline.sliding_windows(range(9), 0, 1), "length: got 0"),
    "ids out of vocabulary": (
        lambda: token_pipeline.embed(np.array([[9]]), TABLE, TABLE),
        "inputs: got tokens 9 to 9, expected 0 to 8",
    ),
    "window longer than the position table": (
        lambda: token_pipeline.embed(np.array([[0, 0, 0]]), TABLE, TABLE[:2]),
        "positions: got 2, expected 0 to 1",
    ),
    "no width in torch": (
        lambda: in_torch.TokenPositionEmbedding(5, 0, 3),
        "output_dim: got 0",
    ),
    "long window in torch": (
        lambda: in_torch.TokenPositionEmbedding(5, 2, 3)(torch.zeros((1, 4), dtype=torch.long)),
        "inputs: got 4 tokens, expected at most 3",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises((ConfigError, InputError), match=message) as error:
        call()
    assert "\n" not in str(error.value)
