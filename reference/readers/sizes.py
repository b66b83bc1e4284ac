"""Widths and lengths in a Hugging Face `config.json`, under whatever name they stand."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.config import WIDEST
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole

from .conventions import Kind, Model
from .fields import found_once
from .limits import LARGEST, LONGEST
from .models import row_name
from .models_sizes import SIZES
from .names import named
from .notes import Notes
from .tables import Table

FACTOR_KEYS = ("partial_rotary_factor", "rotary_pct")
"""The names of the turning fraction of a head, today's first."""


def head_dim(values: Mapping[str, Any], model: Model, kind: Kind | None, notes: Notes) -> int:
    """Return the width of a head, both parts of a split one together."""
    _check_sizes(values)
    if model.split is not None:
        return _split(values, model.split, notes)
    advice = "give the channels of one head"
    if kind is not None and kind.head_key is not None:
        if values.get(kind.head_key) is not None:
            width = values[kind.head_key]
            return whole(kind.head_key, width, least=1, most=WIDEST, advice=advice)
        return _assumed(f"{kind.head_key} for {kind.name}", kind.head_dim or 0, notes)
    if model.width_key is None and values.get("qk_rope_head_dim") is not None:
        advice = "it belongs to models with split heads, which this model type is not"
        raise ConfigError("qk_rope_head_dim", values["qk_rope_head_dim"], "no such key", advice)
    name, given = named(values, "head_dim", model.head_name)
    if given is not None:
        return whole(name, given, least=1, most=WIDEST, advice=advice)
    if model.head_dim is not None and not _null_over_sizes(values, model, notes):
        return _assumed("head_dim", model.head_dim, notes)
    if model.head_name == "attention_head_dim":
        raise ConfigError(model.head_name, None, "a whole number", advice)
    hidden, heads = _sizes(values, notes)
    name, key = named(values, "hidden_size")[0], named(values, "num_attention_heads")[0]
    if hidden % heads:
        raise ConfigError(name, hidden, f"a multiple of {key} = {heads}", "or give head_dim")
    if hidden // heads > WIDEST:
        expected = f"at most {WIDEST} channels for each of {key} = {heads}"
        raise ConfigError(name, hidden, expected, "or give head_dim")
    return hidden // heads


def names(
    values: Mapping[str, Any], table: Table, model: Model, kind: Kind | None
) -> dict[str, str]:
    """Return which of the file's keys the two widths come from, for messages."""
    if model.split is not None:
        head = "qk_nope_head_dim"
    elif kind is not None and kind.head_key is not None:
        head = kind.head_key
    else:
        name, given = named(values, "head_dim", model.head_name)
        head = name if given is not None else named(values, "hidden_size")[0]
    factor = [
        f"{place}.{key}" if place else key
        for place, words in (("", values), *table.sources)
        for key in FACTOR_KEYS
        if words.get(key) is not None
    ]
    width, given = _width_given(values, model)
    return {"head_dim": head, "rotary_dim": [*factor, head if given is None else width][0]}


def _null_over_sizes(values: Mapping[str, Any], model: Model, notes: Notes) -> bool:
    """Whether `head_dim` is null beside the two sizes that then give the width."""
    if "head_dim" not in values or None in (
        named(values, key)[1] for key in ("hidden_size", "num_attention_heads")
    ):
        return False
    message = (
        "head_dim is null: hidden_size / num_attention_heads taken, as some of Hugging Face's "
        f"classes do and others refuse, not the class's default {model.head_dim}"
    )
    notes.say("head-dim-null", message, "implementation-defined")
    return True


def _assumed(key: str, width: int, notes: Notes) -> int:
    """Return the class's default, and say so."""
    notes.say("head-dim-assumed", f"no {key}: {width} taken, the class's default")
    return width


def _split(values: Mapping[str, Any], default: tuple[int, int], notes: Notes) -> int:
    """Return the width of a split head; `head_dim` is the turning part to such classes."""
    widths = _split_widths(values, default, notes)
    given = values.get("head_dim")
    if given is not None and given not in (widths[1], sum(widths)):
        whole("head_dim", given, least=1, most=WIDEST, advice="give the channels of one head")
        message = f"head_dim = {given}: the head is {widths[0]} + {widths[1]} channels wide"
        notes.say("head-dim-ignored", message, "note")
    return sum(widths)


def _split_widths(
    values: Mapping[str, Any], default: tuple[int, int], notes: Notes
) -> tuple[int, int]:
    """Return the widths of the still and of the turning part of a split head."""
    still, turning = (
        whole(key, values[key], least=least, most=WIDEST, advice=f"DeepSeek-V3 has {width}")
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
    keys, found = zip(
        *(named(values, key) for key in ("hidden_size", "num_attention_heads")), strict=True
    )
    default = SIZES.get(row_name(values.get("model_type")) or "")
    if found == (None, None) and default is not None:
        hidden, heads = default
        message = f"no head_dim: {hidden} / {heads} taken, the class's default sizes"
        notes.say("head-dim-assumed", message)
        return default
    for key, value in zip(keys, found, strict=True):
        if value is None:
            others = [name for name in keys if name != key]
            advice = f"without head_dim, {others[0]} needs it"
            raise ConfigError(key, None, "a whole number of at least 1", advice)
    hidden, heads = (int(value) for value in found)
    return hidden, heads


def _check_sizes(values: Mapping[str, Any]) -> None:
    """Check the two sizes, even where the width of a head is given apart."""
    for key in ("hidden_size", "num_attention_heads"):
        name, value = named(values, key)
        if value is not None:
            whole(name, value, least=1, most=LARGEST, advice="give a whole number")


def rotary_dim(
    values: Mapping[str, Any], table: Table, head_dim: int, model: Model, notes: Notes
) -> int:
    """Return the number of channels that turn; a fraction is cut as Hugging Face cuts it."""
    factor = found_once(FACTOR_KEYS, values, table, notes)
    key, width = _width_given(values, model)
    if factor is not None:
        fraction = real(factor[0], factor[1], above=0, advice="1.0 turns the whole head")
        if fraction > 1:
            advice = "no more channels can turn than exist"
            raise ConfigError(factor[0], factor[1], "at most 1", advice)
        head = names(values, table, model, table.kind)["head_dim"]
        cut = _cut(_whole_of(values, head_dim, model), fraction, table, notes)
        if model.split is not None and fraction == 1:
            cut = width or model.split[1]  # of the turning part, the head to such classes
        if cut < 2 or cut % 2:
            expected = f"a share of {head} = {head_dim} that is an even number of channels"
            raise ConfigError(factor[0], factor[1], expected, f"it gives {cut}")
        if width is not None and width != cut:
            expected = f"{cut}, as {factor[0]} = {fraction} says"
            raise ConfigError(key, width, expected, "keep one of the two")
        return cut
    if width is not None:
        return width
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


def _width_given(values: Mapping[str, Any], model: Model) -> tuple[str, int | None]:
    """Return the key of the number of turning channels and its value, None if it is absent."""
    keys = [
        "rotary_dim",
        *filter(None, ["qk_rope_head_dim" if model.split else model.width_key]),
    ]
    advice = "leave it out to turn the whole head"
    given = [
        (key, whole(key, values[key], least=2, most=WIDEST, advice=advice))
        for key in keys
        if values.get(key) is not None
    ]
    for key, width in given[1:]:
        if width != given[0][1]:
            expected = f"the same as {given[0][0]} = {given[0][1]}"
            raise ConfigError(key, width, expected, "keep one of the two")
    return given[0] if given else (keys[0], None)


def _whole_of(values: Mapping[str, Any], head_dim: int, model: Model) -> int:
    """Return the width that a fraction is of: a split head's class may have its own."""
    if model.split is None or values.get("head_dim") is None:
        return head_dim
    advice = "give the channels of one head"
    return whole("head_dim", values["head_dim"], least=1, most=WIDEST, advice=advice)


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


def max_positions(values: Mapping[str, Any]) -> int | None:
    """Return the declared context length."""
    name, given = named(values, "max_position_embeddings")
    if given is None:
        return None
    return whole(name, given, least=1, most=LONGEST, advice="give the context length")
