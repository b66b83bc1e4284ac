"""GGUF files: metadata about rotary embedding, and tensors of divisors.

Keys stand under the name of the architecture, `llama.rope.freq_base`. What an absent key
means is llama.cpp's: a base of 10000, the type "linear" with factor 1. The package `gguf`
opens files; metadata that is already a dict needs no package.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.model import LayerGroup, RotaryModel, Temperature
from ropespec.reference.scaling import Yarn
from ropespec.reference.spectrum import spectrum
from ropespec.reference.validate import real

from .gguf_architectures import BY_SECTIONS, UNTRUNCATED, Architecture, architecture
from .gguf_keys import check_keys, say_other_parts
from .gguf_laws import IDLE, law
from .gguf_sections import arrangement, sections_of
from .gguf_sliding import sliding_layers
from .gguf_widths import head_width, optional
from .naming import naming
from .notes import Notes
from .packages import needed
from .reading import Reading

TENSORS = ("rope_freqs", "rope_factors_long", "rope_factors_short")
"""Tensors about rotary embedding, without their suffix `.weight`."""

_SLIDING = (
    ("rope.freq_base", "rope.freq_base_swa"),
    ("rope.dimension_count", "rope.dimension_count_swa"),
    ("attention.key_length", "attention.key_length_swa"),
)
"""Keys with others for the layers with a sliding window."""

_NAMES = {
    "scaling factor": "rope.scaling.factor",
    "scaling alpha": "rope.scaling.alpha",
    "scaling beta_fast": "rope.scaling.yarn_beta_fast",
    "scaling beta_slow": "rope.scaling.yarn_beta_slow",
    "scaling mscale": "rope.scaling.yarn_log_multiplier",
    "scaling attention_factor": "rope.scaling.attn_factor",
    "scaling original_max_position_embeddings": "rope.scaling.original_context_length",
    "scale": "attention.temperature_scale",
    "floor": "attention.temperature_length",
}
"""The format's words for what a law or a temperature calls otherwise."""


def read(
    source: str | Path | Mapping[str, Any],
    tensors: Mapping[str, Any] | None = None,
    *,
    layout: str | None = None,
) -> Reading:
    """Read a GGUF file.

    Parameters
    ----------
    source
        A path, or the metadata as a dict of plain values.
    tensors
        The tensors of `TENSORS` where `source` is a dict.
    layout
        Needed only for an architecture that is not in the table, because no file says how a
        model pairs its channels; given, it overrules the table.

    Raises
    ------
    ConfigError
        For a file that cannot be opened, an unknown architecture, a key about rotary
        embedding that is not understood, and missing, contradictory or wrong values.

    Examples
    --------
    >>> from ropespec.reference.readers import gguf
    >>> words = {"general.architecture": "llama", "llama.embedding_length": 4096,
    ...          "llama.attention.head_count": 32, "llama.rope.freq_base": 500000.0}
    >>> config = gguf.read(words).config
    >>> config.head_dim, config.layout, config.base
    (128, 'interleaved', 500000.0)
    """
    if isinstance(source, Mapping):
        metadata, divisors = dict(source), dict(tensors or {})
    else:
        metadata, divisors = load(source)
    name = metadata.get("general.architecture")
    known = architecture(name, layout)
    values = {
        key.removeprefix(f"{name}."): value
        for key, value in metadata.items()
        if key.startswith(f"{name}.")
    }
    check_keys(values)
    notes = Notes()
    say_other_parts(metadata, str(name), notes)
    with naming(_NAMES):
        groups = _groups(values, divisors, str(name), known, notes)
    length = optional(values, "context_length")
    return Reading(RotaryModel(groups, length), notes.warnings())


def load(path: str | Path) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Return a file's metadata and its tensors about rotary embedding.

    Raises
    ------
    ConfigError
        If the file cannot be read, or the package `gguf` is not there.
    """
    package = needed("gguf")
    try:
        reader = package.GGUFReader(str(path))
    except (OSError, ValueError, IndexError) as error:
        advice = " ".join(str(error).split()) or "it cannot be read"
        raise ConfigError("file", str(path), "a GGUF file", advice) from None
    metadata = {key: field.contents() for key, field in reader.fields.items()}
    tensors = {
        tensor.name.removesuffix(".weight"): [float(value) for value in np.ravel(tensor.data)]
        for tensor in reader.tensors
        if tensor.name.removesuffix(".weight") in TENSORS
    }
    return metadata, tensors


def _groups(
    values: dict[str, Any],
    tensors: dict[str, Any],
    name: str,
    known: Architecture,
    notes: Notes,
) -> tuple[LayerGroup, ...]:
    """Return one group of layers, or two where sliding layers have a base of their own."""
    heat = _temperature(values, known)
    full, softmax = _config(values, tensors, name, known, notes)
    local_base = values.get("rope.freq_base_swa", known.local_base)
    sliding = ("rope.dimension_count_swa", "attention.key_length_swa")
    if local_base is None and not any(key in values for key in sliding):
        return (LayerGroup(full, softmax_factor=softmax, temperature=heat),)
    if "rope.freq_base_swa" not in values and local_base is not None:
        message = f"no rope.freq_base_swa: {local_base:g} taken, as llama.cpp does for {name}"
        notes.say("base-assumed", message)
    scaled = ("rope.scaling.", "rope.scale_linear")  # sliding layers are never scaled
    local_values = {key: value for key, value in values.items() if not key.startswith(scaled)}
    local_values["rope.freq_base"] = full.base if local_base is None else local_base
    local_values["rope.scaling.type"] = "none"
    for plain, own in _SLIDING[1:]:
        if own in values:
            local_values[plain] = values[own]
    with naming({plain: own for plain, own in _SLIDING if own in values}):
        local, _ = _config(local_values, {}, name, known, notes)
    local_layers, full_layers = sliding_layers(values)
    return (
        LayerGroup(full, ("full_attention",), full_layers, softmax, heat),
        LayerGroup(local, ("sliding_attention",), local_layers, temperature=heat),
    )


def _config(
    values: Mapping[str, Any],
    tensors: Mapping[str, Any],
    name: str,
    known: Architecture,
    notes: Notes,
) -> tuple[RotaryConfig, float]:
    """Return the configuration of one kind of layers, and the factor on its scores."""
    head_key, head_dim = head_width(values, known)
    rotary_dim = optional(values, "rope.dimension_count") or head_dim
    if known.split and "rope.dimension_count" not in values:
        advice = f"heads of {name} turn in part"
        raise ConfigError("rope.dimension_count", None, "the channels that turn", advice)
    layout = known.layout
    sections = sections_of(values, name, known)
    if sections and name in BY_SECTIONS:
        layout = "half"
    divisors = list(tensors.get("rope_freqs", ()))
    if IDLE in divisors:  # Gemma 4: the pairs span the head and the last ones do not turn
        layout, rotary_dim = "half-idle", 2 * divisors.index(IDLE)
        if set(divisors[rotary_dim // 2 :]) != {IDLE}:
            expected = f"{IDLE:g} for all pairs after the first such one"
            raise ConfigError("rope_freqs", divisors, expected, "only the last pairs are idle")
    pairs = (head_dim if layout == "half-idle" else rotary_dim) // 2
    if divisors and len(divisors) != pairs:
        expected = f"{pairs}, one for each pair"
        advice = "change rope.dimension_count, or the tensor"
        raise ConfigError("rope_freqs", f"{len(divisors)} divisors", expected, advice)
    scaling, attention_factor, softmax = law(
        values, {**tensors, "rope_freqs": divisors[: rotary_dim // 2]}, name, notes
    )
    length = optional(values, "context_length")
    width = "rope.dimension_count" if "rope.dimension_count" in values else head_key
    with naming({"rotary_dim": width, "head_dim": head_key}):
        config = RotaryConfig(
            head_dim=head_dim,
            rotary_dim=rotary_dim,
            rotary_end="last" if known.split and rotary_dim < head_dim else "first",
            base=_base(values, notes),
            layout=layout,
            scaling=scaling,
            attention_factor=attention_factor,
            max_position=None if length is None else length - 1,
            arrangement=arrangement(sections, name, known, rotary_dim // 2, notes),
        )
    if isinstance(scaling, Yarn):
        notes.remarks(scaling.remarks(spectrum(config)))
        if name in UNTRUNCATED:
            message = "the ramp's ends are rounded, as llama.cpp does in every file; "
            message += f"{name}'s own code and transformers leave them (truncate false)"
            notes.say("yarn-truncate", message, "implementation-defined")
    return config, softmax


def _base(values: Mapping[str, Any], notes: Notes) -> float:
    """Return the base."""
    if "rope.freq_base" not in values:
        notes.say("base-assumed", "no rope.freq_base: 10000.0 taken, as llama.cpp does")
    given = values.get("rope.freq_base", 10000.0)
    return real("rope.freq_base", given, above=1, advice="10000.0 is the paper's")


def _temperature(values: Mapping[str, Any], known: Architecture) -> Temperature | None:
    """Return the factor on the queries."""
    length = values.get("attention.temperature_length")
    scale = values.get("attention.temperature_scale")
    if length is None and scale is None:
        return None
    if length is None or scale is None:
        missing = "attention.temperature_" + ("length" if length is None else "scale")
        raise ConfigError(missing, None, "a number", "the other temperature key is there")
    return Temperature(scale, length, known.offset)
