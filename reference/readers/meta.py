"""Meta's `params.json` of Llama 1 to 4.

The file says little; the rest is in Meta's code (llama-models, a9c89c47): heads turn whole,
pairs are neighbours, and Llama 3's scaling has its numbers written into the program.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.jsonfile import load_object
from ropespec.reference.model import LayerGroup, RotaryModel, Temperature
from ropespec.reference.scaling import Default, Llama3, Scaling
from ropespec.reference.spectrum import spectrum
from ropespec.reference.validate import flag, real, whole

from .limits import LAYERS
from .naming import naming
from .notes import Notes
from .params import check_keys, head_dim
from .reading import Reading

TRAINED = 8192
"""The trained length in Meta's code."""

FACTOR = 8.0
"""The factor in Meta's code for Llama 3, in whatever file."""

_UNDERSTOOD = ("rope_theta", "use_scaled_rope", "rope_scaling_factor",
               "rope_high_freq_factor", "nope_layer_interval")  # fmt: skip


def read(
    source: Mapping[str, Any] | str | Path,
    *,
    base: float | None = None,
    factor: float | None = None,
) -> Reading:
    """Read Meta's `params.json`.

    Parameters
    ----------
    source
        A path, or what the file holds.
    base
        The base where the file has none: 10000.0 in the code of Llama 1 and 2, 500000.0 in
        that of Llama 3 and 4.
    factor
        The factor of `use_scaled_rope` where the file has none; None for the 8 of Meta's
        code. Llama 3.2's models of 1B and 3B were trained with 32.

    Raises
    ------
    ConfigError
        For a key about rotary embedding that is not understood, keys that contradict each
        other, and missing or wrong values.

    Examples
    --------
    >>> from ropespec.reference.readers import meta
    >>> reading = meta.read({"dim": 4096, "n_heads": 32, "rope_theta": 500000.0,
    ...                      "use_scaled_rope": True})
    >>> reading.config.scaling
    Llama3(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, \
original_max_position_embeddings=8192)
    >>> reading.verdict
    'implementation-defined'
    """
    values = source if isinstance(source, Mapping) else load_object(source)
    check_keys(values, _UNDERSTOOD)
    notes = Notes()
    if values.get("rope_theta") is None and base is None:
        advice = "give the argument base: 10000.0 for Llama 1 and 2, 500000.0 for 3 and 4"
        raise ConfigError("rope_theta", None, "the base, which Meta's code fixes", advice)
    given = values.get("rope_theta") if values.get("rope_theta") is not None else base
    own = values.get("rope_scaling_factor") is not None
    names = {
        "scaling factor": "rope_scaling_factor" if own else "factor",
        "scaling high_freq_factor": "rope_high_freq_factor",
        "scale": "attn_scale", "floor": "floor_scale",
        "head_dim": "head_dim" if values.get("head_dim") is not None else "dim",
    }  # fmt: skip
    with naming(names):
        config = RotaryConfig(
            head_dim=head_dim(values),
            base=real("rope_theta", given, above=1, advice="500000.0 in Llama 3"),
            scaling=_scaling(values, factor, notes),
        )
        groups = _groups(values, config, notes)
    notes.remarks(config.scaling.remarks(spectrum(config)))
    if _switch(values, "use_qk_norm"):
        notes.say(
            "norm-after-rotation", "queries and keys are normalised after turning", "note"
        )
    return Reading(RotaryModel(groups), notes.warnings())


def params(config: RotaryConfig, heads: int) -> dict[str, Any]:
    """Return the words of a `params.json` for a configuration.

    Parameters
    ----------
    config
        A whole head in layout interleaved, with no law or Llama 3's.
    heads
        Number of query heads.

    Raises
    ------
    ConfigError
        Naming what the format cannot say.
    """
    plain = RotaryConfig(
        config.head_dim, base=config.base, scaling=config.scaling,
        max_position=config.max_position,
    )  # fmt: skip
    for key in ("rotary_dim", "layout", "sign", "axes", "attention_factor"):
        if getattr(config, key) != getattr(plain, key):
            expected = f"{getattr(plain, key)!r} for params.json"
            raise ConfigError(key, getattr(config, key), expected, "no key can say it")
    count = whole("heads", heads, least=1, advice="give the number of query heads")
    words = {"dim": count * config.head_dim, "n_heads": count, "rope_theta": config.base}
    law = config.scaling
    if isinstance(law, Default):
        return {**words, "use_scaled_rope": False}
    fits = isinstance(law, Llama3) and law.low_freq_factor == 1.0
    if (
        not isinstance(law, Llama3)
        or not fits
        or law.original_max_position_embeddings != TRAINED
    ):
        expected = f"no law, or Llama 3's with low_freq_factor 1 and {TRAINED} positions"
        raise ConfigError("scaling", law, expected, "Meta's code has no other")
    words |= {"use_scaled_rope": True, "rope_scaling_factor": law.factor}
    return {**words, "rope_high_freq_factor": law.high_freq_factor}


def _switch(values: Mapping[str, Any], key: str) -> bool:
    """Return a switch, which is off where the file has none."""
    if key not in values:
        return False
    return flag(key, values[key], advice="true only for models trained so; else leave it out")


def _scaling(values: Mapping[str, Any], factor: float | None, notes: Notes) -> Scaling:
    """Return no law or Llama 3's."""
    scaled = _switch(values, "use_scaled_rope")
    own = values.get("rope_scaling_factor")
    high = values.get("rope_high_freq_factor")
    if not scaled:
        for key, value in (("rope_scaling_factor", own), ("rope_high_freq_factor", high)):
            if value is not None:
                advice = "set use_scaled_rope to true, or remove the key"
                raise ConfigError(key, value, "no such key without use_scaled_rope", advice)
        return Default()
    if own is not None and factor is not None and own != factor:
        expected = f"the file's rope_scaling_factor = {own!r}"
        raise ConfigError("factor", factor, expected, "leave the argument out")
    used = own if own is not None else factor
    if used is None:
        message = (
            "use_scaled_rope names no factor: 8 taken, which Meta's code and MaxText have "
        )
        message += "fixed; transformers, torchtune and litgpt take 32 for Llama 3.2 1B and 3B"
        notes.say("factor-fixed", message, "implementation-defined")
    return Llama3(
        factor=FACTOR if used is None else used,
        low_freq_factor=1.0,
        high_freq_factor=4.0 if high is None else high,
        original_max_position_embeddings=TRAINED,
    )


def _groups(
    values: Mapping[str, Any], config: RotaryConfig, notes: Notes
) -> tuple[LayerGroup, ...]:
    """Return all layers, or those that turn and those that do not (Llama 4)."""
    interval = values.get("nope_layer_interval")
    heat = _temperature(values, notes)
    if interval is None:
        if heat is not None:
            expected = "a number of layers: the temperature is on layers that do not turn"
            raise ConfigError("nope_layer_interval", None, expected, "Llama 4 has 4")
        return (LayerGroup(config),)
    advice = "Llama 4 has 4"
    step = whole("nope_layer_interval", interval, least=1, most=LAYERS, advice=advice)
    advice = "nope_layer_interval needs the number of layers"
    layers = range(
        whole("n_layers", values.get("n_layers"), least=1, most=LAYERS, advice=advice)
    )
    still = tuple(layer for layer in layers if (layer + 1) % step == 0)
    turning = tuple(layer for layer in layers if (layer + 1) % step)
    groups = (
        LayerGroup(config, layers=turning),
        LayerGroup(None, layers=still, temperature=heat),
    )
    return tuple(group for group in groups if group.layers)


def _temperature(values: Mapping[str, Any], notes: Notes) -> Temperature | None:
    """Return Llama 4's factor on the queries of layers that do not turn."""
    scale, floor = values.get("attn_scale"), values.get("floor_scale")
    heat = Temperature(
        0.1 if scale is None else scale,
        TRAINED if floor is None else _whole(floor),
        offset=1,
    )
    if _switch(values, "attn_temperature_tuning"):
        return heat
    unread = [key for key in ("attn_scale", "floor_scale") if values.get(key) is not None]
    if unread:
        message = f"{', '.join(unread)}: not read without attn_temperature_tuning"
        notes.say("key-ignored", message, "note")
    return None


def _whole(value: Any) -> Any:
    """Return a whole number that Meta's files write as a float, 8192.0, as an int."""
    return int(value) if isinstance(value, float) and value.is_integer() else value
