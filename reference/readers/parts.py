"""The part of a `config.json` that describes the language model, in files of larger models."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError

from .keys import about_rotation
from .models import row_name
from .models_refused import REFUSED
from .notes import Notes

TEXT_KEYS = ("text_config", "thinker_config", "llm_config", "language_config", "vlm_config")
"""Keys of the language model, or of the part that holds it."""

PART_KEYS = ("decoder_config", "decoder", "global_config", "encoder_config",
             "audio_video_config", "video_config", "audio_config")  # fmt: skip
"""Keys of a part that may stand for the whole where the file itself describes no layers."""

DEFAULT_TEXT: dict[str, str] = {
    name: text
    for text, names in {
        "llama": "aria deepseek_vl deepseek_vl_hybrid glmasr idefics3 janus llava llava_next "
        "llava_next_video perception_lm smolvlm video_llava vipllava voxtral",
        "qwen2": "audioflamingo3 fast_vlm got_ocr2 internvl llava_onevision musicflamingo "
        "ovis2 pp_chart2table qwen2_audio vibevoice vibevoice_asr video_llama_3",
        "qwen3": "fun_asr_nano lighton_ocr moss_transcribe_diarize qianfan_ocr qwen3_asr",
        "qwen3_5": "jev minicpm_ocr minicpmv4_6 minicpmv4_7",
        "cohere2": "aya_vision cohere2_vision",
        "deepseek_v3": "kimi_k25",
        "exaone4": "exaone4_5",
        "gemma": "paligemma",
        "gemma3": "shieldgemma2",
        "gemma4": "gemma4_assistant",
        "gemma4_unified": "gemma4_unified_assistant",
        "glm4v": "glm46v glmga",
        "granite": "granite_speech granite_speech_plus",
        "hyperclovax": "hyperclovax_vision_v2",
        "lfm2": "lfm2_vl",
        "lfm3": "lfm3_vl",
        "mistral": "idefics2 mistral3",
        "modernbert": "modernvbert pe_audio pe_audio_video pe_video",
        "persimmon": "fuyu",
        "qwen3_vl": "cosmos3_omni",
        "step3p5": "step3p7",
        "ultrabert": "ultravbert",
    }.items()
    for name in names.split()
}
"""The type of the text part where it does not name its own, by the type of the model."""

WRAPPERS = {
    *("blt", "colmodernvbert", "colpali", "colqwen2", "deepseek_ocr2_vision", "dia", "pi0"),
    *("lasr_ctc", "nemotron3_diarization", "qwen2_5_omni_thinker", "t5gemma"),
    *("t5gemma2_encoder", "encoder-decoder", "vision-encoder-decoder"),
}
"""Models that are parts alone, beside those of `DEFAULT_TEXT` and those with a row."""

OWN_TOP = {"musicflamingo"}
"""Models whose keys at the top are about another part: turning audio by its time."""

_FLAT = {
    *("hidden_size", "n_embd", "d_model", "num_attention_heads", "n_head", "head_dim"),
    *("rope_parameters", "rope_scaling", "rope_theta", "num_hidden_layers"),
}
"""Keys that a file has which describes layers itself."""


def text_part(values: Mapping[str, Any], notes: Notes) -> Mapping[str, Any]:
    """Return the part of a file that describes the language model.

    Raises
    ------
    ConfigError
        If that part is no dict, or a key above it contradicts it.
    """
    name = values.get("model_type")
    if name is not None and not (isinstance(name, str) and name):
        raise ConfigError("model_type", name, "a name", "for example 'llama'")
    found = _part(values)
    if found is None:
        _say_other_parts(values, None, notes)
        return values
    key, part = found
    if not isinstance(part, Mapping):
        raise ConfigError(key, part, "a dict", "give the text part's configuration")
    _say_other_parts(values, key, notes)
    known = row_name(name) or {name} & (DEFAULT_TEXT.keys() | WRAPPERS | REFUSED.keys())
    if name is not None and not known:
        message = f"model_type = {name!r} is not known: its {key} is described as it stands"
        notes.say("wrapper-unknown", message)
    if name in OWN_TOP:
        notes.say("other-parts", "the keys at the top turn audio by its time", "note")
    else:
        _check_outside(values, key, part, notes)
    inner = {"model_type": DEFAULT_TEXT.get(str(name), name), **part}
    if part.get("model_type") is None:
        inner["model_type"] = DEFAULT_TEXT.get(str(name), name)
        if inner["model_type"] != name:
            message = f"no {key}.model_type: {inner['model_type']!r} taken, as for {name!r}"
            notes.say("model-type-assumed", message)
    return text_part(inner, notes)


def with_attention(values: Mapping[str, Any], notes: Notes) -> Mapping[str, Any]:
    """Return a file with the base that DBRX's keeps in `attn_config`, as if it stood above.

    Raises
    ------
    ConfigError
        If that table is no dict, has an unknown key about rotation, or contradicts the file.
    """
    table = values.get("attn_config")
    if table is None:
        return values
    if not isinstance(table, Mapping):
        raise ConfigError("attn_config", table, "a dict or null", "DBRX keeps rope_theta there")
    for key, value in table.items():
        if about_rotation(key) and key != "rope_theta" and value is not None:
            advice = "this reader does not understand it, and nothing is dropped in silence"
            raise ConfigError(f"attn_config.{key}", value, "no such key", advice)
    inner, outer = table.get("rope_theta"), values.get("rope_theta")
    if inner is None:
        return values
    if outer is not None and outer != inner:
        expected = f"the same as attn_config.rope_theta = {inner!r}"
        raise ConfigError("rope_theta", outer, expected, "keep one of the two")
    message = (
        f"attn_config.rope_theta = {inner!r} read; Hugging Face 5.23 takes 10000.0 instead"
    )
    notes.say("attn-config-base", message, "implementation-defined")
    return {**values, "rope_theta": inner}


def _part(values: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the key of the text part and what stands there, None for a file without one."""
    for key in TEXT_KEYS:
        if values.get(key) is not None:
            return key, values[key]
    if row_name(values.get("model_type")) is not None and values.keys() & _FLAT:
        return None
    if values.keys() & {"head_dim", "hidden_size", "num_attention_heads"}:
        return None
    for key in PART_KEYS:
        if isinstance(values.get(key), Mapping):
            return key, values[key]
    return None


def _say_other_parts(values: Mapping[str, Any], chosen: str | None, notes: Notes) -> None:
    """Name the parts that are not described."""
    others = [
        key
        for key, value in values.items()
        if isinstance(value, Mapping)
        and (str(key).endswith("_config") or key in ("encoder", "decoder"))
        and key not in (chosen, "quantization_config", "attn_config", "ffn_config")
        and key not in ("dual_chunk_attention_config", "generation_config")
    ]
    if others:
        part = "this part" if chosen is None else chosen
        notes.say("other-parts", f"only {part} is described, not {', '.join(others)}", "note")


def _check_outside(
    values: Mapping[str, Any], name: str, part: Mapping[str, Any], notes: Notes
) -> None:
    """Compare keys about rotation beside the part with those in it."""
    for key, value in values.items():
        if not about_rotation(key) or value is None:
            continue
        if part.get(key) is None:
            message = f"{key} = {value!r} beside {name} is not read: {name} has its own keys"
            notes.say("top-level-ignored", message, "implementation-defined")
        elif part[key] != value:
            expected = f"the same as {name}.{key} = {part[key]!r}"
            raise ConfigError(str(key), value, expected, "the text part's own counts")
