"""What the two kinds of `params.json`, Meta's and Mistral's, have in common."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ropespec.reference.config import WIDEST
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .keys import misspelt
from .limits import LARGEST, LAYERS

SIZES: Mapping[str, int] = {
    "head_dim": WIDEST,
    "dim": LARGEST,
    "n_heads": LARGEST,
    "n_kv_heads": LARGEST,
    "n_layers": LAYERS,
}
"""Sizes that both kinds of file have, with the largest that is taken."""


def check_keys(values: Mapping[str, Any], understood: Iterable[str]) -> None:
    """Refuse every key about rotary embedding that is not understood.

    Raises
    ------
    ConfigError
        Naming the key.
    """
    known = {*understood, *SIZES}
    for key, value in values.items():
        near = None if key in known else misspelt(str(key), known)
        if near is not None and value is not None and values.get(near) is None:
            expected = "a key that this reader knows"
            raise ConfigError(str(key), value, expected, f"did you mean {near!r}?")
        words = re.split(r"[^a-z0-9]+", str(key).lower())
        about = any(word in ("rope", "nope", "rotary", "yarn") for word in words)
        if about and key not in known and value is not None:
            advice = "this reader does not understand it, and nothing is dropped in silence"
            raise ConfigError(str(key), value, "a known key about rotary embedding", advice)


def head_dim(values: Mapping[str, Any]) -> int:
    """Return head_dim, or dim / n_heads.

    Raises
    ------
    ConfigError
        If neither is there, or they contradict each other's kind.
    """
    given = {key: values[key] for key in SIZES if values.get(key) is not None}
    sizes = {
        key: whole(key, value, least=1, most=SIZES[key], advice="give a whole number")
        for key, value in given.items()
    }
    _check_groups(sizes)
    if "head_dim" in sizes:
        return sizes["head_dim"]
    for key in ("dim", "n_heads"):
        if key not in sizes:
            advice = "without head_dim, dim and n_heads must both be there"
            raise ConfigError(key, None, "a whole number of at least 1", advice)
    dim, heads = sizes["dim"], sizes["n_heads"]
    if dim % heads:
        raise ConfigError("dim", dim, f"a multiple of n_heads = {heads}", "or give head_dim")
    if dim // heads > WIDEST:
        expected = f"at most {WIDEST} channels for each of n_heads = {heads}"
        raise ConfigError("dim", dim, expected, "give head_dim")
    return dim // heads


def _check_groups(sizes: Mapping[str, int]) -> None:
    """Check that every head of the keys serves as many of the queries."""
    if "n_heads" in sizes and "n_kv_heads" in sizes and sizes["n_heads"] % sizes["n_kv_heads"]:
        expected = f"a number that divides n_heads = {sizes['n_heads']}"
        advice = "every key head serves as many query heads"
        raise ConfigError("n_kv_heads", sizes["n_kv_heads"], expected, advice)
