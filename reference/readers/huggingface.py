"""Hugging Face `config.json`, in its newer and older words.

Newer (transformers 5): a dict `rope_parameters` with `rope_type`, `rope_theta`,
`partial_rotary_factor` and the law's own keys, or one such dict for each type of layer.
Older: `rope_theta` and `partial_rotary_factor` at the top, the law in `rope_scaling`, second
bases under names of their own; GPT-NeoX's `rotary_pct` and `rotary_emb_base`; GPT-J's
`rotary_dim`. Both may stand in one file when they agree.
"""

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

from . import fields, sizes
from .conventions import Model
from .flags import check_flags
from .groups import layer_groups
from .keys import check_keys
from .laws import law
from .models import MODELS, row_name
from .models_refused import REFUSED
from .models_sizes import HEAD_DIM_NULL
from .naming import naming
from .notes import Notes
from .parts import text_part, with_attention
from .reading import Reading
from .sections import arrangement
from .tables import Table, read_tables
from .unread import say_unread


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
    part = text_part(whole_file, notes)
    model = _model(part, layout)  # first, so that a refused type is refused for its reason
    values = with_attention(part, notes)
    if sign is not None:
        model = replace(model, sign=sign)
    check_keys(values, model)
    check_flags(values, model, notes)
    tables = read_tables(values, model, notes)
    configs = {
        name: None if table is None else _config(values, table, model, notes)
        for name, table in tables.items()
    }
    say_unread(values, tables, configs, model, row_name(values.get("model_type")), notes)
    groups = layer_groups(values, configs, model, notes)
    return Reading(RotaryModel(groups, sizes.max_positions(values)), notes.warnings())


def _config(
    values: Mapping[str, Any], table: Table, model: Model, notes: Notes
) -> RotaryConfig:
    """Return the configuration that one table means."""
    kind = table.kind
    head_dim = sizes.head_dim(values, model, kind, notes)
    rotary_dim = sizes.rotary_dim(values, table, head_dim, model, notes)
    length = sizes.max_positions(values)
    scaling = law(values, table, model, length, notes)
    _head_dim_null(values, table.rope_type, notes)
    bounded = length is not None and not isinstance(scaling, Dynamic)
    with naming(sizes.names(values, table, model, kind)):
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


def _head_dim_null(values: Mapping[str, Any], rope_type: str, notes: Notes) -> None:
    """Say where Hugging Face trips over `head_dim: null`, given or the class's default."""
    if rope_type not in ("dynamic", "yarn", "longrope") or values.get("head_dim") is not None:
        return
    null, row = "head_dim" in values, row_name(values.get("model_type"))
    if null or row in HEAD_DIM_NULL:
        state = "head_dim is null" if null else f"no head_dim, which is null to {row}"
        message = f"{state}: Hugging Face 5.23 raises a TypeError for {rope_type!r}"
        notes.say("head-dim-null", message, "implementation-defined")


def _model(values: Mapping[str, Any], layout: str | None) -> Model:
    """Find the conventions of the model type."""
    name = values.get("model_type")
    row = row_name(name)
    known = None if row is None else MODELS[row]
    if layout is not None:
        return replace(known or Model(layout), layout=layout)
    if known is None and name in REFUSED:
        expected = "a model type whose rotary embedding can be described"
        raise ConfigError("model_type", name, expected, REFUSED[name])
    if known is None:
        layouts = "give it, --layout half or interleaved, as the model's code pairs"
        advice = nearest(name, list(MODELS), layouts) if isinstance(name, str) else "add it"
        expected = "a model type whose pairing is known, or the argument layout"
        raise ConfigError("model_type", name, expected, advice)
    return known
