"""Every model type that transformers has is read, or refused by name with a reason."""

from typing import Any

import pytest

from ropespec.reference import ConfigError
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.models import MODELS, REMOTE, row_name
from ropespec.reference.readers.models_refused import REFUSED

transformers = pytest.importorskip("transformers")

UNUSABLE = {"gemma4_assistant", "nougat"}
"""Types whose classes transformers itself cannot make without arguments."""

CONTRADICTORY = {
    **dict.fromkeys(("glm46v", "glm4v", "glm4v_text", "glmga"), "mrope_section"),
    **dict.fromkeys(("glm_image", "glm_image_text"), "mrope_section"),
    **dict.fromkeys(("qwen4_exp", "qwen4_exp_text"), "mrope_section"),
    **dict.fromkeys(("glm4_moe", "glm4v_moe", "glm4v_moe_text"), "hidden_size"),
    **dict.fromkeys(("qwen3_omni_moe", "qwen3_omni_moe_text"), "hidden_size"),
    "qwen3_omni_moe_thinker": "hidden_size",
    "qwen3_omni_moe_talker_text": "mrope_section",
    "esm": "position_embedding_type",
    "granitemoehybrid": "position_embedding_type",
    "zamba2": "use_mem_rope",
}
"""Types whose class's own defaults do not add up, or do not rotate, by the key that says so."""


def words_of(name: str) -> dict[str, Any]:
    words: dict[str, Any] = transformers.CONFIG_MAPPING[name]().to_dict()
    return words


def outcome(name: str) -> Any:
    """Return the reading of a class's default configuration, or the error."""
    try:
        return huggingface.read(words_of(name))
    except ConfigError as error:
        return error


@pytest.mark.slow
def test_every_model_type_is_read_or_refused_by_name() -> None:
    names = set(transformers.models.auto.configuration_auto.CONFIG_MAPPING_NAMES)
    outcomes = {name: outcome(name) for name in sorted(names - UNUSABLE)}
    errors = {name: found for name, found in outcomes.items() if isinstance(found, ConfigError)}
    contradictory = {name: found.key for name, found in errors.items() if name in CONTRADICTORY}
    assert contradictory == CONTRADICTORY
    others = {name: str(found) for name, found in errors.items() if name not in CONTRADICTORY}
    unnamed = {
        n: text for n, text in others.items() if errors[n].advice not in REFUSED.values()
    }
    assert not unnamed
    readings = {name: found for name, found in outcomes.items() if name not in errors}
    assert len(readings) > 270
    assert [name for name, found in readings.items() if not found.model.rotating] == []


def test_no_model_type_is_both_read_and_refused() -> None:
    assert not {name for name in REFUSED if row_name(name) is not None}


@pytest.mark.slow
def test_no_row_is_of_a_model_type_that_does_not_exist() -> None:
    names = set(transformers.models.auto.configuration_auto.CONFIG_MAPPING_NAMES)
    for row in [name for name in MODELS if name not in REMOTE]:
        assert {row, f"{row}_text", f"{row}_text_model"} & names, row
    assert {name for name in REFUSED if name not in names} == {"baichuan"}


@pytest.mark.parametrize(("name", "reason"), [
    ("bert", "no rotary embedding"),
    ("jamba", "nothing rotates"),
    ("pixtral", "axes of an image"),
    ("baichuan", "ALiBi"),
    ("vjepa2", "no rotation"),
    ("mpt", "ALiBi or learned"),
])  # fmt: skip
def test_a_refusal_is_one_line_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"model_type: got '{name}'.*{reason}") as caught:
        huggingface.read({
            "model_type": name, "hidden_size": 64, "num_attention_heads": 4,
            "attn_config": {"alibi": True},
        })  # fmt: skip
    assert "\n" not in str(caught.value)
