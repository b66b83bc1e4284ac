"""Readers: from a configuration file that somebody else wrote to a `RotaryConfig`.

Nothing is dropped in silence. A key about rotary embedding that a reader does not understand
is an error; what it had to assume, and where libraries compute different things from the same
file, is a warning with a name and a kind.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.jsonfile import load_object
from ropespec.reference.model import LayerGroup, RotaryModel
from ropespec.reference.scaling import Scaling

from . import gguf, huggingface, meta, mistral, onnx
from .notes import Notes
from .reading import Reading, ReadingWarning

__all__ = [
    "Reading",
    "ReadingWarning",
    "gguf",
    "huggingface",
    "meta",
    "mistral",
    "onnx",
    "read",
]


def read(
    source: Mapping[str, Any] | str | Path,
    *,
    base: float | None = None,
    head_dim: int | None = None,
    layout: str | None = None,
    sign: int | None = None,
    scaling: Scaling | Mapping[str, Any] | None = None,
) -> Reading:
    """Read a file of any format: its name or its keys say which.

    Parameters
    ----------
    source
        A path, or what a JSON file holds. A GGUF file begins with these letters, an ONNX
        model ends in `.onnx`; the own format is known by its key `layout`, or by having no
        key of another, Meta's and Mistral's `params.json` by their keys.
    base, head_dim
        What a node of ONNX does not say, and Meta's older files.
    layout, sign
        What no config.json or GGUF file says: needed for a model that is not in the tables.
        Given, they overrule what is known; a file that says its layout is then warned of.
    scaling
        The law that the caches of a node of ONNX were made with.

    Raises
    ------
    ConfigError
        If it cannot be read as any of them.

    Examples
    --------
    >>> from ropespec.reference.readers import read
    >>> read({"head_dim": 64, "layout": "half"}).config.pairs
    32
    """
    told = {"head_dim": head_dim, "scaling": scaling, **({"sign": sign} if sign else {})}
    reading = _read(source, base, layout, told)
    return _overruled(reading, {"layout": layout, "sign": sign})


def _read(
    source: Mapping[str, Any] | str | Path,
    base: float | None,
    layout: str | None,
    told: Mapping[str, Any],
) -> Reading:
    """Find the format's own reader and call it."""
    if isinstance(source, str | Path):
        path = Path(source)
        if path.suffix == ".gguf" or _begins(path, b"GGUF"):
            return gguf.read(path, layout=layout)
        if path.suffix == ".onnx":
            return _onnx(path, base, told)
    values = source if isinstance(source, Mapping) else load_object(source)
    own = {field.name for field in dataclasses.fields(RotaryConfig)}
    if "layout" in values or ("head_dim" in values and values.keys() <= own):
        return Reading(RotaryModel((LayerGroup(RotaryConfig.from_dict(values)),)))
    if "model_type" not in values and {"dim", "n_heads"} <= values.keys():
        return _params(values, base)
    return huggingface.read(values, layout=layout)


def _overruled(reading: Reading, given: Mapping[str, Any]) -> Reading:
    """Put a layout and a sense of rotation that were given into every group that turns."""
    fields = {name: value for name, value in given.items() if value is not None}
    groups, notes = [], Notes()
    for group in reading.model.groups:
        if group.rotary is None:
            groups.append(group)
            continue
        for name, value in fields.items():
            if (known := getattr(group.rotary, name)) != value:
                notes.say(f"{name}-overruled", f"{name} {value} as asked, not {known}", "note")
        rotary = group.rotary.replace(**fields)
        groups.append(dataclasses.replace(group, rotary=rotary))
    model = RotaryModel(tuple(groups), reading.model.max_position_embeddings)
    return Reading(model, (*reading.warnings, *notes.warnings()))


_META = {
    *("multiple_of", "ffn_dim_multiplier", "use_scaled_rope", "nope_layer_interval"),
    *("use_qk_norm", "attn_temperature_tuning", "rope_scaling_factor"),
}
_MISTRAL = {
    *("hidden_dim", "yarn", "llama_4_scaling", "qk_rope_head_dim", "vision_encoder", "moe"),
    *("sliding_window", "tied_embeddings"),
}
"""Keys that only one of the two kinds of `params.json` has."""


def _params(values: Mapping[str, Any], base: float | None) -> Reading:
    """Read a `params.json`, by whoever its keys say wrote it."""
    found = sorted(_META & values.keys()), sorted(_MISTRAL & values.keys())
    if found[0] and not found[1]:
        return meta.read(values, base=base)
    if found[1] and not found[0]:
        return mistral.read(values)
    expected = f"keys of Meta's ({', '.join(sorted(_META))}) or of Mistral's"
    advice = "call the reader of the one you mean, ropespec.reference.readers.meta or .mistral"
    raise ConfigError(
        "params.json", [*found[0], *found[1]] or "neither's keys", expected, advice
    )


def _onnx(path: Path, base: float | None, told: Mapping[str, Any]) -> Reading:
    """Read an ONNX model, whose nodes have no base."""
    if base is None:
        advice = "give it: --base 10000 on the command line, or the argument base"
        raise ConfigError("base", None, "the base, which no node has", advice)
    return onnx.read(path, base=base, **told)


def _begins(path: Path, letters: bytes) -> bool:
    """Whether a file begins with some bytes."""
    try:
        with path.open("rb") as file:
            return file.read(len(letters)) == letters
    except OSError:
        return False
