"""From the texts of `--positions` and `--shape` to numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ropespec.reference import ConfigError

MOST = 10000
"""Positions that can be tried at once."""

RANGE = re.compile(r"(?P<first>-?\d+)(?:\.\.(?P<last>-?\d+)|-(?P<end>\d+))?")
"""A position, or two with the range between them."""

POSITIONS = "numbers and ranges, as 0,5,100-200 or -8..-1"
SHAPES = "batch x heads x sequence, and heads of the keys if they are fewer"


def read_positions(texts: Iterable[str]) -> tuple[int, ...]:
    """Read lists of positions and ranges, whose ends are included.

    Raises
    ------
    ConfigError
        If a part is none, or there are too many.

    Examples
    --------
    >>> read_positions(["0,5,7-9", "-3..-2"])
    (0, 5, 7, 8, 9, -3, -2)
    """
    found: dict[int, None] = {}
    for part in (part.strip() for text in texts for part in text.split(",")):
        match = RANGE.fullmatch(part)
        if match is None:
            raise ConfigError("positions", part, POSITIONS, "separate them with commas")
        first = int(match["first"])
        last = int(match["last"] or match["end"] or first)
        if last < first:
            raise ConfigError("positions", part, "a range that goes up", "exchange its ends")
        if last - first >= MOST or len(found) >= MOST:
            advice = "name fewer; --level thorough tries many anyway"
            raise ConfigError("positions", part, f"at most {MOST} positions", advice)
        found |= dict.fromkeys(range(first, last + 1))
    return tuple(found)


def read_shapes(texts: Iterable[str]) -> tuple[tuple[int, int, int, int], ...]:
    """Read shapes.

    Raises
    ------
    ConfigError
        If one is none.

    Examples
    --------
    >>> read_shapes(["2x8x16", "1x8x5x2"])
    ((2, 8, 16, 8), (1, 8, 5, 2))
    """
    return tuple(_shape(text) for text in texts)


def _shape(text: str) -> tuple[int, int, int, int]:
    """Read one shape."""
    words = re.split("[x,]", text.strip().lower())
    if len(words) not in (3, 4) or not all(word.isdecimal() and int(word) for word in words):
        raise ConfigError("shape", text, SHAPES, "for example 2x8x16, or 2x8x16x4")
    batch, heads, seq, key_heads = (*map(int, words), int(words[1]))[:4]
    if heads % key_heads:
        advice = "queries share keys in groups of one size"
        raise ConfigError("shape", text, f"key heads that divide {heads} heads", advice)
    return batch, heads, seq, key_heads
