"""Groups of layers, what is not in cos and sin, and where libraries differ."""

from typing import Any

import numpy as np
import pytest

from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.explain import explain
from ropespec.reference.readers import Reading, huggingface


def reading(model_type: str, **words: Any) -> Reading:
    return huggingface.read({"model_type": model_type, "head_dim": 128, **words})


def kinds(found: Reading) -> dict[str, str]:
    return {warning.name: warning.kind for warning in found.warnings}


def test_a_model_of_several_groups_wants_a_choice() -> None:
    found = reading("gemma3_text", num_hidden_layers=6)
    with pytest.raises(ConfigError, match=r"name a layer type or number of: sliding_attention"):
        _ = found.config
    assert found.model.config("full_attention").base == 1e6
    assert found.model.config(0).base == 1e4
    for which in ("odd_attention", 6):
        with pytest.raises(ConfigError, match="expected layers that rotate"):
            found.model.config(which)


def test_one_rotating_group_needs_no_choice() -> None:
    found = reading("cohere2", num_hidden_layers=8)
    assert found.config == found.model.config("sliding_attention")
    assert [group.layers for group in found.model.groups] == [(0, 1, 2, 4, 5, 6), (3, 7)]
    with pytest.raises(ConfigError, match="full_attention"):
        found.model.config("full_attention")
    counted = reading("cohere2")  # the number of layers is not said, their types are known
    assert [group.layer_types for group in counted.model.groups] == [
        ("sliding_attention",),
        ("full_attention",),
    ]


def test_the_polarity_of_no_rope_layers() -> None:
    """1 marks a layer that rotates; reading it the other way round keeps every fourth only."""
    for words in ({"no_rope_layers": [1, 1, 1, 0] * 2}, {"no_rope_layer_interval": 4}, {}):
        found = reading("smollm3", num_hidden_layers=8, **words)
        assert found.model.groups[1].layers == (3, 7)
    assert reading("smollm3", num_hidden_layers=8, no_rope_layer_interval=2).model.groups[
        1
    ].layers == (1, 3, 5, 7)


def test_a_table_of_null_is_a_type_that_does_not_rotate() -> None:
    tables = {"sliding_attention": {"rope_theta": 1e4}, "full_attention": None}
    types = ["sliding_attention", "full_attention"]
    found = reading("llama", rope_parameters=tables, layer_types=types)
    assert [group.rotary is None for group in found.model.groups] == [False, True]
    assert found.model.groups[1].layers == (1,)


def test_the_text_part_of_a_larger_model() -> None:
    text = {"model_type": "gemma3_text", "head_dim": 256, "num_hidden_layers": 6}
    whole = {"model_type": "gemma3", "text_config": text, "vision_config": {"hidden_size": 8}}
    found = huggingface.read(whole)
    assert found.model == huggingface.read(text).model
    assert kinds(found)["other-parts"] == "note"
    nameless = {k: v for k, v in text.items() if k != "model_type"}
    assert huggingface.read({**whole, "text_config": nameless}).model == found.model


def test_temperatures_stay_out_of_the_rotation() -> None:
    """Llama 4's on its layers without rotation, Ministral's on all; see the fixtures' notes."""
    scout = reading("llama4_text", num_hidden_layers=4, rope_theta=5e5)
    rotating, still = scout.model.groups
    assert rotating.temperature is None
    assert still.temperature is not None
    np.testing.assert_allclose(still.temperature.at([8190, 8191]), [1, 1 + 0.1 * np.log(2)])
    quiet = reading("llama4_text", num_hidden_layers=4, attn_temperature_tuning=False)
    assert quiet.model.groups[1].temperature is None
    ministral = reading("ministral3").model.groups[0].temperature
    assert ministral is not None
    np.testing.assert_allclose(ministral.at([16383, 16384]), [1, 1 + 0.1 * np.log(2)])


def test_the_softmax_factor_belongs_to_split_heads() -> None:
    law = {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 4096}
    law |= {"mscale": 0.707, "mscale_all_dim": 0.707, "rope_theta": 1e4}
    split = huggingface.read({"model_type": "deepseek_v2", "rope_parameters": law})
    assert split.model.groups[0].softmax_factor == pytest.approx(1.5896261651208736, rel=1e-12)
    assert kinds(split)["softmax-factor"] == "note"
    assert reading("llama", rope_parameters=law).model.groups[0].softmax_factor == 1.0


THREE_VALUED: list[tuple[dict[str, Any], str]] = [
    ({"rope_type": "yarn", "factor": 4.0, "truncate": False}, "yarn-frequencies-differ"),
    ({"rope_type": "yarn", "factor": 4.0, "mscale": 0.707}, "yarn-amplitude-differs"),
    ({"rope_type": "yarn", "factor": 0.5}, "yarn-amplitude-differs"),
    ({"rope_type": "yarn", "factor": 4.0, "beta_slow": 0}, "beta-zero"),
    ({"rope_type": "dynamic", "factor": 2.0}, "dynamic-length"),
    ({"rope_type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 64},
     "dynamic-trained-length"),
    ({"rope_type": "llama3", "factor": 2.0, "low_freq_factor": 1.0, "high_freq_factor": 1.0},
     "llama3-cut"),
    ({"rope_type": "longrope", "factor": 2.0, "short_factor": [1.0] * 64,
      "long_factor": [2.0] * 64}, "longrope-switch"),
]  # fmt: skip


@pytest.mark.parametrize(("law", "name"), THREE_VALUED, ids=lambda value: str(value)[:40])
def test_what_libraries_decide_differently(law: dict[str, Any], name: str) -> None:
    found = reading("llama", rope_parameters={"original_max_position_embeddings": 4096, **law},
                    max_position_embeddings=16384, rope_theta=1e4)  # fmt: skip
    assert kinds(found)[name] == "implementation-defined"
    assert found.verdict == "implementation-defined"


def test_what_everybody_computes_alike_is_valid() -> None:
    law = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768}
    found = reading("qwen2", rope_parameters={**law, "rope_theta": 1e6})
    assert (found.warnings, found.verdict) == ((), "valid")


def test_a_value_ignored_at_the_top_is_said() -> None:
    tables = {"full_attention": {"rope_theta": 1e6}, "sliding_attention": {"rope_theta": 1e4}}
    found = reading("gemma3_text", rope_parameters=tables, rope_theta=5e5)
    assert kinds(found)["top-level-ignored"] == "note"
    assert found.model.config("full_attention").base == 1e6


def test_explained_wavelengths() -> None:
    law = {"rope_type": "linear", "factor": 4.0, "rope_theta": 1e4}
    [group] = explain(
        reading("llama", rope_parameters=law, max_position_embeddings=4096)
    ).groups
    np.testing.assert_allclose(group.wavelengths * group.inv_freq, 2 * np.pi)
    np.testing.assert_allclose(group.changed, 4.0)
    assert group.turns is not None
    assert group.never_turn is not None
    assert (group.never_turn == (group.wavelengths > 4096)).all()
    assert group.never_turn.sum() == (RotaryConfig(128).inv_freq() / 4 * 4096 < 2 * np.pi).sum()
