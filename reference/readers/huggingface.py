"""Hugging Face `config.json`, in its newer and older words.

Newer (transformers 5): one dict `rope_parameters` with `rope_type`, `rope_theta`,
`partial_rotary_factor` and the law's own keys. Older: `rope_theta` and
`partial_rotary_factor` at the top, the law in `rope_scaling`; GPT-NeoX's `rotary_pct` and
`rotary_emb_base`; GPT-J's `rotary_dim`. Both may stand in one file when they agree.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.jsonfile import load_object
from ropespec.reference.validate import nearest

from . import fields
from .models import MODELS, Model
from .reading import Reading, ReadingWarning

UNDERSTOOD = {
    *("rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor"),
    *("rotary_pct", "rotary_emb_base", "rotary_dim", "rope_interleave", "qk_rope_head_dim"),
    *("rotary", "use_rope", "use_mrope", "rotary_value"),
    *("no_rope_layers", "no_rope_layer_interval"),
}
"""The keys about rotary embedding that this reader acts on, at the top of the file."""


def read(
    source: Mapping[str, Any] | str | Path,
    *,
    layout: str | None = None,
    sign: int | None = None,
) -> Reading:
    """Read a `config.json`.

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
        The configuration and what was assumed.

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
    values = source if isinstance(source, Mapping) else load_object(source)
    warnings: list[ReadingWarning] = []
    model = _model(values, layout)
    _check_keys(values)
    _check_flags(values, warnings)
    parameters = _parameters(values)
    head_dim = fields.head_dim(values, model, warnings)
    config = RotaryConfig(
        head_dim=head_dim,
        rotary_dim=fields.rotary_dim(values, head_dim, model, warnings),
        base=fields.base(values, model, warnings),
        layout=fields.layout(values, model),
        sign=model.sign if sign is None else sign,
        scaling=_law(parameters),
        max_position=fields.max_position(values),
    )
    return Reading(config, tuple(warnings))


def _model(values: Mapping[str, Any], layout: str | None) -> Model:
    """Find the conventions of the model type."""
    name = values.get("model_type")
    if "text_config" in values:
        advice = "give the part under 'text_config' alone"
        raise ConfigError("model_type", name, "a model of text alone", advice)
    known = MODELS.get(name) if isinstance(name, str) else None
    if layout is not None:
        return replace(known or Model(layout), layout=layout)
    if known is None:
        advice = nearest(name, list(MODELS)) if isinstance(name, str) else "add it"
        expected = "a model type whose pairing is known, or the argument layout"
        raise ConfigError("model_type", name, expected, advice)
    return known


def _check_keys(values: Mapping[str, Any]) -> None:
    """Refuse every key about rotary embedding that is not understood."""
    for key, value in values.items():
        words = str(key).lower().split("_")
        about = any(w.startswith(("rope", "rotary")) or w.endswith("rope") for w in words)
        if about and key not in UNDERSTOOD:
            advice = "this reader does not understand it yet, and nothing is dropped in silence"
            raise ConfigError(str(key), value, "a known key about rotary embedding", advice)


def _check_flags(values: Mapping[str, Any], warnings: list[ReadingWarning]) -> None:
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
        warnings.append(ReadingWarning("values-rotated", message))
    if values.get("no_rope_layers") or values.get("no_rope_layer_interval"):
        message = "some layers have no rotary embedding; this describes the others"
        warnings.append(ReadingWarning("layers-without-rope", message))


def _parameters(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one dict of parameters, from whichever of the two keys holds it."""
    found = {}
    for key in ("rope_parameters", "rope_scaling"):
        given = values.get(key)
        if given is None:
            continue
        if not isinstance(given, Mapping):
            raise ConfigError(key, given, "a dict or null", "see Hugging Face's documentation")
        nested = [name for name, value in given.items() if isinstance(value, Mapping)]
        if nested:
            advice = "tables for each type of layer come with a later version"
            raise ConfigError(key, nested, "one table for all layers", advice)
        found[key] = dict(given)
    if len(found) == 2 and not _same(*found.values()):
        advice = "keep the one that the model was trained with"
        expected = f"what rope_parameters says, {found['rope_parameters']}"
        raise ConfigError("rope_scaling", found["rope_scaling"], expected, advice)
    return found.get("rope_parameters", found.get("rope_scaling", {}))


def _same(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether two tables name the same law; base and width are compared elsewhere."""
    laws = []
    for table in (new, old):
        law = {
            k: v
            for k, v in table.items()
            if k not in {"type", *fields.BASE_KEYS, *fields.FACTOR_KEYS}
        }
        laws.append({**law, "rope_type": table.get("rope_type", table.get("type", "default"))})
    return laws[0] == laws[1]


def _law(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return what is left for the scaling law."""
    law = {
        k: v for k, v in parameters.items() if k not in {"rope_theta", "partial_rotary_factor"}
    }
    if not law.keys() & {"rope_type", "type"}:
        if law:
            advice = "name the law these keys belong to"
            raise ConfigError("rope_parameters", law, "the key 'rope_type'", advice)
        return {"rope_type": "default"}
    return law
