"""A few more calls of a target: they tell mistakes apart that its failures do not."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from ropespec.checks.observation import Case, Observation, Outcome
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import IntArray
from ropespec.reference.formats import round_to

from .diagnosis import Diagnosis

ROWS: tuple[tuple[str, tuple[tuple[int, ...], ...]], ...] = (
    ("rows that start elsewhere", ((3, 4, 6, 9, 13), (40, 41, 42, 45, 50), (0, 1, 2, 3, 4))),
    ("positions in no order", ((9, 2, 30, 0, 1), (5, 77, 5, 3, 12))),
    ("a prompt", ((0, 1, 2, 3, 4, 5, 6),) * 2),
    ("one token in each row", ((6,), (2,), (33,))),
    ("one token", ((11,),)),
    (
        "far positions",
        (
            (300, 1000, 2100, 5000, 40000, 70000, 259, 600),
            (131071, 33001, 16500, 8300, 4100, 515, 129, 67),
        ),
    ),
)
"""Positions of each control, `(batch, seq)`."""

HEADS = 4
"""Heads of the controls' queries."""

KEY_HEADS = (4, 2, 1)
"""Heads of their keys, in turn."""

AGAIN = 4
"""How many failures are tried again."""

MANY = 12
"""How many calls are tried again after another one."""


def controls(target: Target, config: RotaryConfig, dtype: str) -> Iterator[Observation]:
    """Yield what a target makes of the controls in one format."""
    rng = np.random.default_rng(0)
    limit = target.max_position
    for (name, rows), key_heads in zip(ROWS, itertools.cycle(KEY_HEADS), strict=False):
        positions = np.array(rows, dtype=np.int64)
        if limit is not None:
            positions %= limit + 1
        shape = (*positions.shape, config.head_dim)
        q = round_to(rng.standard_normal((shape[0], HEADS, *shape[1:])), dtype)
        k = round_to(rng.standard_normal((shape[0], HEADS, *shape[1:])), dtype)[:, :key_heads]
        key = k if "key" in target.roles else None
        case = Case(name, q, key, spread(positions, config), dtype)
        yield Observation(case, target.call(case))


def spread(positions: IntArray, config: RotaryConfig) -> IntArray:
    """Give positions `(batch, seq)` other coordinates for other axes."""
    if not config.axes:
        return positions
    rolled = [np.roll(positions, axis, axis=1) + axis for axis in range(len(config.axes))]
    return np.stack(rolled, axis=-1)


def history(target: Target, observations: Sequence[Observation]) -> Iterator[Diagnosis]:
    """Call a target again on what went wrong: a function gives the same answer."""
    tried = observations[:: max(1, len(observations) // AGAIN)][:AGAIN]
    other = [one for one in tried if _differs(one.outcome, target.call(one.case))]
    if other:
        evidence = (
            f"{len(other)} of {len(tried)} calls gave another answer when repeated, "
            f"the first on {other[0].case.name!r}"
        )
        yield Diagnosis("depends-on-history", 0.98, evidence)
    tried = observations[:: max(1, len(observations) // MANY)]
    stale = [one for one in tried if _differs(one.outcome, _refreshed(target, one.case))]
    if stale:
        evidence = (
            f"{len(stale)} of {len(tried)} calls gave another answer after a call at other "
            f"positions in the same dtype, the first on {stale[0].case.name!r}"
        )
        yield Diagnosis("stale-cache", 0.97, evidence)


def strides(target: Target, observations: Sequence[Observation]) -> Iterator[Diagnosis]:
    """Call a target on contiguous copies of what went wrong in another layout of memory."""
    tried = [one for one in observations if one.case.memory != "contiguous"][:AGAIN]
    other = [
        one
        for one in tried
        if _differs(
            one.outcome, target.call(dataclasses.replace(one.case, memory="contiguous"))
        )
        and not _differs(one.outcome, target.call(one.case))
    ]
    if other:
        evidence = (
            f"{len(other)} of {len(tried)} calls gave another answer for a contiguous copy, "
            f"the first on {other[0].case.memory} memory"
        )
        yield Diagnosis("assumes-contiguous", 0.98, evidence)


def _refreshed(target: Target, case: Case) -> Outcome:
    """Call a target again with a call between that a kept table does not fit."""
    target.call(dataclasses.replace(case, positions=np.maximum(case.positions - 1, 0)))
    return target.call(case)


def _differs(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes of one input are not the same."""
    pairs = ((one.q, other.q), (one.k, other.k))
    return any(
        (a is None) != (b is None)
        or (a is not None and b is not None and not np.array_equal(a, b, equal_nan=True))
        for a, b in pairs
    )
