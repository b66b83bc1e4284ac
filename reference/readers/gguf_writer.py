"""From a `RotaryConfig` back to GGUF metadata and tensors, where the format can say it.

GGUF keeps numbers in float32. A base or factor that is no float32 value would come back as
another number, so it is refused.
"""

from pathlib import Path
from typing import Any

import numpy as np

from ropespec.reference.arrangement import arrange
from ropespec.reference.axes.sections import interleaved_sections
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.formats import round_to
from ropespec.reference.scaling import Default, Divided, Linear, Llama3, LongRope, Ntk, Yarn
from ropespec.reference.spectrum import spectrum

from .gguf_architectures import BY_SECTIONS, architecture
from .gguf_laws import IDLE
from .packages import needed

Keys = dict[str, Any]
"""Metadata without the architecture's prefix."""

Tensors = dict[str, list[float]]
"""Divisors by the tensors' names."""


def metadata(config: RotaryConfig, name: str) -> tuple[Keys, Tensors]:
    """Return the metadata, with the architecture's prefix, and the tensors.

    Parameters
    ----------
    config
        The configuration, of every layer.
    name
        The architecture, which must have the configuration's layout.

    Raises
    ------
    ConfigError
        Naming what the format or the architecture cannot say.
    """
    known = architecture(name, None)
    many = bool(config.axes) and name in BY_SECTIONS
    idle = config.layout == "half-idle"
    if config.layout != ("half" if many or idle else known.layout) and not idle:
        expected = f"{known.layout!r}, as architecture {name!r} pairs"
        raise ConfigError("layout", config.layout, expected, "choose another architecture")
    if config.sign != 1:
        raise ConfigError("sign", config.sign, "1 for a GGUF file", "no key can say it")
    end = "last" if known.split and config.rotary_dim < config.head_dim else "first"
    if config.rotary_end != end:
        expected = f"{end!r}, as architecture {name!r} has it"
        raise ConfigError("rotary_end", config.rotary_end, expected, "no key can say it")
    keys, tensors = _law(config, name)
    keys |= {
        "attention.key_length_mla" if known.split else "attention.key_length": config.head_dim,
        "rope.dimension_count": config.head_dim if idle else config.rotary_dim,
        "rope.freq_base": _single("base", config.base),
    }
    if config.max_position is not None:
        keys["context_length"] = config.max_position + 1
    if config.axes:
        keys["rope.dimension_sections"] = _sections(config, name)
    if idle:
        turning = tensors.get("rope_freqs", [1.0] * config.pairs)
        tensors["rope_freqs"] = turning + [IDLE] * (config.head_dim // 2 - config.pairs)
    prefixed = {f"{name}.{key}": value for key, value in keys.items()}
    return {"general.architecture": name, **prefixed}, tensors


def write(path: str | Path, config: RotaryConfig, name: str) -> None:
    """Write a GGUF file that holds the configuration and nothing else of a model.

    Raises
    ------
    ConfigError
        As `metadata`, or if the package `gguf` is not there.
    """
    package = needed("gguf")
    keys, tensors = metadata(config, name)
    writer = package.GGUFWriter(str(path), name)
    for key, value in keys.items():
        if key == "general.architecture":
            continue  # the writer puts it in
        if isinstance(value, list):
            writer.add_array(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        elif isinstance(value, int):
            writer.add_uint32(key, value)
        else:
            writer.add_float32(key, value)
    for tensor, values in tensors.items():
        writer.add_tensor(f"{tensor}.weight", np.array(values, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _law(config: RotaryConfig, name: str) -> tuple[Keys, Tensors]:
    """Return the keys and tensors of the frequency law and the amplitude."""
    law = config.scaling
    keys, tensors = _words(config, name)
    amplitude = config.amplitude
    if isinstance(law, Yarn):
        amplitude /= law.amplitude()
    if amplitude != 1.0 or config.attention_factor is not None:
        keys["scaling.attn_factor"] = _single("attention_factor", amplitude)
    return {f"rope.{key}": value for key, value in keys.items()}, tensors


def _words(config: RotaryConfig, name: str) -> tuple[Keys, Tensors]:
    """Return the words of each law that the format knows."""
    law = config.scaling
    if isinstance(law, Default):
        return {"scaling.type": "none"}, {}
    if isinstance(law, Linear):
        return {"scaling.type": "linear", "scaling.factor": _single("factor", law.factor)}, {}
    if isinstance(law, Ntk) and name.startswith("hunyuan"):
        return {"scaling.type": "none", "scaling.alpha": _single("alpha", law.alpha)}, {}
    if isinstance(law, Divided | Llama3):
        divisors = spectrum(config).theta / config.inv_freq()
        kind: Keys = {"scaling.type": "none"}
        if isinstance(law, Divided) and law.factor != 1.0:
            divisors = np.array(law.divisors)
            kind = {"scaling.type": "linear", "scaling.factor": _single("factor", law.factor)}
        return kind, {"rope_freqs": round_to(divisors, "float32").tolist()}
    if isinstance(law, Yarn) and law.convention == "ggml":
        return {
            "scaling.type": "yarn",
            "scaling.factor": _single("factor", law.factor),
            "scaling.original_context_length": law.original_max_position_embeddings,
            "scaling.yarn_beta_fast": _single("beta_fast", law.beta_fast),
            "scaling.yarn_beta_slow": _single("beta_slow", law.beta_slow),
        }, {}
    if isinstance(law, LongRope):
        return {
            "scaling.type": "longrope",
            "scaling.original_context_length": law.original_max_position_embeddings,
        }, {
            "rope_factors_short": [_single("short_factor", x) for x in law.short_factor],
            "rope_factors_long": [_single("long_factor", x) for x in law.long_factor],
        }
    advice = "YaRN must have the convention 'ggml', and NTK the architecture of HunYuan"
    raise ConfigError("scaling", law, "a law that GGUF has a name for", advice)


def _sections(config: RotaryConfig, name: str) -> list[int]:
    """Return the four sections."""
    kind = architecture(name, None).sections
    if not kind and name not in BY_SECTIONS:
        expected = f"one axis for architecture {name!r}"
        raise ConfigError("axes", config.axes, expected, "choose one with M-RoPE")
    same = (
        interleaved_sections(config.axes)
        if kind == "interleaved" and len(config.axes) == 3
        else arrange(config.axes, series="shared")
    )
    if config.arrangement != same or len(config.axes) > 4:
        expected = f"the order of the axes of architecture {name!r}"
        raise ConfigError("arrangement", config.arrangement, expected, "no key can say it")
    return [*config.axes, *[0] * (4 - len(config.axes))]


def _single(key: str, value: float) -> float:
    """Return a number that float32 holds."""
    if float(np.float32(value)) != value:
        expected = "a number that float32 holds, as GGUF keeps it"
        raise ConfigError(key, value, expected, f"{float(np.float32(value))!r} is the nearest")
    return value
