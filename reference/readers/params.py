"""What the two kinds of `params.json`, Meta's and Mistral's, have in common."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole


def check_keys(values: Mapping[str, Any], understood: Iterable[str]) -> None:
    """Refuse every key about rotary embedding that is not understood.

    Raises
    ------
    ConfigError
        Naming the key.
    """
    known = set(understood)
    for key, value in values.items():
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
    if values.get("head_dim") is not None:
        return whole("head_dim", values["head_dim"], least=1, advice="give a head's channels")
    advice = "without head_dim, dim and n_heads must both be there"
    dim, heads = (whole(k, values.get(k), least=1, advice=advice) for k in ("dim", "n_heads"))
    if dim % heads:
        raise ConfigError("dim", dim, f"a multiple of n_heads = {heads}", "or give head_dim")
    return dim // heads
