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
from ropespec.reference.jsonfile import load_object
from ropespec.reference.model import LayerGroup, RotaryModel

from . import gguf, huggingface, meta, mistral, onnx
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


def read(source: Mapping[str, Any] | str | Path) -> Reading:
    """Read ropespec's own format, a Hugging Face `config.json` or a GGUF file.

    Parameters
    ----------
    source
        A path to a JSON file, or what it holds. The own format is known by its key `layout`,
        or by having no key of another format.

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
    if isinstance(source, str | Path) and Path(source).suffix == ".gguf":
        return gguf.read(source)
    values = source if isinstance(source, Mapping) else load_object(source)
    own = {field.name for field in dataclasses.fields(RotaryConfig)}
    if "layout" in values or ("head_dim" in values and values.keys() <= own):
        return Reading(RotaryModel((LayerGroup(RotaryConfig.from_dict(values)),)))
    return huggingface.read(values)
