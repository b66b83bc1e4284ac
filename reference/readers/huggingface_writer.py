"""Back into a Hugging Face `config.json`, where its words can say it.

The pairing of channels is in no file: the model type stands for it. So what is written is
read again and compared, and a configuration that would come back different is refused.
"""

from dataclasses import fields
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.model import LayerGroup, RotaryModel
from ropespec.reference.scaling import Dynamic, Ntk, Yarn

from .huggingface import read
from .laws import KNOWN_TYPES
from .unread import IGNORES, REJECTS


def write(model: RotaryModel | RotaryConfig, model_type: str) -> dict[str, Any]:
    """Return the file's keys about rotary embedding, in the words of transformers 5.

    Parameters
    ----------
    model
        A model, or one configuration for all layers.
    model_type
        Whose code pairs the channels in this way, for example "llama" or "gptj".

    Raises
    ------
    ConfigError
        If the format or the model type cannot say it; the first difference is named.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.readers.huggingface_writer import write
    >>> words = write(RotaryConfig(64, base=500000.0, layout="half"), "llama")
    >>> words["rope_parameters"]
    {'rope_type': 'default', 'rope_theta': 500000.0}
    """
    if isinstance(model, RotaryConfig):
        model = RotaryModel((LayerGroup(model),))
    words: dict[str, Any] = {"model_type": model_type}
    length = model.max_position_embeddings or _length(model)
    if length is not None:
        words["max_position_embeddings"] = length
    words |= _layers(model)
    tables = {group.name: _table(group.rotary) for group in model.rotating}
    if len(tables) == 1:
        config = model.config()
        words |= _widths(config) | {"rope_parameters": next(iter(tables.values()))}
    else:
        words |= _widths(model.rotating[0].rotary) | {"rope_parameters": tables}
    _compare(model, words)
    return words


def _length(model: RotaryModel) -> int | None:
    """Return the context length that the first configuration means."""
    config = model.rotating[0].rotary if model.rotating else None
    if config is None:
        return None
    if isinstance(config.scaling, Dynamic):  # which the format calls by this name
        return config.scaling.original_max_position_embeddings
    return None if config.max_position is None else config.max_position + 1


def _layers(model: RotaryModel) -> dict[str, Any]:
    """Return the keys that say which layer is of which group."""
    count = sum(len(group.layers) for group in model.groups)
    if not count:
        return {}
    words: dict[str, Any] = {"num_hidden_layers": count}
    if all(len(group.layer_types) == 1 for group in model.groups):
        of = {layer: g.layer_types[0] for g in model.groups for layer in g.layers}
        words["layer_types"] = [of[layer] for layer in range(count)]
    elif len(model.groups) > 1:
        rotating = {layer for group in model.rotating for layer in group.layers}
        words["no_rope_layers"] = [int(layer in rotating) for layer in range(count)]
    return words


def _widths(config: RotaryConfig | None) -> dict[str, Any]:
    """Return the key of the head width; split heads have two of their own."""
    if config is None:
        return {}
    if config.rotary_end == "last":
        still = config.head_dim - config.rotary_dim
        return {"qk_nope_head_dim": still, "qk_rope_head_dim": config.rotary_dim}
    return {"head_dim": config.head_dim}


def _table(config: RotaryConfig | None) -> dict[str, Any]:
    """Return one table of parameters."""
    if config is None:
        return {}
    law = config.scaling.to_dict()
    if isinstance(config.scaling, Ntk):
        law = {"rope_type": "dynamic", "alpha": config.scaling.alpha, "factor": 1.0}
    if isinstance(config.scaling, Dynamic):
        del law["original_max_position_embeddings"]
    if isinstance(config.scaling, Yarn) and config.attention_factor is not None:
        law["attention_factor"] = config.attention_factor
    if law["rope_type"] not in KNOWN_TYPES:
        expected = "one of " + ", ".join(KNOWN_TYPES)
        advice = "the format has no name for this law"
        raise ConfigError("rope_type", law["rope_type"], expected, advice)
    law["rope_theta"] = config.base
    if config.rotary_dim < config.head_dim and config.rotary_end == "first":
        law["partial_rotary_factor"] = config.rotary_dim / config.head_dim
    return law


def _compare(model: RotaryModel, words: dict[str, Any]) -> None:
    """Read the words again, and refuse them at the first difference, Hugging Face's too."""
    reading = read(words)
    again = reading.model
    for warning in reading.warnings:
        if warning.name in (IGNORES, REJECTS):
            expected = "a model type whose class computes what is written"
            raise ConfigError("model_type", words["model_type"], expected, warning.message)
    if len(again.groups) != len(model.groups):
        advice = f"{words['model_type']!r} stands for other groups of layers"
        expected = f"{len(again.groups)} groups of layers"
        raise ConfigError("layers", f"{len(model.groups)} groups", expected, advice)
    for ours, theirs in zip(model.groups, again.groups, strict=True):
        if ours.rotary is None or theirs.rotary is None:
            continue
        for field in fields(RotaryConfig):
            given, back = getattr(ours.rotary, field.name), getattr(theirs.rotary, field.name)
            if field.name == "attention_factor":  # by its effect, the amplitude
                continue
            if field.name == "max_position" and given is None:
                continue
            if given != back and field.name != "scaling":
                advice = "the format has no key for it, or name another model type"
                expected = f"{back!r}, which {words['model_type']!r} stands for"
                raise ConfigError(field.name, given, expected, advice)
        _compare_laws(ours.rotary, theirs.rotary)


def _compare_laws(ours: RotaryConfig, theirs: RotaryConfig) -> None:
    """Refuse a law or an amplitude that comes back different."""
    forced = isinstance(ours.scaling, Yarn) and ours.attention_factor is not None
    if ours.scaling != theirs.scaling and not forced:
        advice = "the format has no words for this law or convention"
        expected = f"{theirs.scaling_dict()}"
        raise ConfigError("scaling", ours.scaling_dict(), expected, advice)
    if ours.amplitude != theirs.amplitude:
        advice = "only YaRN and LongRoPE have a key for the amplitude"
        raise ConfigError("attention_factor", ours.amplitude, f"{theirs.amplitude}", advice)
