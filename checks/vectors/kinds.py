"""The kinds of vectors that every configuration gets, and the bugs that each of them shows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ropespec.checks.laws.levels import LADDER, REMOTE
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import IntArray

from .vector import Result

ANYWHERE = (
    *("wrong-pairing", "sign-flipped", "missing-minus", "cos-sin-swapped", "rotated-twice"),
    *("positions-off-by-one", "wrong-exponent", "frequency-order"),
    *("pair-not-rotated", "added-not-rotated", "wrong-amplitude", "table-pairing-mismatch"),
)
"""Bugs that any ordinary input shows."""


@dataclass(frozen=True)
class Kind:
    """A kind of input.

    Attributes
    ----------
    name
        The middle part of the ids.
    comment
        What is special about it.
    rows
        Positions `(batch, seq)` of the first axis.
    heads
        How many heads the values have.
    flags
        Slugs of the bugs that it shows, whatever the configuration.
    result
        Whether it must be computed.
    """

    name: str
    comment: str
    rows: tuple[tuple[int, ...], ...]
    heads: int
    flags: tuple[str, ...]
    result: Result = "valid"

    def positions(self, config: RotaryConfig) -> IntArray:
        """Return int64 positions; each further axis has them in another order."""
        first = np.asarray(self.rows, dtype=np.int64)
        if config.max_position is not None and self.result == "valid":
            first %= config.max_position + 1
        if not config.axes:
            return first
        axes = range(len(config.axes))
        return np.stack([np.roll(first, axis, axis=1) for axis in axes], axis=-1)


KINDS = (
    Kind(
        "prompt",
        "two rows, three heads, five tokens from the start",
        ((0, 1, 2, 3, 4), (0, 1, 2, 3, 4)),
        3,
        (*ANYWHERE, "wrong-axis", "head-not-rotated"),
    ),
    Kind(
        "ladder",
        "positions around which formats stop holding whole numbers and tables end",
        (LADDER,),
        1,
        (
            *("low-precision-positions", "low-precision-phase", "low-precision-frequencies"),
            *("table-wraps", "table-clamps", "integer-overflow"),
        ),
    ),
    Kind(
        "one-token",
        "decoding: one token in each of three rows, at positions far apart",
        ((4097,), (3,), (259,)),
        2,
        ("decode-position", "first-row-positions", "positions-rebased", "positions-ignored"),
    ),
    Kind(
        "scattered",
        "positions unsorted, repeated, and different in each row",
        ((7, 513, 7, 2), (300, 5, 1025, 300)),
        2,
        ("first-row-positions", "positions-rebased", "positions-reversed", "positions-ignored"),
    ),
    Kind(
        "remote",
        "positions beyond most tables, and where float32 stops holding whole numbers",
        (REMOTE,),
        1,
        ("low-precision-positions", "table-clamps"),
        "acceptable",
    ),
    Kind(
        "negative",
        "positions before the start, where relative positions lead",
        ((-1, -2, -300, 5),),
        2,
        ("negative-positions",),
        "acceptable",
    ),
)
"""The kinds, in the order of the files."""


def flags_of(config: RotaryConfig) -> tuple[str, ...]:
    """Return the slugs of bugs that only such a configuration shows, at any position but 0."""
    found: list[str] = []
    if config.rotary_dim < config.head_dim:
        found += ["exponent-uses-head-dim", "wrong-rotary-width", "tail-changed"]
        found += ["wrong-rotary-end"]
    if config.scaling_dict() is not None:
        found += ["scaling-ignored", "scaling-inverted", "wrong-scaling-parameters"]
    if config.amplitude != 1:
        found += ["attention-factor-missing"]
    if config.base != RotaryConfig(head_dim=2).base:
        found += ["wrong-base"]
    return tuple(found)
