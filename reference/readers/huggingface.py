"""Hugging Face `config.json`, in its newer and older words.

Newer (transformers 5): a dict `rope_parameters` with `rope_type`, `rope_theta`,
`partial_rotary_factor` and the law's own keys, or one such dict for each type of layer.
Older: `rope_theta` and `partial_rotary_factor` at the top, the law in `rope_scaling`, second
bases under names of their own; GPT-NeoX's `rotary_pct` and `rotary_emb_base`; GPT-J's
`rotary_dim`. Both may stand in one file when they agree.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.jsonfile import load_object
from ropespec.reference.model import RotaryModel
from ropespec.reference.scaling import Dynamic
from ropespec.reference.spectrum import spectrum
from ropespec.reference.validate import nearest

from . import fields
from .conventions import Model
from .groups import layer_groups
from .laws import arrangement, law
from .models import MODELS, row_name
from .notes import Notes
from .reading import Reading
from .tables import Table, read_tables

UNDERSTOOD = {
    *("rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor"),
    *("rotary_pct", "rotary_emb_base", "rotary_dim", "rope_interleave", "qk_rope_head_dim"),
    *("qk_nope_head_dim", "rope_local_base_freq", "global_rope_theta", "local_rope_theta"),
    *("compress_rope_theta", "swa_rope_theta", "rotary", "use_rope", "use_mrope"),
    *("rotary_value", "no_rope_layers", "no_rope_layer_interval"),
}
"""The keys about rotary embedding that this reader acts on, at the top of the file."""

_OWNED = {
    "rope_local_base_freq", "global_rope_theta", "local_rope_theta", "compress_rope_theta",
    "swa_rope_theta",
}  # fmt: skip
"""Keys that only the classes understand that have them as a base of a type of layer."""


def read(
    source: Mapping[str, Any] | str | Path,
    *,
    layout: str | None = None,
    sign: int | None = None,
) -> Reading:
    """Read a `config.json`; of a larger model, its text part.

    Parameters
    ----------
    source
        A path, or what the file holds.
    layout, sign
        Needed only for a `model_type` that is not in the table of `models`, because no file
        says how a model pairs its channels; given, they overrule the table.

    Returns
    -------
    Reading
        The groups of layers and what was assumed.

    Raises
    ------
    ConfigError
        For an unknown model type or rope type, a key about rotary embedding that is not
        understood, keys that contradict each other, and missing or wrong values.

    Examples
    --------
    >>> from ropespec.reference.readers import huggingface
    >>> words = {"model_type": "phi", "hidden_size": 2560, "num_attention_heads": 32}
    >>> words |= {"rope_theta": 10000.0, "partial_rotary_factor": 0.4}
    >>> reading = huggingface.read(words)
    >>> reading.config.head_dim, reading.config.rotary_dim, reading.config.layout
    (80, 32, 'half')
    """
    notes = Notes()
    whole_file = source if isinstance(source, Mapping) else load_object(source)
    values = _text_part(whole_file, notes)
    model = _model(values, layout)
    if sign is not None:
        model = replace(model, sign=sign)
    _check_keys(values, model)
    _check_flags(values, notes)
    configs = {
        name: None if table is None else _config(values, table, model, notes)
        for name, table in read_tables(values, model, notes).items()
    }
    groups = layer_groups(values, configs, model, notes)
    return Reading(RotaryModel(groups, fields.max_positions(values)), notes.warnings())


def _config(
    values: Mapping[str, Any], table: Table, model: Model, notes: Notes
) -> RotaryConfig:
    """Return the configuration that one table means."""
    kind = table.kind
    head_dim = fields.head_dim(values, model, kind, notes)
    rotary_dim = fields.rotary_dim(values, table, head_dim, model, notes)
    length = fields.max_positions(values)
    scaling = law(values, table, model, length, notes)
    if "head_dim" in values and values["head_dim"] is None:
        _head_dim_null(table.rope_type, notes)
    bounded = length is not None and not isinstance(scaling, Dynamic)
    config = RotaryConfig(
        head_dim=head_dim,
        rotary_dim=rotary_dim,
        rotary_end=fields.rotary_end(head_dim, rotary_dim, model),
        base=fields.base(values, table, model, kind, notes),
        layout=fields.layout(values, table, model),
        sign=model.sign,
        scaling=scaling,
        max_position=length - 1 if length is not None and bounded else None,
        arrangement=arrangement(table, model, rotary_dim // 2, notes),
    )
    notes.remarks(scaling.remarks(spectrum(config)))
    return config


def _head_dim_null(rope_type: str, notes: Notes) -> None:
    """Say where Hugging Face trips over `head_dim: null`."""
    if rope_type in ("dynamic", "yarn", "longrope"):
        message = f"head_dim is null: Hugging Face 5.23 raises a TypeError for {rope_type!r}"
        notes.say("head-dim-null", message, "implementation-defined")


def _text_part(values: Mapping[str, Any], notes: Notes) -> Mapping[str, Any]:
    """Return the part of a file that describes the language model."""
    text = values.get("text_config")
    others = [key for key in values if key.endswith("_config") and key != "text_config"]
    if others and (text is not None or "vision_config" in others):
        message = f"only the text part is described, not {', '.join(others)}"
        notes.say("other-parts", message, "note")
    if text is None:
        return values
    if not isinstance(text, Mapping):
        raise ConfigError("text_config", text, "a dict", "give the text part's configuration")
    outside = [key for key in values if _about_rope(key)]
    for key in outside:
        if values[key] is not None and text.get(key, values[key]) != values[key]:
            expected = f"the same as text_config.{key} = {text[key]!r}"
            raise ConfigError(key, values[key], expected, "the text part's own counts")
    return {"model_type": values.get("model_type"), **text}


def _model(values: Mapping[str, Any], layout: str | None) -> Model:
    """Find the conventions of the model type."""
    name = values.get("model_type")
    row = row_name(name)
    known = None if row is None else MODELS[row]
    if layout is not None:
        return replace(known or Model(layout), layout=layout)
    if known is None:
        advice = nearest(name, list(MODELS)) if isinstance(name, str) else "add it"
        expected = "a model type whose pairing is known, or the argument layout"
        raise ConfigError("model_type", name, expected, advice)
    return known


def _about_rope(key: object) -> bool:
    """Whether a key is about rotary embedding, by its words."""
    words = re.split(r"[^a-z0-9]+", str(key).lower())
    return any(
        word.startswith(("rope", "rotary", "nope")) or word.endswith("rope") for word in words
    )


def _check_keys(values: Mapping[str, Any], model: Model) -> None:
    """Refuse every key about rotary embedding that is not understood."""
    own = {key for kind in model.kinds for key in kind.base_keys}
    for key, value in values.items():
        known = key in UNDERSTOOD and (key not in _OWNED or key in own)
        if _about_rope(key) and not known and value is not None:
            advice = "this reader does not understand it, and nothing is dropped in silence"
            raise ConfigError(str(key), value, "a known key about rotary embedding", advice)


def _check_flags(values: Mapping[str, Any], notes: Notes) -> None:
    """Act on the switches that turn rotary embedding on, off or to something else."""
    for key, needed in (
        ("rotary", True),
        ("use_rope", True),
        ("use_mrope", False),
        ("alibi", False),
    ):
        if values.get(key) not in (None, needed):
            advice = "this model's positions are no ordinary rotary embedding"
            raise ConfigError(key, values[key], repr(needed), advice)
    if values.get("rotary_value"):
        message = "rotary_value is set: this model also rotates its values"
        notes.say("values-rotated", message, "note")
