"""The switches of a `config.json` that turn rotary embedding on, off or to something else."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import flag, whole

from .conventions import Model
from .notes import Notes

_NEEDED = (
    ("rotary", True),
    ("use_rope", True),
    ("use_mrope", False),
    ("alibi", False),
    ("use_alibi", False),
    ("position_encoding_2d", False),
    ("original_rope", True),
)
"""Switches, with the value that they must have for an ordinary rotary embedding."""

_ROTATING = ("rope", "rotary")
_PAIRED = {"rope_gptj": "interleaved"}
"""Values of `position_embedding_type` that say the layout too, as Cohere's files do."""

_NOT_READ = ("absolute", "relative_key", "relative_key_query")
"""Values of `position_embedding_type` that BERT's files have, and newer ones inherited."""


def check_flags(values: Mapping[str, Any], model: Model, notes: Notes) -> None:
    """Act on every switch; say what is beside the rotation.

    Raises
    ------
    ConfigError
        If a switch says that this is no ordinary rotary embedding, or is no switch.
    """
    for key, needed in _NEEDED:
        given = values.get(key)
        if given is None or (given is needed and isinstance(given, bool)):
            continue
        advice = "this model's positions are no ordinary rotary embedding"
        raise ConfigError(key, given, repr(needed).lower(), advice)
    if flag("rotary_value", values.get("rotary_value") or False, advice="RoFormer's switch"):
        message = "rotary_value is set: this model also rotates its values"
        notes.say("values-rotated", message, "note")
    _position_embedding_type(values, model, notes)
    _dual_chunk(values.get("dual_chunk_attention_config"), notes)
    _initial_context(values)
    if flag("use_logn_attn", values.get("use_logn_attn") or False, advice="Qwen's switch"):
        message = (
            "use_logn_attn: queries beyond the trained length are multiplied by a logarithm"
        )
        notes.say("query-temperature", message, "note")
    if model.remark:
        notes.say("beside-the-frequencies", model.remark, "implementation-defined")


def _position_embedding_type(values: Mapping[str, Any], model: Model, notes: Notes) -> None:
    """Check the kind of positions, and the class's own switch for it."""
    if model.switch is not None:
        key, needed = model.switch
        given = values.get(key)
        if type(given) is not type(needed) or given != needed:
            advice = "with anything else this class does not rotate"
            raise ConfigError(key, given, repr(needed), advice)
    key = "position_embedding_type"
    given = values.get(key)
    if given is None or given in _ROTATING:
        return
    if isinstance(given, str) and given in _PAIRED:
        if model.layout != _PAIRED[given]:
            advice = "the class pairs so, whatever the file says"
            raise ConfigError(key, given, f"a value for layout {model.layout!r}", advice)
        return
    if given in _NOT_READ:
        message = f"{key} = {given!r}: this class does not read it and rotates all the same"
        notes.say("position-type-ignored", message, "note")
        return
    advice = "this model's positions are no ordinary rotary embedding"
    raise ConfigError(key, given, "'rope' or 'rotary'", advice)


def _dual_chunk(table: Any, notes: Notes) -> None:
    """Check Qwen2.5-1M's map of positions, which changes no frequency."""
    if table is None:
        return
    key = "dual_chunk_attention_config"
    if not isinstance(table, Mapping):
        raise ConfigError(key, table, "a dict or null", "with chunk_size and local_size")
    sizes = {
        name: whole(f"{key}.{name}", table.get(name), least=1, advice="as in Qwen2.5-1M")
        for name in ("chunk_size", "local_size")
    }
    if sizes["local_size"] >= sizes["chunk_size"]:
        expected = f"less than chunk_size = {sizes['chunk_size']}"
        raise ConfigError(f"{key}.local_size", sizes["local_size"], expected, "swap the two")
    message = (
        f"{key}: vLLM maps positions in chunks of {sizes['chunk_size']} less "
        f"{sizes['local_size']}, transformers does not read it; the frequencies are the same"
    )
    notes.say("dual-chunk", message, "implementation-defined")


def _initial_context(values: Mapping[str, Any]) -> None:
    """Compare gpt-oss's second name of the trained length with the first."""
    key, first = "initial_context_length", "original_max_position_embeddings"
    if values.get(key) is None:
        return
    given = whole(key, values[key], least=1, advice="give the trained context length")
    tables = [values.get(name) for name in ("rope_parameters", "rope_scaling")]
    for table in (values, *tables):
        trained = table.get(first) if isinstance(table, Mapping) else None
        if trained is not None and trained != given:
            expected = f"{first} = {trained!r}"
            raise ConfigError(key, given, expected, "keep the one the model was trained with")
