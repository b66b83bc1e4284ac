"""The five pairings, written out by hand, and what holds for every configuration."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from ropespec.reference import LAYOUTS, RotaryConfig, layout_channels
from ropespec.reference.strategies import configs

# configuration, read, write, index / width, axis, passed
BY_HAND: list[tuple[dict[str, Any], Any, Any, Any, Any, Any]] = [
    ({"head_dim": 4}, [(0, 1), (2, 3)], [(0, 1), (2, 3)], [0, 1 / 4], [0, 0], []),
    ({"head_dim": 4, "layout": "half"},
     [(0, 2), (1, 3)], [(0, 2), (1, 3)], [0, 1 / 4], [0, 0], []),
    ({"head_dim": 7, "rotary_dim": 4, "layout": "half"},
     [(0, 2), (1, 3)], [(0, 2), (1, 3)], [0, 1 / 4], [0, 0], [4, 5, 6]),
    ({"head_dim": 7, "rotary_dim": 4, "layout": "half", "rotary_end": "last"},
     [(3, 5), (4, 6)], [(3, 5), (4, 6)], [0, 1 / 4], [0, 0], [0, 1, 2]),
    ({"head_dim": 5, "rotary_dim": 4, "rotary_end": "last"},
     [(1, 2), (3, 4)], [(1, 2), (3, 4)], [0, 1 / 4], [0, 0], [0]),
    ({"head_dim": 6, "layout": "interleaved-to-half"},
     [(0, 1), (2, 3), (4, 5)], [(0, 3), (1, 4), (2, 5)], [0, 1 / 6, 2 / 6], [0, 0, 0], []),
    ({"head_dim": 8, "rotary_dim": 4, "layout": "interleaved-to-half", "rotary_end": "last"},
     [(4, 5), (6, 7)], [(4, 6), (5, 7)], [0, 1 / 4], [0, 0], [0, 1, 2, 3]),
    ({"head_dim": 8, "rotary_dim": 4, "layout": "half-idle"},
     [(0, 4), (1, 5)], [(0, 4), (1, 5)], [0, 1 / 8], [0, 0], [2, 3, 6, 7]),
    ({"head_dim": 8, "layout": "half-blocks", "axes": (2, 2)},
     [(0, 2), (1, 3), (4, 6), (5, 7)], [(0, 2), (1, 3), (4, 6), (5, 7)],
     [0, 1 / 4, 0, 1 / 4], [0, 0, 1, 1], []),
    ({"head_dim": 7, "rotary_dim": 6, "layout": "half-blocks", "axes": (1, 2),
      "rotary_end": "last"},
     [(1, 2), (3, 5), (4, 6)], [(1, 2), (3, 5), (4, 6)], [0, 0, 1 / 4], [0, 1, 1], [0]),
    ({"head_dim": 6, "layout": "half", "axes": (1, 2)},
     [(0, 3), (1, 4), (2, 5)], [(0, 3), (1, 4), (2, 5)], [0, 0, 1 / 4], [0, 1, 1], []),
]  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: str(case[0]))
def test_pairs_as_written_by_hand(case: tuple[Any, ...]) -> None:
    values, read, write, exponent, axis, passed = case
    channels = layout_channels(RotaryConfig(**values))
    assert channels.read.tolist() == [list(pair) for pair in read]
    assert channels.write.tolist() == [list(pair) for pair in write]
    assert (channels.index / channels.width).tolist() == exponent
    assert channels.axis.tolist() == axis
    assert channels.passed.tolist() == passed


def test_every_layout_is_written_out_above() -> None:
    assert {case[0].get("layout", "interleaved") for case in BY_HAND} == set(LAYOUTS)


@given(configs())
def test_every_channel_turns_once_or_passes(config: RotaryConfig) -> None:
    channels = layout_channels(config)
    assert channels.read.shape == channels.write.shape == (config.pairs, 2)
    for side in (channels.read, channels.write):
        everything = sorted([*side.reshape(-1).tolist(), *channels.passed.tolist()])
        assert everything == list(range(config.head_dim))
    assert np.bincount(channels.axis).tolist() == list(config.axes or (config.pairs,))


def test_nobody_can_change_the_cached_arrays() -> None:
    channels = layout_channels(RotaryConfig(8))
    with pytest.raises(ValueError, match="read-only"):
        channels.read[0, 0] = 5
