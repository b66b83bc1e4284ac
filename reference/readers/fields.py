"""The single fields of a `RotaryConfig`, each from a Hugging Face `config.json`.

A field may stand under several names, at the top of the file or in its table of parameters.
Where it stands more than once, all must agree. `null` counts as absent.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import flag, real

from .conventions import Kind, Model
from .notes import Notes
from .tables import Table

BASE_KEYS = ("rope_theta", "rotary_emb_base")
"""The names of the base, today's first."""


def found_once(
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
    found = found_once(keys, values, table, notes)
    if found is None and kind is not None and not table.nested:
        found = found_once(("rope_theta",), {}, table, notes)
    if found is not None:
        given = real(found[0], found[1], above=1, advice="10000.0 is the paper's")
        if model.base_fixed and given != model.base:
            advice = "this class has it in its code and reads no key"
            raise ConfigError(found[0], found[1], f"{model.base}", advice)
        return given
    if values.get("rope_ratio") is not None:
        return _with_ratio(values["rope_ratio"], model.base, notes)
    default = model.base if kind is None else kind.base
    if not model.base_fixed:
        layers = "" if kind is None else f" for {kind.name}"
        message = f"no rope_theta{layers}: {default} taken, the class's default"
        notes.say("base-assumed", message)
    return default


def _with_ratio(ratio: Any, base: float, notes: Notes) -> float:
    """Return ChatGLM's base, which its files multiply."""
    product = base * real("rope_ratio", ratio, above=0, advice="1 changes nothing")
    if ratio != 1:
        message = f"rope_ratio = {ratio!r}: GLM-4 and ChatGLM3-32k multiply the base by it, "
        message += "as here; ChatGLM2-32k divides the positions by it (from memory)"
        notes.say("rope-ratio", message, "implementation-defined")
    return real("rope_ratio", product, above=1, advice="base times ratio must be a base")


def rotary_end(head_dim: int, rotary_dim: int, model: Model) -> str:
    """Return which end of the head turns: the last channels of a split head."""
    return "last" if model.split is not None and rotary_dim < head_dim else model.end


def layout(values: Mapping[str, Any], table: Table, model: Model) -> str:
    """Return the layout; DeepSeek-V3's class has a switch for it."""
    switch = values.get("rope_interleave")
    if switch is None:
        proportional = table.rope_type == "proportional" and model.layout == "half"
        return "half-idle" if proportional else model.layout
    if model.layout != "interleaved-to-half":
        advice = "only DeepSeek-V3's kind has this switch"
        raise ConfigError("rope_interleave", switch, "no such key", advice)
    advice = "true reads neighbours, false halves"
    return model.layout if flag("rope_interleave", switch, advice=advice) else "half"
