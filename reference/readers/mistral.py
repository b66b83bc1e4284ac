"""Mistral's own `params.json` (mistral-inference, 2557e12d).

Pairs are neighbours. YaRN's ramp is named the other way round: `alpha` is the slow end, `beta`
the fast one, and `apply_scale` says whether the amplitude is applied.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ropespec.reference.config import WIDEST, RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.jsonfile import load_object
from ropespec.reference.model import LayerGroup, RotaryModel, Temperature
from ropespec.reference.scaling import Default, Scaling, Yarn
from ropespec.reference.spectrum import spectrum
from ropespec.reference.validate import flag, known_keys, real, whole

from .naming import naming
from .notes import Notes
from .params import SIZES, check_keys, head_dim
from .reading import Reading

_UNDERSTOOD = ("rope_theta", "yarn", "qk_rope_head_dim", "qk_nope_head_dim")
_YARN = ("original_max_position_embeddings", "factor", "alpha", "beta", "apply_scale")
_NAMES = {
    "scaling factor": "yarn.factor", "scaling beta_fast": "yarn.beta",
    "scaling beta_slow": "yarn.alpha",
    "scaling original_max_position_embeddings": "yarn.original_max_position_embeddings",
}  # fmt: skip
_HEAT_NAMES = {
    "scale": "llama_4_scaling.beta",
    "floor": "llama_4_scaling.original_max_position_embeddings",
}
_TEMPERATURE = ("original_max_position_embeddings", "beta")


def read(source: Mapping[str, Any] | str | Path) -> Reading:
    """Read Mistral's `params.json`.

    Parameters
    ----------
    source
        A path, or what the file holds.

    Raises
    ------
    ConfigError
        For a key about rotary embedding that is not understood, and missing or wrong values.

    Examples
    --------
    >>> from ropespec.reference.readers import mistral
    >>> words = {"dim": 4096, "n_heads": 32, "rope_theta": 1000000.0}
    >>> words["yarn"] = {"original_max_position_embeddings": 16384, "factor": 16,
    ...                  "alpha": 1, "beta": 32, "apply_scale": False}
    >>> config = mistral.read(words).config
    >>> config.scaling.beta_fast, config.amplitude, config.layout
    (32.0, 1.0, 'interleaved')
    """
    values = source if isinstance(source, Mapping) else load_object(source)
    check_keys(values, _UNDERSTOOD)
    notes = Notes()
    with naming(_NAMES | _width_names(values)):
        head, rope = _widths(values)
        config = RotaryConfig(
            head_dim=head,
            rotary_dim=rope,
            rotary_end="last" if rope < head else "first",
            base=_base(values, notes),
            scaling=_scaling(values.get("yarn")),
        )
    notes.remarks(config.scaling.remarks(spectrum(config)))
    with naming(_HEAT_NAMES):
        heat = _temperature(values.get("llama_4_scaling"))
    if values.get("vision_encoder") is not None:
        notes.say("other-parts", "only the text part is described, not vision_encoder", "note")
    return Reading(RotaryModel((LayerGroup(config, temperature=heat),)), notes.warnings())


def _width_names(values: Mapping[str, Any]) -> dict[str, str]:
    """Return which keys the two widths come from."""
    if values.get("qk_rope_head_dim") is not None:
        return {"rotary_dim": "qk_rope_head_dim"}
    return {"head_dim": "head_dim" if values.get("head_dim") is not None else "dim"}


def _widths(values: Mapping[str, Any]) -> tuple[int, int]:
    """Return the channels of a head and those that turn."""
    rope, nope = values.get("qk_rope_head_dim"), values.get("qk_nope_head_dim")
    if rope is None and nope is None:
        head = head_dim(values)
        return head, head
    if values.keys() & SIZES.keys():
        head_dim({"head_dim": 1, **values})  # checked, though the two widths count
    advice = "heads in two parts need both widths"
    widths = [
        whole(key, value, least=1, most=WIDEST // 2, advice=advice)
        for key, value in (("qk_rope_head_dim", rope), ("qk_nope_head_dim", nope))
    ]
    return sum(widths), widths[0]


def _base(values: Mapping[str, Any], notes: Notes) -> float:
    """Return the base."""
    if values.get("rope_theta") is None:
        message = "no rope_theta: 1000000.0 taken, as mistral-inference does; transformers' "
        notes.say("base-assumed", message + "Mistral takes 10000.0", "implementation-defined")
        return 1e6
    return real("rope_theta", values["rope_theta"], above=1, advice="1000000.0 is usual")


def _scaling(yarn: Any) -> Scaling:
    """Return no law or YaRN."""
    if yarn is None:
        return Default()
    words = _table("yarn", yarn, _YARN)
    advice = "true multiplies cos and sin"
    applied = flag("yarn.apply_scale", words.get("apply_scale", True), advice=advice)
    return Yarn(
        factor=words["factor"],
        original_max_position_embeddings=words["original_max_position_embeddings"],
        beta_fast=words.get("beta", 32.0),
        beta_slow=words.get("alpha", 1.0),
        attention_factor=None if applied else 1.0,
    )


def _temperature(table: Any) -> Temperature | None:
    """Return the factor on the queries, on every layer."""
    if table is None:
        return None
    words = _table("llama_4_scaling", table, _TEMPERATURE)
    return Temperature(words["beta"], words["original_max_position_embeddings"], offset=0)


def _table(key: str, value: Any, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Check a nested table: its keys, and that its first two are there."""
    if not isinstance(value, Mapping):
        raise ConfigError(key, value, "a dict or null", f"with the keys {', '.join(names)}")
    known_keys(key, value, names)
    for name in names[:2]:
        if value.get(name) is None:
            raise ConfigError(key, dict(value), f"the key {name!r}", "add it")
    return value
