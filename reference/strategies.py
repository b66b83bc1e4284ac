"""Hypothesis strategies: random configurations and positions that are always valid.

They shrink towards two channels, the default of every field, and position 0.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from .arrangement import SERIES, UNITS, Arrangement, Mixed, arrange
from .config import RotaryConfig
from .layout import LAYOUTS

INT64 = st.integers(-(2**63), 2**63 - 1)
"""Every position that int64 holds."""

LADDER = st.sampled_from(
    [0, 1, 2, 3, 255, 256, 257, 2047, 2049, 4095, 65535, 131071, 2**24 + 1]
)
"""Positions at which implementations are known to break, and the first ones."""


@st.composite
def configs(
    draw: st.DrawFn,
    *,
    layouts: Sequence[str] = tuple(LAYOUTS),
    max_head_dim: int = 64,
    amplitudes: bool = True,
) -> RotaryConfig:
    """Draw a configuration: any layout, either end, partial widths, axes, linear scaling.

    Parameters
    ----------
    draw
        Given by hypothesis.
    layouts
        Names to choose from.
    max_head_dim
        Largest head width.
    amplitudes
        Whether `attention_factor` may differ from 1.
    """
    layout = draw(st.sampled_from(list(layouts)))
    span = LAYOUTS[layout].span
    pairs = draw(st.integers(2 if span == "axis" else 1, max_head_dim // 2))
    idle = draw(st.integers(0, max_head_dim - 2 * pairs))
    changes: dict[str, Any] = {}
    if span != "head":
        changes["rotary_end"] = draw(st.sampled_from(["first", "last"]))
        if span == "axis" or (pairs > 1 and draw(st.booleans())):
            changes["axes"] = draw(_shares(pairs))
    if draw(st.booleans()):
        factor = draw(st.floats(0.25, 64.0))
        changes["scaling"] = {"rope_type": "linear", "factor": factor}
    if amplitudes and draw(st.booleans()):
        changes["attention_factor"] = draw(st.floats(0.5, 2.0))
    return RotaryConfig(
        head_dim=2 * pairs + (idle - idle % 2 if span == "head" else idle),
        rotary_dim=2 * pairs,
        base=draw(
            st.sampled_from([10000.0, 100.0, 256.0, 500000.0, 1e7]) | st.floats(1.5, 1e9)
        ),
        layout=layout,
        sign=draw(st.sampled_from([1, -1])),
        **changes,
    )


@st.composite
def arranged_configs(draw: st.DrawFn, *, max_head_dim: int = 24) -> RotaryConfig:
    """Draw a configuration with several axes in any arrangement, mixed frequencies included.

    Parameters
    ----------
    draw
        Given by hypothesis.
    max_head_dim
        Largest head width.
    """
    pairs = draw(st.integers(2, max_head_dim // 2))
    counts = draw(_shares(pairs))
    unit = draw(st.sampled_from(list(UNITS)))
    arrangement: Arrangement | Mixed
    if draw(st.booleans()):
        order = draw(st.permutations(range(len(counts))))
        cut = draw(st.integers(0, len(counts)))
        groups = [group for group in (order[:cut], order[cut:]) if group]
        bases = draw(st.sampled_from([(), (100.0, 10000.0, 256.0)[: len(counts)]]))
        series = draw(st.sampled_from(SERIES))
        arrangement = arrange(counts, groups, series, bases=bases, unit=unit)
    else:
        row = st.tuples(*[st.floats(-2.0, 2.0)] * len(counts))
        rows = draw(st.lists(row, min_size=pairs, max_size=pairs))
        arrangement = Mixed(tuple(rows), unit)
    return RotaryConfig(
        head_dim=2 * pairs + draw(st.integers(0, 3)),
        rotary_dim=2 * pairs,
        rotary_end=draw(st.sampled_from(["first", "last"])),
        base=draw(st.sampled_from([10000.0, 100.0, 256.0, 500000.0])),
        layout=draw(st.sampled_from(["interleaved", "half", "interleaved-to-half"])),
        sign=draw(st.sampled_from([1, -1])),
        scaling=draw(st.sampled_from([None, {"rope_type": "linear", "factor": 4.0}])),
        arrangement=arrangement,
    )


@st.composite
def _shares(draw: st.DrawFn, pairs: int) -> tuple[int, ...]:
    """Share out pairs among two or three axes, at least one to each."""
    first = draw(st.integers(1, pairs - 1))
    rest = pairs - first
    if rest == 1 or draw(st.booleans()):
        return first, rest
    second = draw(st.integers(1, rest - 1))
    return first, second, rest - second
