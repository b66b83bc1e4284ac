"""Pairs turned by another coordinate of a position with several."""

from collections.abc import Callable

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import FloatArray, IntArray

from .deviation import Change, Deviation


def _by(rule: Callable[[IntArray, int], IntArray]) -> Change:
    """Turn pairs by other coordinates; the rule takes those meant, and how many there are."""

    def spread(positions: FloatArray, config: RotaryConfig) -> FloatArray:
        meant = layout_channels(config).axis
        return positions[..., rule(meant, len(config.axes))]

    return lambda pipeline: pipeline.replace(spread=spread)


def _visible(rule: Callable[[IntArray, int], IntArray]) -> Callable[[RotaryConfig], bool]:
    """Show where the rule chooses other coordinates."""

    def visible(config: RotaryConfig) -> bool:
        if not config.axes or isinstance(config.arrangement, Mixed):
            return False
        meant = layout_channels(config).axis
        return not np.array_equal(rule(meant, len(config.axes)), meant)

    return visible


def _first(meant: IntArray, _count: int) -> IntArray:
    return np.zeros_like(meant)


def _reversed(meant: IntArray, count: int) -> IntArray:
    return count - 1 - meant


def _next(meant: IntArray, count: int) -> IntArray:
    return (meant + 1) % count


def _before(meant: IntArray, count: int) -> IntArray:
    return (meant - 1) % count


def _in_blocks(meant: IntArray, _count: int) -> IntArray:
    return np.sort(meant)


def _in_turn(meant: IntArray, count: int) -> IntArray:
    return np.arange(len(meant)) % count


def _in_turn_last_first(meant: IntArray, count: int) -> IntArray:
    return count - 1 - np.arange(len(meant)) % count


def _last_exchanged(meant: IntArray, count: int) -> IntArray:
    exchanged = np.arange(count)
    exchanged[-2:] = exchanged[-2:][::-1]
    return exchanged[meant]


_RULES: tuple[tuple[str, str, Callable[[IntArray, int], IntArray]], ...] = (
    ("first-coordinate", "turns every pair by the first coordinate", _first),
    ("coordinates-reversed", "takes the coordinates in reversed order", _reversed),
    ("coordinates-in-blocks", "gives the coordinates blocks of pairs", _in_blocks),
    ("coordinates-in-turn", "gives pair after pair to the coordinates in turn", _in_turn),
    ("coordinates-in-turn-back", "deals pairs in turn, the last coordinate first",
     _in_turn_last_first),
    ("last-coordinates-exchanged", "exchanges the last two coordinates", _last_exchanged),
    ("next-coordinate", "turns pairs by the next coordinate", _next),
    ("coordinate-before", "turns pairs by the coordinate before", _before),
)  # fmt: skip

DEVIATIONS = tuple(
    Deviation(name, "wrong-coordinate", says, _by(rule), _visible(rule))
    for name, says, rule in _RULES
)
