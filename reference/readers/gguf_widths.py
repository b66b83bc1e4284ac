"""Widths and counts in a GGUF file's metadata."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.config import WIDEST
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .gguf_architectures import Architecture


def head_width(values: Mapping[str, Any], known: Architecture) -> tuple[str, int]:
    """Return the channels of a head, and the key that they come from."""
    for key in ("embedding_length", "attention.head_count"):
        _count(values, key)
    keys = ("attention.key_length_mla",) if known.split else ()
    for key in (*keys, "attention.key_length"):
        if key in values:
            advice = "give the channels of a key"
            return key, whole(key, values[key], least=1, most=WIDEST, advice=advice)
    width, heads = (_count(values, key) for key in ("embedding_length", "attention.head_count"))
    if width is None or heads is None:
        missing = "embedding_length" if width is None else "attention.head_count"
        raise ConfigError(missing, None, "a whole number", "or give attention.key_length")
    if width % heads:
        expected = f"a multiple of attention.head_count = {heads}"
        raise ConfigError("embedding_length", width, expected, "or give attention.key_length")
    return "embedding_length", width // heads


def _count(values: Mapping[str, Any], key: str) -> int | None:
    """Return a size that may be absent, or a list with an entry for each layer, all alike.

    Layers without attention have 0 there.
    """
    given = values.get(key)
    if not isinstance(given, list):
        return optional(values, key)
    advice = "give one number, or one for each layer"
    each = {whole(f"{key}[{i}]", n, least=0, advice=advice) for i, n in enumerate(given)} - {0}
    if len(each) != 1:
        expected = "the same number for every layer with attention"
        raise ConfigError(key, given, expected, "or give attention.key_length")
    return each.pop()


def optional(values: Mapping[str, Any], key: str) -> int | None:
    """Return a whole number that may be absent."""
    advice = "leave it out to take llama.cpp's default"
    return whole(key, values[key], least=1, advice=advice) if key in values else None
