"""Which channels of a head turn together, and where the turned pair is written.

One general description, `Channels`: for each pair the two channels it is read from, the two
it is written to, its place in a geometric series of frequencies, and the axis whose position
turns it. The five layouts in real use are rows of a table over that description.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from .arrangement import Arrangement, Mixed, arrange

if TYPE_CHECKING:
    from .arrays import IntArray
    from .config import RotaryConfig

Order = Literal["adjacent", "halves"]
"""How a span of n channels is cut in pairs: (2i, 2i+1) or (i, i + n/2)."""

Span = Literal["rotary", "head", "axis"]
"""What is cut in pairs: the rotary channels, the whole head, or one block for each axis."""


@dataclass(frozen=True)
class Layout:
    """One way to pair the channels.

    Attributes
    ----------
    name
        What it is called in a configuration.
    read, write
        The order in which pairs are taken from the input and put into the output.
    span
        The channels that the order runs over.
    meaning
        One sentence with the formula and the best known user.
    """

    name: str
    read: Order
    write: Order
    span: Span
    meaning: str


@dataclass(frozen=True, eq=False)
class Channels:
    """The general description of a configuration's pairs; channel numbers count in the head.

    Attributes
    ----------
    read, write
        The two channels each pair is read from and written to, shape `(pairs, 2)`.
    index, width
        The pair's frequency is `base ** (-2 * index / width)`, shape `(pairs,)` each.
    axis
        Which coordinate of a position turns the pair, shape `(pairs,)`. Mixed frequencies
        have no such thing: there it is 0, as are the indices, and the positions carry the
        frequencies (`positions.coordinates`).
    passed
        The channels that come back as they went in.
    """

    read: IntArray
    write: IntArray
    index: IntArray
    width: IntArray
    axis: IntArray
    passed: IntArray


LAYOUTS: dict[str, Layout] = {
    layout.name: layout
    for layout in (
        Layout("interleaved", "adjacent", "adjacent", "rotary",
               "Pairs (2i, 2i+1), as in the RoFormer paper and GPT-J."),
        Layout("half", "halves", "halves", "rotary",
               "Pairs (i, i + rotary_dim/2), as in GPT-NeoX and Hugging Face's Llama."),
        Layout("interleaved-to-half", "adjacent", "halves", "rotary",
               "Reads (2i, 2i+1), writes (i, i + rotary_dim/2), as HF's DeepSeek-V3."),
        Layout("half-idle", "halves", "halves", "head",
               "Pairs (i, i + head_dim/2); only the first rotary_dim/2 turn, as Gemma 4."),
        Layout("half-blocks", "halves", "halves", "axis",
               "One block of channels for each axis, halves inside it, as Gemma 4's vision."),
    )
}  # fmt: skip
"""The layouts in real use, by name."""


def layout_channels(config: RotaryConfig) -> Channels:
    """Work out the pairs of a configuration.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig, layout_channels
    >>> layout_channels(RotaryConfig(head_dim=6, rotary_dim=4, layout="half")).read.tolist()
    [[0, 2], [1, 3]]
    >>> layout_channels(RotaryConfig(head_dim=6, rotary_dim=4, rotary_end="last")).read.tolist()
    [[2, 3], [4, 5]]
    """
    from .arguments import configuration  # it needs configurations, and they need layouts

    return _channels(configuration(config))


@lru_cache(maxsize=256)
def _channels(config: RotaryConfig) -> Channels:
    """Return the channels of a configuration, the same arrays every time."""
    layout = LAYOUTS[config.layout]
    spans = _spans(config, layout.span)
    read = np.concatenate([_pairs(layout.read, *span) for span in spans])[: config.pairs]
    write = np.concatenate([_pairs(layout.write, *span) for span in spans])[: config.pairs]
    axis, index, width = _series(config, layout.span)
    channels = Channels(
        read=read,
        write=write,
        index=index,
        width=width,
        axis=axis,
        passed=np.setdiff1d(np.arange(config.head_dim), read),
    )
    for array in vars(channels).values():
        array.setflags(write=False)  # the cache hands the same arrays to everybody
    return channels


def _series(config: RotaryConfig, span: Span) -> tuple[IntArray, IntArray, IntArray]:
    """Axis, index and width of every pair."""
    zeros = np.zeros(config.pairs, dtype=np.int64)
    if isinstance(config.arrangement, Mixed):
        return zeros, zeros, zeros + 1
    if not config.axes:  # idle pairs of the head keep their places in the series
        width = config.head_dim if span == "head" else config.rotary_dim
        return zeros, np.arange(config.pairs), zeros + width
    dealt: Arrangement = config.arrangement or arrange(config.axes)
    return np.array(dealt.axis), np.array(dealt.index), np.array(dealt.width)


def _spans(config: RotaryConfig, span: Span) -> list[tuple[int, int]]:
    """First channel and width of each stretch of channels that is cut in pairs."""
    if span == "head":
        return [(0, config.head_dim)]
    first = 0 if config.rotary_end == "first" else config.head_dim - config.rotary_dim
    if span == "rotary":
        return [(first, config.rotary_dim)]
    ends = first + 2 * np.cumsum(config.axes)
    return [
        (int(end) - 2 * pairs, 2 * pairs) for end, pairs in zip(ends, config.axes, strict=True)
    ]


def _pairs(order: Order, first: int, width: int) -> IntArray:
    """Cut `width` channels from `first` on in pairs, shape `(width / 2, 2)`."""
    channels = np.arange(first, first + width)
    return channels.reshape(-1, 2) if order == "adjacent" else channels.reshape(2, -1).T
