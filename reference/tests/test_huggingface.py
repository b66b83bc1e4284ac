"""The Hugging Face reader: what it takes, what it warns of, what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from ropespec.reference import ConfigError, Linear, RotaryConfig
from ropespec.reference.readers import huggingface, read

LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "max_position_embeddings": 8192,
    "rope_theta": 500000.0,
    "rope_scaling": None,
}
NEOX = {"model_type": "gpt_neox", "hidden_size": 6144, "num_attention_heads": 64}


def llama(**changes: Any) -> dict[str, Any]:
    """Return the configuration with keys changed, and dropped where the value is `...`."""
    return {k: v for k, v in {**LLAMA, **changes}.items() if v is not ...}


def test_llama_3() -> None:
    reading = huggingface.read(LLAMA)
    expected = RotaryConfig(128, base=500000.0, layout="half", max_position=8191)
    assert reading.config == expected
    assert [warning.kind for warning in reading.warnings] == ["deprecated"]
    today = {"rope_parameters": {"rope_type": "default", "rope_theta": 500000.0}}
    assert huggingface.read(llama(rope_theta=..., rope_scaling=..., **today)).warnings == ()


SAME_AS_LLAMA = [
    {"rope_theta": ..., "rope_scaling": ..., "rope_parameters": {"rope_theta": 500000.0}},
    {"rope_parameters": {"rope_theta": 500000.0, "rope_type": "default"}},
    {"rope_scaling": {"type": "default"}, "rope_parameters": {"rope_type": "default"}},
    {"head_dim": 128, "hidden_size": 4000},
    {"head_dim": None},
    {"rotary_dim": 128, "partial_rotary_factor": 1.0},
    {"rotary_emb_base": 500000},
]


@pytest.mark.parametrize("changes", SAME_AS_LLAMA, ids=str)
def test_the_same_in_other_words(changes: dict[str, Any]) -> None:
    reading = huggingface.read(llama(**changes))
    assert reading.model == huggingface.read(LLAMA).model
    assert all(warning.name == "older-words" for warning in reading.warnings)


@pytest.mark.parametrize(
    "words",
    [
        {"rope_scaling": {"type": "linear", "factor": 4.0}},
        {"rope_scaling": {"rope_type": "linear", "factor": 4.0}},
        {"rope_parameters": {"rope_type": "linear", "factor": 4.0}},
        {
            "rope_parameters": {"rope_type": "linear", "factor": 4, "rope_theta": 500000.0},
            "rope_scaling": {"type": "linear", "factor": 4.0},
        },
    ],
    ids=str,
)
def test_linear_scaling(words: dict[str, Any]) -> None:
    assert huggingface.read(llama(**words)).config.scaling == Linear(4.0)


def test_gpt_neox_and_gpt_j_words() -> None:
    neox = huggingface.read({**NEOX, "rotary_pct": 0.25, "rotary_emb_base": 10000})
    assert neox.config == RotaryConfig(96, 24, layout="half")
    assert [warning.name for warning in neox.warnings] == ["older-words"]
    gptj = {"model_type": "gptj", "n_embd": 4096, "n_head": 16, "rotary_dim": 64}
    gptj |= {"n_positions": 2048, "rotary": True}
    assert huggingface.read(gptj).config == RotaryConfig(256, 64, max_position=2047)


def test_deepseek_splits_its_heads() -> None:
    words = {"model_type": "deepseek_v3", "qk_rope_head_dim": 64, "rope_theta": 10000}
    words |= {"qk_nope_head_dim": 128}
    expected = RotaryConfig(192, 64, "last", layout="interleaved-to-half")
    assert huggingface.read(words).config == expected
    other = huggingface.read({**words, "rope_interleave": False})
    assert other.config == expected.replace(layout="half")


WARNED: list[tuple[dict[str, Any], str, str]] = [
    (llama(rope_theta=...), "base-assumed", "10000.0 taken"),
    ({**NEOX, "rope_theta": 1e4}, "rotary-width-assumed", "0.25 taken"),
    ({"model_type": "gptj", "n_embd": 4096, "n_head": 16}, "rotary-width-assumed", "64 taken"),
    ({"model_type": "gemma", "rope_theta": 1e4}, "head-dim-assumed", "256 taken"),
    (
        llama(model_type="solar_open", head_dim=192, partial_rotary_factor=0.334),
        "rotary-width-cut", "cut to 64",
    ),
    (
        llama(model_type="smollm3", no_rope_layers=[1, 1, 1, 0]),
        "layers-without-rope", "some layers",
    ),
    (
        {"model_type": "roformer", "hidden_size": 768, "num_attention_heads": 12,
         "rotary_value": True},
        "values-rotated", "rotates its values",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("words", "name", "message"), WARNED, ids=lambda v: str(v)[:40])
def test_what_was_assumed_is_said(words: dict[str, Any], name: str, message: str) -> None:
    warnings = huggingface.read(words).warnings
    [warning] = [warning for warning in warnings if warning.kind != "deprecated"]
    assert warning.name == name
    assert message in warning.message


REFUSED: list[tuple[dict[str, Any], str]] = [
    (llama(model_type=...), "model_type: got None.*or the argument layout"),
    (llama(model_type="lama"), "model_type: got 'lama'.*did you mean 'llama'"),
    (llama(model_type=7), "model_type: got 7"),
    ({"model_type": "llava", "text_config": 3}, "text_config: got 3, expected a dict"),
    ({"model_type": "gemma3", "rope_theta": 2.0, "text_config": LLAMA}, "rope_theta: got 2.0"),
    (llama(rope_scaling={"type": "yarn"}), "expected the key 'factor' for 'yarn'"),
    (llama(rope_scaling={"type": "su"}), "expected the key 'short_factor'"),
    (llama(rope_scaling={"type": "magic"}), "rope_type: got 'magic', expected one of default"),
    (llama(rope_scaling={"factor": 4.0}), "expected the key 'rope_type'"),
    (llama(rope_scaling={"type": "linear"}), "expected the key 'factor'"),
    (llama(rope_scaling={"type": "linear", "factor": -2}), "scaling factor: got -2"),
    (llama(rope_scaling={"type": "default", "mrope_section": [1]}), "mrope_section: got"),
    (llama(rope_scaling=[4]), r"rope_scaling: got \[4\], expected a dict or null"),
    (llama(rope_theta=0), "rope_theta: got 0"),
    (llama(rope_theta="500000"), "rope_theta: got '500000'"),
    (
        llama(rope_parameters={"rope_theta": 1e4}),
        r"rope_parameters.rope_theta: got 10000.0, expected the same as rope_theta = 500000.0",
    ),
    (
        llama(
            rope_parameters={"rope_type": "linear", "factor": 8.0},
            rope_scaling={"type": "linear", "factor": 4.0},
        ),
        "rope_scaling: got .*'factor': 4.0.*expected what rope_parameters says",
    ),
    (
        llama(rope_parameters={"full_attention": {"rope_theta": 1e6}, "factor": 2.0}),
        r"rope_parameters.factor: got 2.0, expected a table or null",
    ),
    (
        llama(
            rope_parameters={"full_attention": {"rope_theta": 1e6}},
            layer_types=["full_attention", "odd_attention"],
        ),
        "layer_types: got 'odd_attention'",
    ),
    (llama(layer_types="full"), "layer_types: got 'full'"),
    (llama(layer_types=["full_attention"], num_hidden_layers=2), "layer_types: got '1 names'"),
    (llama(no_rope_layers=[1, 2]), "no_rope_layers: got"),
    (llama(no_rope_layers=3), "no_rope_layers: got 3"),
    (llama(no_rope_layers=[1, 0], num_hidden_layers=3), "no_rope_layers: got '2 numbers'"),
    (llama(no_rope_layer_interval=0), "no_rope_layer_interval: got 0"),
    (llama(num_hidden_layers=0), "num_hidden_layers: got 0"),
    (llama(compress_rope_theta=1e4), "compress_rope_theta: got 10000.0"),
    (llama(rope_scaling={"rope_type": "linear", "type": "yarn", "factor": 2}), "type: got"),
    (
        llama(rope_scaling={"type": "yarn", "factor": 2.0, "extrapolation_factor": 0.5}),
        "extrapolation_factor: got 0.5",
    ),
    (
        llama(rope_scaling={"type": "linear", "factor": 2.0, "max_position_embeddings": 7}),
        "rope_parameters.max_position_embeddings: got 7",
    ),
    (llama(rotary_dim=64, partial_rotary_factor=0.25), "rotary_dim: got 64, expected 32"),
    (llama(partial_rotary_factor=0.0), "partial_rotary_factor: got 0.0"),
    (llama(partial_rotary_factor=2.0), "partial_rotary_factor: got 2.0, expected at most 1"),
    (
        llama(head_dim=9, partial_rotary_factor=0.4),
        "partial_rotary_factor: got 0.4, expected a share of head_dim = 9",
    ),
    (llama(hidden_size=4097), "hidden_size: got 4097, expected a multiple"),
    (llama(hidden_size=...), "hidden_size: got None.*without head_dim"),
    (llama(num_attention_heads=0), "num_attention_heads: got 0"),
    (llama(rope_local_base_freq=1e4), "rope_local_base_freq: got 10000.0"),
    (llama(global_rope_theta=1e4), "global_rope_theta: got 10000.0"),
    (llama(xdrope_section=[16, 16]), "xdrope_section: got"),
    (llama(rope_fraction=0.5), "rope_fraction: got 0.5"),
    (llama(qk_rope_head_dim=64), "qk_rope_head_dim: got 64"),
    (llama(rope_interleave=True), "rope_interleave: got True"),
    (llama(use_rope=False), "use_rope: got False"),
    (llama(use_mrope=True), "use_mrope: got True"),
    (llama(alibi=True), "alibi: got True"),
    (llama(max_position_embeddings=0), "max_position_embeddings: got 0"),
    ({"model_type": "deepseek_v3", "qk_rope_head_dim": 0}, "qk_rope_head_dim: got 0"),
    ({"model_type": "deepseek_v3", "qk_nope_head_dim": -1}, "qk_nope_head_dim: got -1"),
    ({"model_type": "gemma4_text", "global_head_dim": "512"}, "global_head_dim: got '512'"),
    (
        {"model_type": "gemma3", "sliding_window_pattern": 0, "num_hidden_layers": 6},
        "sliding_window_pattern: got 0",
    ),
]


@pytest.mark.parametrize(("words", "message"), REFUSED, ids=lambda v: str(v)[:60])
def test_what_is_wrong_is_named_in_one_line(words: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        huggingface.read(words)
    assert "\n" not in str(error.value)


def test_words_that_only_look_like_rope_are_left_alone() -> None:
    harmless = {"properties": 1, "attention_dropout": 0.0, "tie_word_embeddings": False}
    assert huggingface.read({**LLAMA, **harmless}) == huggingface.read(LLAMA)


def test_a_layout_given_by_hand() -> None:
    words = llama(model_type="brandnew")
    config = huggingface.read(words, layout="interleaved", sign=-1).config
    assert (config.layout, config.sign) == ("interleaved", -1)


def test_files_in_either_format(tmp_path: Path) -> None:
    theirs, ours = tmp_path / "config.json", tmp_path / "ropespec.json"
    theirs.write_text(json.dumps(LLAMA))
    config = read(theirs).config
    config.to_json(ours)
    assert read(ours).config == config == huggingface.read(str(theirs)).config
