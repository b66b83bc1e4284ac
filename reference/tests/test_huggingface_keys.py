"""Keys of a `config.json` beside the law: each acts, is said, or is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ropespec.reference import ConfigError, Dynamic, Ntk
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.keys import misspelt

LLAMA: dict[str, Any] = {"model_type": "llama", "head_dim": 64, "rope_theta": 1e4}


def names(words: dict[str, Any]) -> set[str]:
    return {warning.name for warning in huggingface.read(words).warnings}


@pytest.mark.parametrize(("changes", "message"), [
    ({"theta": 1e6}, "theta: got"),
    ({"rope_tehta": 1e6, "rope_theta": None}, "did you mean 'rope_theta'"),
    ({"partial_factor": 0.5}, "partial_factor: got 0.5"),
    ({"head_dims": 64, "head_dim": None}, "head_dims: got 64.*did you mean 'head_dim'"),
    ({"max_postion_embeddings": 4096}, "did you mean 'max_position_embeddings'"),
    ({"layer_typs": ["full_attention"]}, "did you mean 'layer_types'"),
    ({"yarn_beta": 3}, "yarn_beta: got 3"),
    ({"ropeTheta": 1e6}, "ropeTheta: got"),
    ({"position_embedding_type": "alibi"}, "position_embedding_type: got 'alibi'"),
    ({"use_alibi": True}, "use_alibi: got True, expected false"),
    ({"dual_chunk_attention_config": {"chunk_size": 8, "local_size": 8}}, "local_size: got 8"),
    ({"dual_chunk_attention_config": {"local_size": 8}}, "chunk_size: got None"),
    ({"initial_context_length": 4096, "rope_scaling": {
        "type": "yarn", "factor": 4.0, "original_max_position_embeddings": 8192,
    }}, "initial_context_length: got 4096, expected original_max_position_embeddings = 8192"),
    ({"kv_channels": 128}, "kv_channels: got 128, expected the same as head_dim = 64"),
    ({"layer_rope_theta": [1e4]}, "layer_rope_theta: got .*no such key"),
    ({"model_type": "gptj", "rope_theta": 5e5}, "rope_theta: got 500000.0, expected 10000.0"),
    ({"model_type": "chatglm", "position_encoding_2d": True}, "position_encoding_2d: got True"),
    ({"model_type": "granitemoehybrid"}, "position_embedding_type: got None, expected 'rope'"),
    ({"model_type": "zamba2", "use_mem_rope": 1}, "use_mem_rope: got 1, expected True"),
    ({"model_type": "molmo2_text", "num_hidden_layers": 4, "rope_scaling_layers": [0, 1]},
     "rope_scaling_layers: got .*all layers"),
    ({"model_type": "granite_swa", "num_hidden_layers": 3, "layer_rope_theta": [1e4, 0]},
     "layer_rope_theta: got '2 numbers'"),
    ({"model_type": "dbrx", "attn_config": {"rope_theta": 5e5}}, "rope_theta: got 10000.0"),
    ({"model_type": "llamaa"}, "did you mean 'llama'"),
    ({"model_type": "a-model-of-ours"}, "model_type: got .*give it, --layout half"),
])  # fmt: skip
def test_refused_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        huggingface.read({**LLAMA, **changes})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("changes", "name"), [
    ({"position_embedding_type": "absolute"}, "position-type-ignored"),
    ({"dual_chunk_attention_config": {"chunk_size": 64, "local_size": 8}}, "dual-chunk"),
    ({"use_logn_attn": True}, "query-temperature"),
    ({"model_type": "mistral_large4_text"}, "beside-the-frequencies"),
    ({"model_type": "exaone4", "sliding_window": 8, "num_hidden_layers": 2,
      "layer_types": ["full_attention"] * 2, "sliding_window_pattern": 2}, "pattern-ignored"),
    ({"model_type": "deepseek_v3", "head_dim": 256}, "head-dim-ignored"),
    ({"model_type": "chatglm", "rope_theta": None, "rope_ratio": 500}, "rope-ratio"),
])  # fmt: skip
def test_said(changes: dict[str, Any], name: str) -> None:
    assert name not in names(LLAMA)
    assert name in names({**LLAMA, **changes})


@pytest.mark.parametrize("key", ["v_head_dim", "qk_head_dim", "hidden_sizes", "vocab_size",
                                 "initializer_range", "num_key_value_heads"])  # fmt: skip
def test_keys_about_other_things_pass(key: str) -> None:
    words = {**LLAMA, key: 7}
    assert huggingface.read(words) == huggingface.read(LLAMA)


def test_a_slip_is_near_and_another_word_is_not() -> None:
    assert misspelt("layer_typse", ["layer_types"]) == "layer_types"
    assert misspelt("layer_norms", ["layer_types"]) is None


def test_exaone_spells_its_pattern() -> None:
    words = {**LLAMA, "model_type": "exaone4", "num_hidden_layers": 8, "sliding_window": 4096}
    spelt = huggingface.read({**words, "sliding_window_pattern": "LLLG"}).model
    assert spelt == huggingface.read({**words, "sliding_window_pattern": 4}).model
    assert spelt.groups[1].layers == (3, 7)
    with pytest.raises(ConfigError, match="sliding_window_pattern: got 'LLXG'"):
        huggingface.read({**words, "sliding_window_pattern": "LLXG"})


def test_a_base_for_each_layer() -> None:
    words = {**LLAMA, "model_type": "granite_swa", "num_hidden_layers": 4,
             "layer_rope_theta": [1e4, 0, 1e6, 1e4]}  # fmt: skip
    model = huggingface.read(words).model
    assert [model.config(i).base for i in (0, 2, 3)] == [1e4, 1e6, 1e4]
    with pytest.raises(ConfigError, match="layers: got 1, expected layers that rotate"):
        model.config(1)


def test_muse_leaves_every_fourth_layer_from_the_last_still() -> None:
    words = {**LLAMA, "model_type": "muse_spark_text", "num_hidden_layers": 6}
    [turning, still] = huggingface.read(words).model.groups
    assert (turning.layers, still.layers) == ((0, 2, 3, 4), (1, 5))
    assert still.rotary is None


def test_qwen_one_has_its_own_dynamic_law() -> None:
    words = {"model_type": "qwen", "kv_channels": 128, "seq_length": 2048,
             "rotary_emb_base": 10000, "use_dynamic_ntk": True}  # fmt: skip
    law = huggingface.read(words).config.scaling
    assert isinstance(law, Dynamic)
    assert law.at_length(4096) == Ntk(3.0)
    assert law.at_length(4097) == Ntk(7.0)


def test_dbrx_keeps_its_base_in_a_table() -> None:
    words = {"model_type": "dbrx", "d_model": 6144, "n_heads": 48, "n_layers": 40,
             "max_seq_len": 32768, "attn_config": {"rope_theta": 500000}}  # fmt: skip
    reading = huggingface.read(words)
    assert (reading.config.base, reading.config.head_dim) == (500000.0, 128)
    assert reading.model.max_position_embeddings == 32768
    assert reading.verdict == "implementation-defined"


def test_the_language_model_of_a_model_of_parts() -> None:
    text = {"model_type": "qwen2_5_omni_text", "head_dim": 128, "rope_theta": 1e6}
    talker = {"model_type": "qwen2_5_omni_talker", "head_dim": 64}
    thinker = {"text_config": text, "vision_config": {"depth": 2}}
    words = {"model_type": "qwen2_5_omni", "talker_config": talker, "thinker_config": thinker}
    reading = huggingface.read(words)
    assert reading.config.head_dim == 128
    assert reading.config.axes == (16, 24, 24)
    said = " ".join(warning.message for warning in reading.warnings)
    assert "talker_config" in said
    assert "vision_config" in said


@pytest.mark.parametrize(
    ("whole", "layout"), [("llava", "half"), ("aya_vision", "interleaved")]
)
def test_the_type_of_a_part_that_does_not_name_it(whole: str, layout: str) -> None:
    text = {"head_dim": 64, "rope_theta": 1e4, "num_hidden_layers": 4}
    reading = huggingface.read({"model_type": whole, "text_config": text})
    assert reading.config.layout == layout
    assert "model-type-assumed" in {warning.name for warning in reading.warnings}


def test_a_key_beside_the_text_part_is_not_dropped_in_silence() -> None:
    text = {"model_type": "llama", "head_dim": 64}
    words = {"model_type": "llava", "rope_theta": 5e5, "text_config": text}
    assert "top-level-ignored" in names(words)
    with pytest.raises(ConfigError, match=r"rope_theta: got 500000\.0, expected the same as"):
        huggingface.read({**words, "text_config": {**text, "rope_theta": 1e4}})
