"""Which keys of a GGUF file are about rotary embedding: nothing is dropped in silence."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError

from .keys import misspelt
from .notes import Notes

_ROPE_KEYS = {
    *("dimension_count", "dimension_count_swa", "dimension_sections"),
    *("freq_base", "freq_base_swa", "scale_linear"),
    *(f"scaling.{key}" for key in (
        "type", "factor", "alpha", "attn_factor", "original_context_length", "finetuned",
        "yarn_log_multiplier", "yarn_ext_factor", "yarn_attn_factor",
        "yarn_beta_fast", "yarn_beta_slow")),
}  # fmt: skip
"""The keys below `rope.` that are understood."""

_READ = {
    *("context_length", "embedding_length", "attention.head_count", "attention.key_length"),
    *("attention.key_length_mla", "attention.key_length_swa"),
    *("attention.sliding_window_pattern", "attention.temperature_length"),
    "attention.temperature_scale",
}
"""Other keys that are read, for which a misspelt one would go unseen."""

_ABOUT_ROPE = ("attention.rope_pattern", "attention.compress_rope_freq_base")
"""Keys about rotary embedding elsewhere, which are not."""


def say_other_parts(metadata: Mapping[str, Any], name: str, notes: Notes) -> None:
    """Name keys about rotary embedding under another prefix than the architecture's."""
    others = [key for key in metadata if ".rope." in key and not key.startswith(f"{name}.")]
    if others:
        message = f"only {name}.* is described, not {', '.join(others)}"
        notes.say("other-parts", message, "note")


def check_keys(values: Mapping[str, Any]) -> None:
    """Refuse every key about rotary embedding that is not understood, or that is misspelt.

    Raises
    ------
    ConfigError
        Naming the key, and the one it is taken for.
    """
    for key, value in values.items():
        near = None if key in _READ else misspelt(key, _READ)
        if near is not None and near not in values:
            expected = "a key that this reader knows"
            raise ConfigError(key, value, expected, f"did you mean {near!r}?")
        strange = key.startswith("rope.") and key.removeprefix("rope.") not in _ROPE_KEYS
        if strange or key in _ABOUT_ROPE:
            advice = "this reader does not understand it, and nothing is dropped in silence"
            raise ConfigError(key, value, "a known key about rotary embedding", advice)
