"""Scalings that depend on the length: what a call is held to, and where lengths are alike."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import IntArray

from .target import Claims

LONGEST = 2**40
"""A length beyond which no law is looked for."""

_at_length = lru_cache(maxsize=256)(RotaryConfig.at_length)


def follows_length(config: RotaryConfig, claims: Claims) -> bool:
    """Whether a target is held to other frequencies in calls of other lengths."""
    return claims.by_length and config.depends_on_length


def in_force(config: RotaryConfig, claims: Claims, positions: IntArray | int) -> RotaryConfig:
    """Return what a call is held to: what is in force for its largest position plus one.

    It is the configuration itself unless its law depends on the length and the target is
    claimed to follow that of each call.

    Parameters
    ----------
    config, claims
        What the target is held to, and what is claimed of it.
    positions
        All positions of the call, or the largest.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.checks.target import Claims
    >>> from ropespec.reference import Dynamic
    >>> config = RotaryConfig(head_dim=4, scaling=Dynamic(2.0, 4096))
    >>> for claims in (Claims.of(), Claims.of(by_length=True)):
    ...     print(in_force(config, claims, np.array([[0, 8191]])).inv_freq()[-1].round(6))
    0.01
    0.003333
    """
    if not follows_length(config, claims):
        return config
    return _at_length(config, max(0, int(np.max(positions, initial=0))) + 1)


@lru_cache(maxsize=64)
def last_alike(config: RotaryConfig) -> int | None:
    """Return the largest position up to which calls of all lengths have the same frequencies.

    None if there is no call so long that it has others.

    Examples
    --------
    >>> from ropespec.reference import Dynamic
    >>> last_alike(RotaryConfig(head_dim=4, scaling=Dynamic(2.0, 4096)))
    4095
    """
    short, same, other = config.at_length(1), 1, LONGEST
    if config.at_length(other) == short:
        return None
    while other - same > 1:
        middle = (same + other) // 2
        if config.at_length(middle) == short:
            same = middle
        else:
            other = middle
    return same - 1


def said(config: RotaryConfig, claims: Claims, notes: tuple[str, ...]) -> Iterator[str]:
    """Say how a target was held to a law that depends on the length, or could have been.

    Parameters
    ----------
    config, claims
        What it was held to, and what is claimed of it.
    notes
        What identification saw.
    """
    if follows_length(config, claims):
        last = last_alike(config)
        alike = "" if last is None else f"; laws that compare calls were tried up to {last}"
        yield f"each call was held to the frequencies of its own length{alike}"
    elif any(note.startswith(DEPENDS) for note in notes):
        yield (
            "its frequencies change with the length of a call, and it was held to those of one "
            "length: give --by-length with a scaling that says so, or --max-position to stay "
            "within one"
        )


DEPENDS = "the frequencies depend on the length of the sequence"
"""How identification says that calls of different lengths have different frequencies."""
