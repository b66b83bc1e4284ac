"""From options and files to a configuration."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.readers import read

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
        if options.layers is not None:
            advice = "name it with --config, or leave --layers out"
            raise ConfigError("--layers", options.layers, "a file whose layers differ", advice)
        return given
    unsaid = ("base", "head_dim", "layout", "sign", "scaling")
    said = {name: given[name] for name in unsaid if name in given}
    found = read_file(options.config, options.layers, **said)
    return found.replace(**given) if given else found


def read_file(path: str, layers: str | None = None, **unsaid: Any) -> RotaryConfig:
    """Read a file of any format that `ropespec explain` takes; say what had to be assumed.

    Parameters
    ----------
    path
        The file.
    layers
        A layer type or a layer's number, where a model's layers differ.
    **unsaid
        What the file cannot say: keywords of `ropespec.reference.readers.read`.

    Raises
    ------
    ConfigError
        If it cannot be read, or is contradictory or unknown.
    """
    reading = read(path, **unsaid)
    for warning in reading.warnings:
        sys.stderr.write(f"ropespec: {path}: {warning.message}\n")
    if layers is None:
        return reading.config
    number = layers.isdecimal() and len(layers) < 10
    return reading.model.config(int(layers) if number else layers)


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
