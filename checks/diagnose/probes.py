"""A few calls that ask one question each, as whether it is linear."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.identify import Identification
from ropespec.checks.identify.structure import declared_wiring, turning, wiring
from ropespec.checks.observation import Case, Observation, Outcome
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, layout_channels, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import find_format

from .diagnosis import Diagnosis

BEFORE, NEXT = (1, 2, 3, 4), (13, 14, 15, 16)
"""Positions of two calls, one after the other."""

KEPT = 0.995
"""Confidence in a table that is seen to be an earlier call's."""

NEARLY = 0.02
"""Share of the largest value that values may be off, where other turns are far from them."""

ROUNDINGS = 64.0
"""Units roundoff, at the size of the vectors, that a sum may be off by."""

EIGHTHS = 31
"""Inputs are whole eighths up to this many, so that sums are exact in every format."""


def linear(target: Target, one: Case) -> Iterator[Diagnosis]:
    """Ask whether the result of a sum is the sum of the results, and 0 gives 0.

    Parameters
    ----------
    target
        What is asked.
    one
        A call that went wrong: its shapes, positions and dtype are used.
    """
    rng = np.random.default_rng(1)
    a, b = (_eighths(one, rng) for _ in range(2))
    zero, both = _combined(a, a, -1.0), _combined(a, b, 1.0)
    answers = [_flat(target.call(case)) for case in (a, b, both, zero)]
    again = [_flat(target.call(case)) for case in (a, b, both, zero)]
    for first, second in zip(answers, again, strict=True):
        if first is None or second is None or not np.array_equal(first, second):
            return  # no function at all: `history` says so
    y_a, y_b, y_both, y_zero = (np.asarray(answer) for answer in answers)
    unit = ROUNDINGS * find_format(one.dtype).unit_roundoff
    size = max(1.0, float(np.abs(y_a).max() + np.abs(y_b).max()))
    if np.abs(y_zero).max() > unit:
        evidence = f"a zero vector comes back as {np.abs(y_zero).max():.3g}: something is added"
        yield Diagnosis("added-not-rotated", 0.95, evidence)
    else:
        rest = float(np.abs(y_both - y_a - y_b).max())
        if rest > unit * size:
            evidence = f"the result of a sum is off the sum of the results by {rest:.3g}"
            yield Diagnosis("value-dependent", 0.985, evidence)


def crossed(target: Target, one: Case) -> Iterator[Diagnosis]:
    """Ask whether queries change when the keys do, or keys when the queries do."""
    if one.k is None:
        return
    rng = np.random.default_rng(2)
    a, b = _eighths(one, rng), _eighths(one, rng)
    mine = target.call(a)
    if _differ(mine, target.call(a)):
        return
    keys = target.call(dataclasses.replace(a, k=b.k))
    queries = target.call(dataclasses.replace(a, q=b.q))
    for what, other, first, second in (
        ("queries", "keys", mine.q, keys.q),
        ("keys", "queries", mine.k, queries.k),
    ):
        if first is None or second is None or np.array_equal(first, second, equal_nan=True):
            continue
        share = float((first != second).mean())
        evidence = f"{share:.0%} of the {what} change when other {other} are given"
        yield Diagnosis("key-not-rotated", 0.99, evidence)
        return


def paired(
    target: Target, config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Ask which channels turn together where identification knows no such layout."""
    if seen is not None and seen.layout is not None:
        return
    width = config.head_dim
    vectors = np.broadcast_to(np.eye(width)[:, np.newaxis, np.newaxis], (width, 1, 3, width))
    near = [0, 1, 3]
    limit = target.max_position
    if limit is not None and limit < near[-1]:
        return
    rows = np.tile(np.array(near, dtype=np.int64), (width, 1))
    rows = np.stack([rows] * len(config.axes), axis=-1) if config.axes else rows
    try:
        answer = target.rotate(vectors.copy(), rows, target.dtypes[0])[:, 0]
    except TargetRaised:
        return
    operators = np.moveaxis(answer, 0, -1)
    if not np.isfinite(operators).all():
        return
    wires = wiring(operators)
    pairs, meant = turning(wires), declared_wiring(layout_channels(config))
    still = [group for group, outputs in wires.items() if len(group) == 1 and group == outputs]
    if not pairs or 2 * len(pairs) + len(still) != width or pairs == meant:
        return
    if all(group == outputs for group, outputs in pairs.items()) and set(pairs) != set(meant):
        other = sorted(sorted(group) for group in pairs if group not in meant)
        evidence = f"channels {other[0][0]} and {other[0][1]} turn together, and others so"
        missing = set(pairs) <= set(meant)
        if not missing:
            yield Diagnosis("wrong-pairing", 0.9, evidence)


def renewed(target: Target, observations: list[Observation]) -> Iterator[Diagnosis]:
    """Ask whether a target without history gives another answer to what went wrong."""
    fresh = target.fresh()
    if fresh.host is target.host:
        return
    other = []
    for one in observations:
        if _differ(one.outcome, target.fresh().call(one.case)):
            other.append(one)
    if other:
        evidence = (
            f"{len(other)} of {len(observations)} wrong answers are others on a target that "
            f"was never called before, the first on {other[0].case.name!r}"
        )
        yield Diagnosis("depends-on-history", 0.99, evidence)


def kept(target: Target, config: RotaryConfig) -> Iterator[Diagnosis]:
    """Ask whether a call turns by the positions, or in the format, of the call before it."""
    reach = NEXT[-1] if target.max_position is None else target.max_position
    if reach < NEXT[0] or config.depends_on_length:
        return
    for first, then in ((BEFORE, NEXT), (NEXT, BEFORE)):
        one = _at(target, config, [min(each, reach) for each in first], target.dtypes[0])
        two = _at(target, config, [min(each, reach) for each in then], target.dtypes[0])
        fresh = target.fresh()
        earlier, got = fresh.call(one).q, fresh.call(two).q
        if got is None or _near(got, oracle.rotate(two.q, two.positions, config)):
            continue
        meant = oracle.rotate(two.q, one.positions, config)
        if _near(got, meant) or (earlier is not None and np.array_equal(got, earlier)):
            evidence = f"a call at positions from {then[0]} on turns by positions of a call "
            yield Diagnosis("stale-cache", KEPT, f"{evidence}before, from {first[0]} on")
            return
    rough, fine = target.dtypes[-1], target.dtypes[0]
    if find_format(rough).unit_roundoff > find_format(fine).unit_roundoff:
        case = _at(target, config, BEFORE, fine)
        right = target.fresh().call(case)
        fresh = target.fresh()
        fresh.call(_at(target, config, BEFORE, rough))
        if right.fault is None and _differ(right, fresh.call(case)):
            evidence = f"a call in {fine} gives another answer after one in {rough}"
            yield Diagnosis("stale-cache", KEPT, evidence)


def _at(target: Target, config: RotaryConfig, positions: Sequence[int], dtype: str) -> Case:
    """Make a call of two rows at some positions."""
    rows = np.tile(np.array(positions, dtype=np.int64), (2, 1))
    rows = np.stack([rows] * len(config.axes), axis=-1) if config.axes else rows
    shape = (2, 2, len(positions), config.head_dim)
    q = np.random.default_rng(3).integers(-EIGHTHS, EIGHTHS + 1, shape) / 8.0
    return Case("another call", q, q if "key" in target.roles else None, rows, dtype)


def _near(got: FloatArray, meant: FloatArray) -> bool:
    """Whether values are those that were meant, nearly."""
    return bool(np.abs(got - meant).max() <= NEARLY * np.abs(meant).max())


def _differ(one: Outcome, other: Outcome) -> bool:
    first, second = _flat(one), _flat(other)
    if first is None or second is None:
        return (first is None) != (second is None)
    return not np.array_equal(first, second, equal_nan=True)


def _eighths(one: Case, rng: np.random.Generator) -> Case:
    """Draw whole eighths in the shapes of a call."""
    q = rng.integers(-EIGHTHS, EIGHTHS + 1, one.q.shape) / 8.0
    k = None if one.k is None else rng.integers(-EIGHTHS, EIGHTHS + 1, one.k.shape) / 8.0
    return dataclasses.replace(one, q=q, k=k, memory="contiguous")


def _combined(a: Case, b: Case, times: float) -> Case:
    """Return a + times * b."""
    k = None if a.k is None or b.k is None else a.k + times * b.k
    return dataclasses.replace(a, q=a.q + times * b.q, k=k)


def _flat(outcome: Outcome) -> FloatArray | None:
    """Return all values of an outcome in one row, None where there are none or not finite."""
    arrays = [each.ravel() for each in (outcome.q, outcome.k) if each is not None]
    if not arrays:
        return None
    flat = np.concatenate(arrays)
    return flat if np.isfinite(flat).all() else None
