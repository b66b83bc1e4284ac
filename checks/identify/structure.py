"""Which channels turn together and where they are written, from measured operators."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ropespec.reference import LAYOUTS, Channels, ConfigError, RotaryConfig, layout_channels
from ropespec.reference.arrays import BoolArray, FloatArray, IntArray

Wiring = dict[frozenset[int], frozenset[int]]
"""For each group of input channels the output channels that they feed."""

NOISE = 2.0**-26
"""Entries below this share of their column are rounding, at every position tried."""


@dataclass(frozen=True, eq=False)
class Found:
    """A layout that fits the measured operators.

    Attributes
    ----------
    shape
        A configuration with the layout, width and end that fit; its base means nothing.
    channels
        The pairs in the layout's order, written where the target writes them.
    passed_to
        Where the channels that do not turn are written.
    permutation
        Output channels c such that y[..., c] is in the order of `shape`, or None.
    match
        Share of channels that are wired as the layout says.
    """

    shape: RotaryConfig
    channels: Channels
    passed_to: IntArray
    permutation: tuple[int, ...] | None
    match: float


def wiring(operators: FloatArray) -> Wiring:
    """Group the input channels by the output channels that they feed.

    Parameters
    ----------
    operators
        Matrices y = M x, one for each position, shape `(positions, head_dim, head_dim)`.
    """
    feeds = fed(operators)
    groups: dict[frozenset[int], list[int]] = {}
    for channel in range(feeds.shape[1]):
        outputs = frozenset(np.flatnonzero(feeds[:, channel]).tolist())
        groups.setdefault(outputs, []).append(channel)
    return {frozenset(inputs): outputs for outputs, inputs in groups.items()}


def fed(operators: FloatArray) -> BoolArray:
    """Return which output (row) each input (column) feeds at any position."""
    size = np.abs(np.nan_to_num(operators, nan=1.0, posinf=1.0, neginf=1.0)).max(axis=0)
    largest = size.max(axis=0)
    return np.asarray(size > NOISE * np.where(largest == 0, 1.0, largest), dtype=np.bool_)


def turning(wires: Wiring) -> Wiring:
    """Return the pairs among the groups."""
    return {a: b for a, b in wires.items() if len(a) == 2 and len(b) == 2}


def declared_wiring(channels: Channels) -> Wiring:
    """Return how a layout wires its pairs."""
    return {
        frozenset(read): frozenset(write)
        for read, write in zip(channels.read.tolist(), channels.write.tolist(), strict=True)
    }


def permutation_at_zero(operator: FloatArray) -> IntArray | None:
    """Return where the operator of position 0 puts each channel, None if it mixes any.

    None too when it turns a channel's sign: that is a rotation, no permutation.
    """
    size = np.abs(operator)
    largest = size.max(axis=0)
    places = size.argmax(axis=0)
    alone = (size > 2.0**-8 * largest).sum(axis=0) == 1
    whole = len(set(places.tolist())) == len(places)
    kept = operator[places, np.arange(len(places))] > 0
    return places if alone.all() and whole and kept.all() else None


def shapes(head_dim: int, pairs: int, declared: RotaryConfig | None) -> Iterator[RotaryConfig]:
    """Yield every layout with that many pairs, the declared one first, then by custom."""
    if declared is not None and declared.rotary_dim == 2 * pairs:
        yield declared
    names = [name for name, layout in LAYOUTS.items() if layout.span != "axis"]
    ends = ["first", "last"] if 2 * pairs < head_dim else ["first"]
    choices = [(name, end) for name in names for end in ends]
    if declared is not None and LAYOUTS[declared.layout].span != "axis":
        choices.insert(0, (declared.layout, declared.rotary_end))
    for name, end in choices:
        try:
            yield RotaryConfig(head_dim, 2 * pairs, rotary_end=end, layout=name)
        except ConfigError:
            continue


def find_layout(operators: FloatArray, declared: RotaryConfig | None) -> Found | None:
    """Name the layout of measured operators, the one of position 0 first.

    Looks for a layout that fits as it is, then for one that fits after a permutation of the
    output, then for the declared one with some pairs that do not turn.
    """
    head_dim = operators.shape[-1]
    found = _exact(operators, declared)
    places = permutation_at_zero(operators[0])
    if found is None and places is not None:
        straight = _exact(operators[:, places], declared)
        if straight is not None:
            found = _permuted(straight, places)
    if found is not None or declared is None:
        return found
    channels = layout_channels(declared)
    wires = wiring(operators)
    known = declared_wiring(channels)
    right = {a: b for a, b in turning(wires).items() if known.get(a) == b}
    if not right:
        return None
    still = [a for a in wires if len(a) == 1 and wires[a] == a]
    return Found(
        declared, channels, channels.passed, None, (2 * len(right) + len(still)) / head_dim
    )


def relative_permutation(
    found: Found, operators: FloatArray, declared: RotaryConfig
) -> tuple[int, ...] | None:
    """Return the permutation that takes the output to the declared order, None if none does.

    None too when the output is in the declared order.
    """
    places = permutation_at_zero(operators[0])
    channels = layout_channels(declared)
    if places is None or found.shape.rotary_dim != declared.rotary_dim:
        return None
    meant = np.arange(declared.head_dim)
    meant[channels.read] = channels.write
    order = np.empty_like(meant)
    order[meant] = places
    if np.array_equal(order, np.arange(declared.head_dim)):
        return None
    fits = turning(wiring(operators[:, order])) == declared_wiring(channels)
    return tuple(order.tolist()) if fits else None


def _exact(operators: FloatArray, declared: RotaryConfig | None) -> Found | None:
    """Find a layout that wires exactly what was measured."""
    wires = wiring(operators)
    pairs = turning(wires)
    passed = all(a == b for a, b in wires.items() if a not in pairs)
    if not pairs or not passed:
        return None
    for shape in shapes(operators.shape[-1], len(pairs), declared):
        channels = layout_channels(shape)
        if declared_wiring(channels) == pairs:
            return Found(shape, channels, channels.passed, None, 1.0)
    return None


def _permuted(straight: Found, places: IntArray) -> Found:
    """Describe a layout whose output is written to other places."""
    channels = Channels(
        read=straight.channels.read,
        write=places[straight.channels.write],
        index=straight.channels.index,
        width=straight.channels.width,
        axis=straight.channels.axis,
        passed=straight.channels.passed,
    )
    passed_to = places[channels.passed]
    return Found(straight.shape, channels, passed_to, tuple(places.tolist()), 1.0)
