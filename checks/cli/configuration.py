"""From options and files to a configuration."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.jsonfile import load_object
from ropespec.reference.readers import huggingface

if TYPE_CHECKING:
    from .options import ConventionOptions

HEAD_DIM = 64
"""Head width when nothing is said."""

OVERRULING = ("head_dim", "rotary_dim", "rotary_end", "base", "layout", "sign")
"""Options that overrule what a file says."""


def declared(options: ConventionOptions) -> RotaryConfig:
    """Build what the target should compute from options, and from a file if one is named.

    Raises
    ------
    ConfigError
        If anything in it cannot be right.
    """
    found = stated(options)
    if isinstance(found, RotaryConfig):
        return found
    return RotaryConfig(**{"head_dim": HEAD_DIM, **found})


def stated(options: ConventionOptions) -> RotaryConfig | dict[str, Any]:
    """Return a whole configuration where a file is named, else the fields that were typed.

    Raises
    ------
    ConfigError
        If anything in the file cannot be right.
    """
    given: dict[str, Any] = {
        name: value for name in OVERRULING if (value := getattr(options, name)) is not None
    }
    if options.scaling is not None:
        given["scaling"] = _object("--scaling", options.scaling)
    if options.config is None:
        return given
    found = read_file(options.config, options.layers, layout=options.layout, sign=options.sign)
    return found.replace(**given) if given else found


def read_file(
    path: str, layers: str | None = None, *, layout: str | None = None, sign: int | None = None
) -> RotaryConfig:
    """Read a Hugging Face `config.json` or ropespec's own file; say what had to be assumed.

    Parameters
    ----------
    path
        The file.
    layers
        A layer type or a layer's number, where a model's layers differ.
    layout, sign
        What the file cannot say.

    Raises
    ------
    ConfigError
        If it cannot be read, is no JSON, or is contradictory or unknown.
    """
    values = load_object(path)
    if "head_dim" in values and "model_type" not in values and _is_own(values):
        return RotaryConfig.from_dict(values)
    reading = huggingface.read(values, layout=layout, sign=sign)
    for warning in reading.warnings:
        sys.stderr.write(f"ropespec: {path}: {warning.message}\n")
    if layers is None:
        return reading.config
    number = layers.isdecimal() and len(layers) < 10
    return reading.model.config(int(layers) if number else layers)


def _is_own(values: dict[str, Any]) -> bool:
    """Whether all keys are of ropespec's own format."""
    return values.keys() <= RotaryConfig(head_dim=2).to_dict().keys()


def _object(name: str, text: str) -> dict[str, Any]:
    """Read a JSON object that was typed on the command line."""
    advice = """for example '{"rope_type": "linear", "factor": 8}', in quotes"""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        expected = f"JSON ({error.msg} at column {error.colno})"
        raise ConfigError(name, text, expected, advice) from None
    if not isinstance(value, dict):
        raise ConfigError(name, text, "a JSON object", advice)
    return value
