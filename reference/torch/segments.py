"""A head's pairs as few stretches of channels, which the kernel and plain torch run over."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import IntArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.layout import layout_channels

from .constant import constant


class Segment(NamedTuple):
    """Pairs that are read and written in one stride.

    Attributes
    ----------
    pair, number
        The first pair and how many there are.
    read_first, read_second, write_first, write_second
        The channels of the first pair.
    read_adjacent, write_adjacent
        Whether pair i is 2i channels on from these, and not i.
    """

    pair: int
    number: int
    read_first: int
    read_second: int
    write_first: int
    write_second: int
    read_adjacent: bool
    write_adjacent: bool


class Run(NamedTuple):
    """Pairs `begin` to `end - 1` are turned by one coordinate."""

    begin: int
    end: int
    axis: int


class Head(NamedTuple):
    """All of one configuration's segments, runs, and stretches of channels left alone."""

    segments: tuple[Segment, ...]
    runs: tuple[Run, ...]
    passed: tuple[tuple[int, int], ...]

    def transposed(self) -> Head:
        """Return the way back, which reads where this one writes."""
        swapped = (
            s._replace(
                read_first=s.write_first,
                read_second=s.write_second,
                write_first=s.read_first,
                write_second=s.read_second,
                read_adjacent=s.write_adjacent,
                write_adjacent=s.read_adjacent,
            )
            for s in self.segments
        )
        return self._replace(segments=tuple(swapped))


@constant
def traced_head(config: RotaryConfig) -> Head:
    """`head_of`; a function of its own, as the compiler sees through caches."""
    return head_of(config)


@lru_cache(maxsize=256)
def head_of(config: RotaryConfig) -> Head:
    """Cut a configuration's pairs in stretches.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch.segments import head_of
    >>> head = head_of(RotaryConfig(head_dim=6, rotary_dim=4, layout="half"))
    >>> head.segments[0].read_second, head.segments[0].read_adjacent, head.passed
    (2, False, ((4, 6),))
    """
    channels = layout_channels(config)
    places = np.concatenate([channels.read, channels.write], axis=1)
    segments = tuple(_segment(places, begin, end) for begin, end in _stretches(places))
    axes = channels.axis
    cuts = [0, *(np.flatnonzero(np.diff(axes)) + 1).tolist(), config.pairs]
    runs = tuple(Run(begin, end, int(axes[begin])) for begin, end in pairwise(cuts))
    return Head(segments, runs, _ranges(channels.passed))


def has_digits(config: RotaryConfig) -> bool:
    """Whether each pair is turned by one coordinate alone, so that its digits can be used."""
    return not isinstance(config.arrangement, Mixed)


def _segment(places: IntArray, begin: int, end: int) -> Segment:
    """Describe the pairs from `begin` to `end - 1`."""
    channels = [int(channel) for channel in places[begin]]
    read, write = (channels[side + 1] == channels[side] + 1 for side in (0, 2))
    if end - begin > 1:  # a pair alone may be adjacent or a half of one
        read, write = ((places[begin + 1] - places[begin])[[0, 2]] == 2).tolist()
    first, second, to_first, to_second = channels
    return Segment(begin, end - begin, first, second, to_first, to_second, read, write)


def _stretches(places: IntArray) -> list[tuple[int, int]]:
    """Cut where the stride from pair to pair changes or is neither 1 nor 2."""
    steps = np.diff(places, axis=0)
    found, begin = [], 0
    for pair in range(1, len(places)):
        step = steps[pair - 1]
        goes_on = step[0] == step[1] and step[2] == step[3] and set(step.tolist()) <= {1, 2}
        adjacent = all(
            step[side] == 1 or places[pair, side + 1] == places[pair, side] + 1
            for side in (0, 2)
        )
        same = pair - begin == 1 or (step == steps[begin]).all()
        if not (goes_on and adjacent and same):
            found.append((begin, pair))
            begin = pair
    return [*found, (begin, len(places))]


def _ranges(channels: IntArray) -> tuple[tuple[int, int], ...]:
    """Gather channel numbers in stretches (begin, end)."""
    if not channels.size:
        return ()
    cuts = np.flatnonzero(np.diff(channels) != 1) + 1
    return tuple((int(part[0]), int(part[-1]) + 1) for part in np.split(channels, cuts))
