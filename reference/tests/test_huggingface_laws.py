"""Random parameters of every law: the reader against transformers' own functions."""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference.readers import huggingface

transformers = pytest.importorskip("transformers")
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS  # noqa: E402

SEEDS = [seed if seed < 8 else pytest.param(seed, marks=pytest.mark.slow) for seed in range(40)]
RELATIVE = 64 * 128 * 2.0**-53
"""128 is the largest factor that is drawn."""


def sizes(draw: random.Random) -> dict[str, Any]:
    """Return a head of odd proportions, and a context length."""
    heads = draw.choice([1, 3, 5, 8, 12])
    width = 2 * draw.randint(4, 96)
    words = {
        "hidden_size": heads * width, "num_attention_heads": heads,
        "num_key_value_heads": 1, "num_hidden_layers": 2,
        "max_position_embeddings": draw.randint(600, 300000),
    }  # fmt: skip
    if draw.random() < 0.5:
        words["head_dim"] = 2 * draw.randint(4, 96)
    return words


def base(draw: random.Random) -> float:
    chosen: float = draw.choice([1e4, 5e5, 1e6, 11158840.0, 2e4, 10.0 ** draw.uniform(2, 9)])
    return chosen


def shorter(draw: random.Random, words: dict[str, Any]) -> int:
    """Return a trained length below the context length."""
    return draw.randint(256, words["max_position_embeddings"])


def linear(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    del words
    return {"factor": draw.choice([1.0, 2, 4.0, 8.0, draw.uniform(1, 64)])}


def dynamic(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    return linear(draw, words)


def yarn(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "factor": draw.choice([1.0, 4.0, 16, 40.0, draw.uniform(1, 128)]),
        "original_max_position_embeddings": shorter(draw, words),
    }
    if draw.random() < 0.5:
        slow = draw.uniform(0.5, 4)
        made |= {"beta_slow": slow, "beta_fast": slow + draw.uniform(0.5, 40)}
    if draw.random() < 0.5:
        made["truncate"] = draw.random() < 0.5
    for key in ("mscale", "mscale_all_dim"):
        if draw.random() < 0.5:
            made[key] = draw.choice([1.0, 0.707, draw.uniform(0.1, 2)])
    if draw.random() < 0.3:
        made["attention_factor"] = draw.uniform(0.5, 2)
    return made


def longrope(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    width = words.get("head_dim", words["hidden_size"] // words["num_attention_heads"])
    made: dict[str, Any] = {
        key: [draw.uniform(1, 70) for _ in range(width // 2)]
        for key in ("short_factor", "long_factor")
    }
    made["original_max_position_embeddings"] = shorter(draw, words)
    if draw.random() < 0.5:
        made["factor"] = draw.uniform(1, 64)
    if draw.random() < 0.3:
        made["attention_factor"] = draw.uniform(0.5, 2)
    return made


def llama3(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    low = draw.choice([1.0, 0.125, draw.uniform(0.2, 4)])
    return {
        "factor": draw.choice([8.0, 32, 16.0, draw.uniform(1, 64)]),
        "low_freq_factor": low,
        "high_freq_factor": low * draw.uniform(1.5, 8),
        "original_max_position_embeddings": shorter(draw, words),
    }


def proportional(draw: random.Random, words: dict[str, Any]) -> dict[str, Any]:
    width = words.get("head_dim", words["hidden_size"] // words["num_attention_heads"])
    made: dict[str, Any] = {"partial_rotary_factor": draw.randint(2, width // 2) / (width // 2)}
    if draw.random() < 0.5:
        made["factor"] = draw.uniform(1, 16)
    return made


LAWS: dict[str, Callable[[random.Random, dict[str, Any]], dict[str, Any]]] = {
    "linear": linear, "dynamic": dynamic, "yarn": yarn, "longrope": longrope,
    "llama3": llama3, "proportional": proportional,
}  # fmt: skip


def case(rope_type: str, seed: int) -> dict[str, Any]:
    """Return a file of a model with Llama's class."""
    draw = random.Random(f"{rope_type} {seed}")  # noqa: S311 - the same files on every run
    words = sizes(draw)
    made = LAWS[rope_type](draw, words)
    table = {"rope_type": rope_type, "rope_theta": base(draw), **made}
    return {"model_type": "llama", **words, "rope_parameters": table}


def published(words: dict[str, Any], length: int | None) -> tuple[np.ndarray[Any, Any], float]:
    """Return what transformers' formula gives, with float64 wherever it says float32.

    In float32 its own roundings would hide a difference of formula: b ** x is off by up to
    2 ** -25 ln b, and a ramp's end by the factor times that.
    """
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        patch.setattr(torch, "float", torch.float64)
        patch.setattr(torch, "float32", torch.float64)
        patch.setattr(torch.Tensor, "float", torch.Tensor.double)
        config = transformers.LlamaConfig(
            **{k: v for k, v in words.items() if k != "model_type"}
        )
        compute = ROPE_INIT_FUNCTIONS[words["rope_parameters"]["rope_type"]]
        inv_freq, amplitude = compute(config, device="cpu", seq_len=length)
    return inv_freq.double().numpy(), float(amplitude)


def test_every_law_of_transformers_is_drawn() -> None:
    assert set(ROPE_INIT_FUNCTIONS) - {"axial"} == set(LAWS)


@pytest.mark.parametrize("rope_type", LAWS)
@pytest.mark.parametrize("seed", SEEDS)
def test_frequencies_and_amplitude(rope_type: str, seed: int) -> None:
    """The two orders of a few float64 operations: 64 roundings, where a ramp has a factor."""
    words = case(rope_type, seed)
    config = huggingface.read(words).config
    original = words["rope_parameters"].get("original_max_position_embeddings")
    trained = original or words["max_position_embeddings"]
    for length in (None, trained, trained + 1, 3 * trained):
        used = config if length is None else config.at_length(length)
        frequencies, amplitude = published(words, length)
        turning = frequencies[: used.pairs]  # proportional RoPE has zeros for the idle pairs
        assert not frequencies[used.pairs :].any()
        np.testing.assert_allclose(used.inv_freq(), turning, rtol=RELATIVE, atol=0)
        assert used.amplitude == pytest.approx(amplitude, rel=0, abs=1e-12)
