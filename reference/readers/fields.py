"""The single fields of a `RotaryConfig`, each from a Hugging Face `config.json`.

A field may stand under several names, at the top of the file or in its table of parameters.
Where it stands more than once, all must agree. `null` counts as absent.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole

from .conventions import Kind, Model
from .models import SIZES, row_name
from .notes import Notes
from .tables import Table

BASE_KEYS = ("rope_theta", "rotary_emb_base")
"""The names of the base, today's first."""

FACTOR_KEYS = ("partial_rotary_factor", "rotary_pct")
"""The names of the turning fraction of a head, today's first."""

_ALIASES = {"hidden_size": "n_embd", "num_attention_heads": "n_head"}


def _found(
    keys: tuple[str, ...], values: Mapping[str, Any], table: Table, notes: Notes
) -> tuple[str, Any] | None:
    """Return the first of several keys for one thing, at the top or in the table.

    In a file with one table all must agree. With a table for each type of layer the table
    counts, as in Hugging Face, and a different value at the top is said to be ignored.
    """
    top = [(key, values[key]) for key in keys if values.get(key) is not None]
    inside = [
        (f"{place}.{key}", words[key])
        for place, words in table.sources
        for key in keys
        if words.get(key) is not None
    ]
    for key, _ in top:
        notes.older(key)
    found = inside + top if table.nested else top + inside
    for key, value in found[1:]:
        if value == found[0][1]:
            continue
        if table.nested:
            message = f"{key} = {value!r} at the top ignored: {found[0][0]} = {found[0][1]!r}"
            notes.say("top-level-ignored", message, "note")
            continue
        expected = f"the same as {found[0][0]} = {found[0][1]!r}"
        raise ConfigError(key, value, expected, "keep the one the model was trained with")
    return found[0] if found else None


def base(
    values: Mapping[str, Any], table: Table, model: Model, kind: Kind | None, notes: Notes
) -> float:
    """Return the base."""
    keys = BASE_KEYS if kind is None else kind.base_keys
    if kind is not None and values.get(keys[0] if keys else "") is None:
        keys = (*keys, "rope_theta") if table.nested else keys
    found = _found(keys, values, table, notes)
    if found is None and kind is not None and not table.nested:
        found = _found(("rope_theta",), {}, table, notes)
    if found is not None:
        return real(found[0], found[1], above=1, advice="10000.0 is the paper's")
    default = model.base if kind is None else kind.base
    if not model.base_fixed:
        layers = "" if kind is None else f" for {kind.name}"
        message = f"no rope_theta{layers}: {default} taken, the class's default"
        notes.say("base-assumed", message)
    return default


def head_dim(values: Mapping[str, Any], model: Model, kind: Kind | None, notes: Notes) -> int:
    """Return the width of a head, both parts of a split one together."""
    if model.split is not None:
        return sum(_split_widths(values, model.split, notes))
    advice = "give the channels of one head"
    if kind is not None and kind.head_key is not None:
        if values.get(kind.head_key) is not None:
            return whole(kind.head_key, values[kind.head_key], least=1, advice=advice)
        return _assumed(f"{kind.head_key} for {kind.name}", kind.head_dim or 0, notes)
    if model.width_key is None and values.get("qk_rope_head_dim") is not None:
        advice = "it belongs to models with split heads, which this model type is not"
        raise ConfigError("qk_rope_head_dim", values["qk_rope_head_dim"], "no such key", advice)
    if values.get("head_dim") is not None:
        return whole("head_dim", values["head_dim"], least=1, advice=advice)
    if model.head_dim is not None:
        return _assumed("head_dim", model.head_dim, notes)
    hidden, heads = _sizes(values, notes)
    if hidden % heads:
        expected = f"a multiple of num_attention_heads = {heads}"
        raise ConfigError("hidden_size", hidden, expected, "or give head_dim")
    return hidden // heads


def _assumed(key: str, width: int, notes: Notes) -> int:
    """Return the class's default, and say so."""
    notes.say("head-dim-assumed", f"no {key}: {width} taken, the class's default")
    return width


def _split_widths(
    values: Mapping[str, Any], default: tuple[int, int], notes: Notes
) -> tuple[int, int]:
    """Return the widths of the still and of the turning part of a split head."""
    still, turning = (
        whole(key, values[key], least=least, advice=f"DeepSeek-V3 has {width}")
        if values.get(key) is not None
        else _assumed(key, width, notes)
        for key, width, least in (
            ("qk_nope_head_dim", default[0], 0),
            ("qk_rope_head_dim", default[1], 2),
        )
    )
    return still, turning


def _sizes(values: Mapping[str, Any], notes: Notes) -> tuple[int, int]:
    """Return the two sizes that give the head width; the class's only if both are absent."""
    keys = ("hidden_size", "num_attention_heads")
    found = [values.get(key, values.get(_ALIASES[key])) for key in keys]
    default = SIZES.get(row_name(values.get("model_type")) or "")
    if found == [None, None] and default is not None:
        hidden, heads = default
        message = f"no head_dim: {hidden} / {heads} taken, the class's default sizes"
        notes.say("head-dim-assumed", message)
        return default
    advice = "without head_dim, hidden_size and num_attention_heads must both be there"
    hidden, heads = (
        whole(key, value, least=1, advice=advice)
        for key, value in zip(keys, found, strict=True)
    )
    return hidden, heads


def rotary_dim(
    values: Mapping[str, Any], table: Table, head_dim: int, model: Model, notes: Notes
) -> int:
    """Return the number of channels that turn; a fraction is cut as Hugging Face cuts it."""
    factor = _found(FACTOR_KEYS, values, table, notes)
    keys = ("rotary_dim", "qk_rope_head_dim" if model.split else model.width_key or "")
    key, width = next(((key, values[key]) for key in keys if values.get(key)), (keys[0], None))
    if factor is not None:
        fraction = real(factor[0], factor[1], above=0, advice="1.0 turns the whole head")
        cut = _cut(head_dim, fraction, table, notes)
        if model.split is not None and fraction == 1:
            cut = width or model.split[1]  # of the turning part, the head to such classes
        if width is not None and width != cut:
            expected = f"{cut}, as {factor[0]} = {fraction} says"
            raise ConfigError(key, width, expected, "keep one of the two")
        return cut
    if values.get(key) is not None:
        return whole(key, values[key], least=2, advice="leave it out to turn the whole head")
    if model.split is not None:
        return model.split[1]
    if model.rotary_dim is not None:
        message = f"no rotary_dim: {model.rotary_dim} taken, the class's default"
        notes.say("rotary-width-assumed", message)
        return model.rotary_dim
    if model.partial != 1.0:
        message = f"no partial_rotary_factor: {model.partial} taken, the class's default"
        notes.say("rotary-width-assumed", message)
    return int(head_dim * model.partial)


def _cut(head_dim: int, fraction: float, table: Table, notes: Notes) -> int:
    """Return the whole width of a fraction of a head, and say where something is cut off."""
    if table.rope_type == "proportional":  # which counts whole pairs
        width = 2 * int(fraction * head_dim // 2)
    else:
        width = int(head_dim * fraction)
    if width != head_dim * fraction:
        message = f"{head_dim} * {fraction} = {head_dim * fraction} cut to {width}"
        notes.say("rotary-width-cut", message)
    return width


def rotary_end(head_dim: int, rotary_dim: int, model: Model) -> str:
    """Return which end of the head turns: the last channels of a split head."""
    return "last" if model.split is not None and rotary_dim < head_dim else model.end


def layout(values: Mapping[str, Any], table: Table, model: Model) -> str:
    """Return the layout; DeepSeek-V3's class has a switch for it."""
    switch = values.get("rope_interleave")
    if switch is None:
        proportional = table.rope_type == "proportional" and model.layout == "half"
        return "half-idle" if proportional else model.layout
    if model.layout != "interleaved-to-half" or not isinstance(switch, bool):
        advice = "only DeepSeek-V3's kind has this switch"
        raise ConfigError("rope_interleave", switch, "no such key", advice)
    return model.layout if switch else "half"


def max_positions(values: Mapping[str, Any]) -> int | None:
    """Return the declared context length."""
    for key in ("max_position_embeddings", "n_positions"):
        if values.get(key) is not None:
            return whole(key, values[key], least=1, advice="give the context length")
    return None
