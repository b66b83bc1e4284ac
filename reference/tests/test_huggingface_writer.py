"""Writing a `config.json` and reading it again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import (
    ConfigError,
    Dynamic,
    Linear,
    Llama3,
    LongRope,
    Ntk,
    RotaryConfig,
    Yarn,
)
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.huggingface_writer import write

TYPES = {"half": "llama", "interleaved": "cohere", "interleaved-to-half": "deepseek_v3"}

LAWS = st.one_of(
    st.none(),
    st.builds(Linear, st.floats(1, 64)),
    st.builds(Ntk, st.floats(1.5, 1000)),
    st.builds(Dynamic, st.floats(1, 8), st.integers(64, 1 << 20)),
    st.builds(Llama3, st.floats(1, 64), st.just(1.0), st.floats(1, 8), st.integers(64, 9999)),
    st.builds(
        Yarn, st.floats(1, 64), st.integers(64, 1 << 20), st.floats(8, 64),
        truncate=st.booleans(), attention_factor=st.none() | st.floats(0.5, 2),
    ),
)  # fmt: skip


@given(st.sampled_from(["half", "interleaved"]), st.integers(2, 64), st.floats(2, 1e8), LAWS)
def test_what_is_written_reads_the_same(layout: str, pairs: int, base: float, law: Any) -> None:
    config = RotaryConfig(2 * pairs, layout=layout, base=base, scaling=law)
    words = json.loads(json.dumps(write(config, TYPES[layout])))
    reading = huggingface.read(words)
    assert reading.config == config
    assert not {w.kind for w in reading.warnings} & {"deprecated", "assumed"}


def test_lists_and_lengths_come_back() -> None:
    law = LongRope((1.0, 1.5), (2.0, 4.0), 4096, factor=32.0)
    config = RotaryConfig(4, layout="half", scaling=law, max_position=131071)
    words = write(config, "phi3")
    assert words["max_position_embeddings"] == 131072
    assert huggingface.read(words).config == config


MODELS: list[dict[str, Any]] = [
    {"model_type": "gemma3_text", "head_dim": 256, "num_hidden_layers": 6},
    {"model_type": "modernbert", "hidden_size": 768, "num_attention_heads": 12,
     "num_hidden_layers": 5},
    {"model_type": "smollm3", "head_dim": 128, "num_hidden_layers": 8},
    {"model_type": "cohere2", "head_dim": 128, "num_hidden_layers": 8},
    {"model_type": "deepseek_v3", "num_hidden_layers": 2, "rope_theta": 10000.0},
    {"model_type": "qwen3_next", "num_hidden_layers": 4},
]  # fmt: skip


@pytest.mark.parametrize("words", MODELS, ids=lambda words: words["model_type"])
def test_models_with_groups_of_layers(words: dict[str, Any]) -> None:
    model = huggingface.read({**words, "max_position_embeddings": 4096}).model
    again = huggingface.read(write(model, words["model_type"])).model
    assert again == model


LINEAR = {"rope_type": "linear", "factor": 2.0}

CANNOT: list[tuple[RotaryConfig, str, str]] = [
    (RotaryConfig(64), "llama", "layout: got 'interleaved', expected 'half'"),
    (RotaryConfig(64, layout="half", sign=-1), "llama", "sign: got -1, expected 1"),
    (RotaryConfig(64, layout="half", axes=(16, 16)), "llama", "axes: got"),
    (
        RotaryConfig(64, layout="half", attention_factor=1.5),
        "llama",
        "attention_factor: got 1.5",
    ),
    (
        RotaryConfig(64, layout="half", scaling={"rope_type": "ntk-su", "factor": 2.0}),
        "llama",
        "rope_type: got 'ntk-su'",
    ),
    (
        RotaryConfig(64, layout="half", scaling=Yarn(2.0, 4096, convention="ggml")),
        "llama",
        "convention: got 'ggml'",
    ),
    (RotaryConfig(64, 32, "last", layout="half"), "llama", "qk_rope_head_dim: got 32"),
    (
        RotaryConfig(64, layout="half", scaling={"rope_type": "resonance", "of": LINEAR}),
        "llama",
        "rope_type: got 'resonance', expected one of default",
    ),
    (
        RotaryConfig(64, layout="half", scaling=Dynamic(2.0, 4096), max_position=4095),
        "llama",
        "max_position: got 4095, expected None",
    ),
]


@pytest.mark.parametrize(("config", "name", "message"), CANNOT)
def test_what_the_format_cannot_say(config: RotaryConfig, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        write(config, name)
    assert "\n" not in str(error.value)


def test_a_class_that_would_compute_something_else_is_refused() -> None:
    """Llama's class turns whole heads without a law; StableLM's reads the fraction."""
    config = RotaryConfig(64, 32, layout="half")
    with pytest.raises(ConfigError, match=r"model_type: got 'llama'.*turns 64") as caught:
        write(config, "llama")
    assert "\n" not in str(caught.value)
    assert huggingface.read(write(config, "stablelm")).config == config
