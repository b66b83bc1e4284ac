"""Hypothesis strategies: random configurations and positions that are always valid.

They shrink towards two channels, the default of every field, and position 0.
"""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

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
def _shares(draw: st.DrawFn, pairs: int) -> tuple[int, ...]:
    """Share out pairs among two or three axes, at least one to each."""
    first = draw(st.integers(1, pairs - 1))
    rest = pairs - first
    if rest == 1 or draw(st.booleans()):
        return first, rest
    second = draw(st.integers(1, rest - 1))
    return first, second, rest - second
