"""`layer_rope_theta` and `rope_scaling_layers`: what some classes list layer by layer."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole

from .conventions import Model
from .limits import LAYERS
from .notes import Notes
from .patterns import layer_count

KEY = "layer_rope_theta"


def layer_bases(
    values: Mapping[str, Any], model: Model, config: RotaryConfig | None, notes: Notes
) -> list[float] | None:
    """Return the base of each layer, 0 where it does not rotate; None where all have one.

    Raises
    ------
    ConfigError
        If the list is malformed, has another length than there are layers, or the class does
        not read it.
    """
    _check_scaling_layers(values)
    given, layers = values.get(KEY), layer_count(values)
    if not model.layer_bases:
        if given is not None:
            raise ConfigError(
                KEY, given, "no such key", "this class has one base for all layers"
            )
        return None
    plain = 0.0 if config is None else config.base
    if given is None:
        if model.last_still is None or layers is None:
            return None
        step = model.last_still
        return [0.0 if (layers - 1 - i) % step == 0 else plain for i in range(layers)]
    if not isinstance(given, list) or not given:
        raise ConfigError(KEY, given, "a list of bases", "0 for a layer that does not rotate")
    if layers is not None and len(given) != layers:
        expected = f"one number for each of num_hidden_layers = {layers}"
        raise ConfigError(KEY, f"{len(given)} numbers", expected, "correct one of them")
    bases = [_base(i, value) for i, value in enumerate(given)]
    if model.last_still is not None and set(bases) - {0.0, plain}:
        message = f"{KEY} has other bases than {plain:g}: Hugging Face 5.23 computes with that "
        notes.say("layer-bases", message + "one alone", "implementation-defined")
    if plain and plain not in bases:
        message = f"rope_theta = {plain:g} is the base of no layer: {KEY} counts"
        notes.say("top-level-ignored", message, "note")
    return bases


def _base(layer: int, value: Any) -> float:
    """Check the base of one layer."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value == 0:
        return 0.0
    return real(f"{KEY}[{layer}]", value, above=1, advice="0 for a layer that does not rotate")


def _check_scaling_layers(values: Mapping[str, Any]) -> None:
    """Check Molmo 2's list of the layers that are scaled, which must be all of them."""
    key = "rope_scaling_layers"
    given, layers = values.get(key), layer_count(values)
    if given is None:
        return
    advice = "give the numbers of the layers"
    if not isinstance(given, list):
        raise ConfigError(key, given, "a list of layers", advice)
    listed = [whole(f"{key}[{i}]", n, least=0, most=LAYERS, advice=advice)
              for i, n in enumerate(given)]  # fmt: skip
    if listed != list(range(layers if layers is not None else len(listed))):
        advice = "a model that scales some of its layers is not described"
        raise ConfigError(key, given, "all layers", advice)
