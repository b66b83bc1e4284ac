"""Which layers of a GGUF file's model have a sliding window."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .limits import LAYERS

KEY = "attention.sliding_window_pattern"

Numbers = tuple[int, ...]
"""Layers, counted from 0."""


def sliding_layers(values: Mapping[str, Any]) -> tuple[Numbers, Numbers]:
    """Return the numbers of the sliding and of the full layers, () where the file has none.

    Parameters
    ----------
    values
        Metadata without the architecture's prefix. The key holds a list with true for a layer
        that slides, or a number n: every n-th layer is full.

    Raises
    ------
    ConfigError
        If the list has other entries, or another length than there are layers.
    """
    pattern, count = values.get(KEY), _count(values)
    if pattern is None:
        return (), ()
    if not isinstance(pattern, list):
        step = whole(
            KEY, pattern, least=1, most=LAYERS, advice="or give a list of true and false"
        )
        pattern = [bool((i + 1) % step) for i in range(count or 0)]
    for i, slides in enumerate(pattern):
        if not isinstance(slides, int) or slides not in (0, 1):
            raise ConfigError(
                f"{KEY}[{i}]", slides, "true or false", "true for a layer that slides"
            )
    if count is not None and len(pattern) != count:
        expected = f"one entry for each of block_count = {count}"
        raise ConfigError(KEY, f"{len(pattern)} entries", expected, "correct one of them")
    sliding = tuple(i for i, slides in enumerate(pattern) if slides)
    return sliding, tuple(i for i, slides in enumerate(pattern) if not slides)


def _count(values: Mapping[str, Any]) -> int | None:
    """Return the number of layers."""
    given = values.get("block_count")
    if given is None:
        return None
    return whole("block_count", given, least=1, most=LAYERS, advice="give the number of layers")
