"""The single fields of a `RotaryConfig`, each from a Hugging Face `config.json`.

A field may stand under several names, at the top of the file or in its table of parameters.
Where it stands more than once, all must agree. `null` counts as absent.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole

from .models import Model
from .reading import ReadingWarning

BASE_KEYS = ("rope_theta", "rotary_emb_base")
"""The names of the base, today's first."""

FACTOR_KEYS = ("partial_rotary_factor", "rotary_pct")
"""The names of the turning fraction of a head, today's first."""

_ALIASES = {"hidden_size": "n_embd", "num_attention_heads": "n_head"}


def _agreed(keys: tuple[str, ...], values: Mapping[str, Any]) -> tuple[str, Any] | None:
    """Return the first of several keys for one thing, at the top or nested, if all agree."""
    found = [(key, values[key]) for key in keys if values.get(key) is not None]
    tables = [key for key in ("rope_parameters", "rope_scaling") if values.get(key)]
    for table in tables:
        nested = [(f"{table}.{key}", values[table].get(key)) for key in keys]
        found += [(key, value) for key, value in nested if value is not None]
    for key, value in found[1:]:
        if value != found[0][1]:
            expected = f"the same as {found[0][0]} = {found[0][1]!r}"
            raise ConfigError(key, value, expected, "keep the one the model was trained with")
    return found[0] if found else None


def base(
    values: Mapping[str, Any],
    model: Model,
    warnings: list[ReadingWarning],
) -> float:
    """Return the base."""
    found = _agreed(BASE_KEYS, values)
    if found is not None:
        return real(found[0], found[1], above=1, advice="10000.0 is the paper's")
    if not model.base_fixed:
        message = f"no rope_theta: {model.base} taken, the class's default"
        warnings.append(ReadingWarning("base-assumed", message))
    return model.base


def head_dim(values: Mapping[str, Any], model: Model, warnings: list[ReadingWarning]) -> int:
    """Return the width of what is handed to the rotation."""
    key = model.rope_key or "head_dim"
    if model.rope_key is None and values.get("qk_rope_head_dim") is not None:
        advice = "it belongs to models with split heads, which this model type is not"
        raise ConfigError("qk_rope_head_dim", values["qk_rope_head_dim"], "no such key", advice)
    if values.get(key) is not None:
        return whole(key, values[key], least=1, advice="give the channels of one head")
    if model.rope_key is not None:
        raise ConfigError(key, None, "the rotary part's width", "add it, DeepSeek-V3 has 64")
    if model.head_dim is not None:
        message = f"no head_dim: {model.head_dim} taken, the class's default"
        warnings.append(ReadingWarning("head-dim-assumed", message))
        return model.head_dim
    hidden, heads = (_size(values, name) for name in ("hidden_size", "num_attention_heads"))
    if hidden % heads:
        expected = f"a multiple of num_attention_heads = {heads}"
        raise ConfigError("hidden_size", hidden, expected, "or give head_dim")
    return hidden // heads


def _size(values: Mapping[str, Any], name: str) -> int:
    """Return one of the two sizes that give the head width."""
    key = name if values.get(name) is not None else _ALIASES[name]
    advice = "without head_dim, hidden_size and num_attention_heads must both be there"
    return whole(name, values.get(key), least=1, advice=advice)


def rotary_dim(
    values: Mapping[str, Any],
    head_dim: int,
    model: Model,
    warnings: list[ReadingWarning],
) -> int:
    """Return the number of channels that turn; a fraction is cut as Hugging Face cuts it."""
    factor = _agreed(FACTOR_KEYS, values)
    width = values.get("rotary_dim")
    if factor is not None:
        advice = "1.0 turns the whole head"
        fraction = real(factor[0], factor[1], above=0, advice=advice)
        from_factor = int(head_dim * fraction)
        if width is not None and width != from_factor:
            expected = f"{from_factor}, as {factor[0]} = {fraction} says"
            raise ConfigError("rotary_dim", width, expected, "keep one of the two")
        if from_factor != head_dim * fraction:
            message = f"{head_dim} * {fraction} = {head_dim * fraction} cut to {from_factor}"
            warnings.append(ReadingWarning("rotary-width-cut", message))
        return from_factor
    if width is not None:
        return whole("rotary_dim", width, least=2, advice="leave it out to turn the whole head")
    if model.rotary_dim is not None:
        message = f"no rotary_dim: {model.rotary_dim} taken, the class's default"
        warnings.append(ReadingWarning("rotary-width-assumed", message))
        return model.rotary_dim
    if model.partial != 1.0:
        message = f"no partial_rotary_factor: {model.partial} taken, the class's default"
        warnings.append(ReadingWarning("rotary-width-assumed", message))
    return int(head_dim * model.partial)


def layout(values: Mapping[str, Any], model: Model) -> str:
    """Return the layout; DeepSeek-V3's class has a switch for it."""
    switch = values.get("rope_interleave")
    if switch is None:
        return model.layout
    if model.layout != "interleaved-to-half" or not isinstance(switch, bool):
        advice = "only DeepSeek-V3's kind has this switch"
        raise ConfigError("rope_interleave", switch, "no such key", advice)
    return model.layout if switch else "half"


def max_position(values: Mapping[str, Any]) -> int | None:
    """Return the largest position of the declared context."""
    for key in ("max_position_embeddings", "n_positions"):
        if values.get(key) is not None:
            return whole(key, values[key], least=1, advice="give the context length") - 1
    return None
