"""Which layers share a configuration, and which have none."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.model import LayerGroup, Temperature
from ropespec.reference.scaling import Yarn
from ropespec.reference.validate import flag, whole

from . import sizes
from .conventions import Model
from .layer_bases import layer_bases
from .naming import naming
from .notes import Notes
from .patterns import WITHOUT_ATTENTION, Pattern, layer_count, layer_types, rotating_layers


def layer_groups(
    values: Mapping[str, Any],
    configs: Mapping[str | None, RotaryConfig | None],
    model: Model,
    notes: Notes,
) -> tuple[LayerGroup, ...]:
    """Return the groups of layers, those that rotate first.

    Parameters
    ----------
    values
        The file.
    configs
        Configurations by type of layer, under None where one serves all.
    model
        The class's conventions.
    notes
        Takes what is not part of a configuration.

    Raises
    ------
    ConfigError
        If a layer's type has no configuration.
    """
    types = layer_types(values, model.pattern, notes)
    bases = layer_bases(values, model, configs.get(None), notes)
    rotating = rotating_layers(values, model.interval, notes) if bases is None else None
    if rotating is None and values.get("no_rope_layer_interval", model.interval) is not None:
        message = "how many layers there are is not said; some have no rotary embedding"
        notes.say("layers-without-rope", message, "note")
    if bases is not None:
        groups = _by_base(configs[None], bases, types)
    elif None in configs:
        groups = _alike(values, configs[None], types, rotating, model)
    else:
        groups = _by_type(configs, types)
    if any(group.rotary is None for group in groups):
        still = "; ".join(group.name for group in groups if group.rotary is None)
        message = f"some layers have no rotary embedding: {still}"
        notes.say("layers-without-rope", message, "note")
    if model.split is not None:
        groups = [_with_softmax_factor(group) for group in groups]
    heated = [replace(group, temperature=temperature(values, group, model)) for group in groups]
    for group in heated:
        _say_what_else(group, notes)
    return tuple(sorted(heated, key=lambda group: group.rotary is None))


def _say_what_else(group: LayerGroup, notes: Notes) -> None:
    """Say what a group does to its scores besides the rotation."""
    if group.softmax_factor != 1.0:
        message = f"scores are multiplied by {group.softmax_factor:.6g} besides the rotation"
        notes.say("softmax-factor", message, "note")
    if group.temperature is not None:
        t = group.temperature
        message = f"queries are multiplied by 1 + {t.scale:g} ln(1 + floor((p + {t.offset}) / "
        notes.say("query-temperature", f"{message}{t.floor})) in {group.name}", "note")


def _alike(
    values: Mapping[str, Any],
    config: RotaryConfig | None,
    types: list[str],
    rotating: list[bool] | None,
    model: Model,
) -> list[LayerGroup]:
    """Groups of a model whose rotating layers are all alike."""
    needed = model.still_needs
    if needed is not None and values.get(needed) is not None:
        whole(needed, values[needed], least=1, advice="null for a model without windows")
    still = model.still if needed is None or values.get(needed) is not None else ()
    without = (*still, *WITHOUT_ATTENTION)
    count = len(rotating) if rotating else len(types) or layer_count(values) or 0
    if not count:
        return _uncounted(config, model.pattern if still else None, without)
    turns = [
        (rotating is None or rotating[i]) and not (types and types[i] in without)
        for i in range(count)
    ]
    groups = []
    for state in (True, False):
        layers = [i for i in range(count) if turns[i] is state]
        if layers:
            names = list(dict.fromkeys(types[i] for i in layers)) if types else []
            groups.append(_group(config if state else None, names, layers))
    return groups


def _by_base(
    config: RotaryConfig | None, bases: list[float], types: list[str]
) -> list[LayerGroup]:
    """Groups of a model with a base for each layer; 0 stands for none."""
    groups = []
    for base in dict.fromkeys(bases):
        layers = [i for i, given in enumerate(bases) if given == base]
        names = list(dict.fromkeys(types[i] for i in layers)) if types else []
        turning = config.replace(base=base) if config is not None and base else None
        groups.append(_group(turning, names, layers))
    return groups


def _uncounted(
    config: RotaryConfig | None, pattern: Pattern | None, without: tuple[str, ...]
) -> list[LayerGroup]:
    """Groups where the number of layers is not known: by the types of the pattern alone."""
    if pattern is None:
        return [_group(config, (), ())]
    names = (pattern.usual, pattern.special)
    turning = [name for name in names if name not in without]
    still = [name for name in names if name in without]
    return [_group(config, turning, ()), _group(None, still, ())]


def _by_type(
    configs: Mapping[str | None, RotaryConfig | None], types: list[str]
) -> list[LayerGroup]:
    """Groups of a model with parameters for each type of layer."""
    names = [name for name in configs if name is not None]
    known = set(names) & set(types)
    first = {name: types.index(name) if name in known else len(types) for name in names}
    groups = [
        _group(configs[name], [name], [i for i, given in enumerate(types) if given == name])
        for name in sorted(names, key=first.__getitem__)
    ]
    others = dict.fromkeys(name for name in types if name not in configs)
    if known:  # otherwise the tables have names of their own, as DeepSeek-V4's
        unknown = [name for name in others if name not in WITHOUT_ATTENTION]
        if unknown:
            expected = "a table in rope_parameters for every type of layer"
            raise ConfigError("layer_types", unknown[0], expected, f"there are {names}")
        groups += [
            _group(None, [name], [i for i, given in enumerate(types) if given == name])
            for name in others
        ]
    return groups


def _group(
    config: RotaryConfig | None, names: Iterable[str], layers: Iterable[int]
) -> LayerGroup:
    """Return one group."""
    return LayerGroup(config, tuple(names), tuple(layers))


def _with_softmax_factor(group: LayerGroup) -> LayerGroup:
    """Add the softmax factor of split heads, which only their classes apply."""
    law = None if group.rotary is None else group.rotary.scaling
    return (
        replace(group, softmax_factor=law.softmax_factor()) if isinstance(law, Yarn) else group
    )


def temperature(
    values: Mapping[str, Any], group: LayerGroup, model: Model
) -> Temperature | None:
    """Return the law by which the queries of a group are scaled, None for none.

    Llama 4 scales those of its layers without rotary embedding, Ministral 3 and Mistral 4
    those of all layers.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    """
    if model.temperature == "llama4":
        heat = _llama4(values)
        return heat if group.rotary is None else None
    words = values.get("rope_parameters") or values.get("rope_scaling") or model.parameters
    scale = words.get("llama_4_scaling_beta")
    if model.temperature is None or scale is None or group.rotary is None:
        return None
    original = getattr(group.rotary.scaling, "original_max_position_embeddings", None)
    floor = original if original is not None else sizes.max_positions(values)
    with naming({"scale": "llama_4_scaling_beta", "floor": "max_position_embeddings"}):
        return Temperature(scale, floor or 0, 0)


def _llama4(values: Mapping[str, Any]) -> Temperature | None:
    """Return Llama 4's law; its switch was a number in the first files."""
    key = "attn_temperature_tuning"
    switch = values.get(key)
    if isinstance(switch, int) and not isinstance(switch, bool):
        switch = whole(key, switch, least=0, advice="true in Llama 4") > 0
    scale, floor = values.get("attn_scale"), values.get("floor_scale")
    with naming({"scale": "attn_scale", "floor": "floor_scale"}):
        heat = Temperature(0.1 if scale is None else scale, 8192 if floor is None else floor, 1)
    on = switch is None or flag(key, switch, advice="true in Llama 4")
    return heat if on else None
