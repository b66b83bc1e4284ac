"""Pictures of the errors as inline SVG: against position, and against position and pair.

Both have one column for each position that was tried, in order, and count errors in units of
their budgets. Colours are CSS variables of the page, so that they follow light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from .error_map import ErrorMap

WIDTH, LEFT, RIGHT, TOP = 640, 74, 12, 12
CHART, LABELS = 220, 66
"""Height of the chart's plot, and of the positions' names below it."""

STEPS = (0.01, 0.1, 1.0, 10.0, 1000.0, math.inf)
"""Upper ends of the classes that the heat map is coloured by, in units of the budget."""

STEP_NAMES = ("up to 0.01", "up to 0.1", "up to 1", "up to 10", "up to 1000", "more", "NaN")
LEAST, MOST = -4, 6
"""The chart shows errors from 10^-4 to 10^6 budgets; others are drawn at the edge."""

MARKS = (
    "M-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    "M-3-3h6v6h-6z",
    "M0-4l4 7h-8z",
    "M0-4l4 4-4 4-4-4z",
)
"""One shape for each format, so that colour alone tells nothing."""


def step(ratio: float) -> int:
    """Return the class of an error: its place in `STEP_NAMES`.

    Examples
    --------
    >>> step(0.0), step(0.1), step(1.0), step(1.01), step(math.inf), step(math.nan)
    (0, 1, 2, 3, 5, 6)
    """
    if math.isnan(ratio):
        return len(STEPS)
    return next(place for place, end in enumerate(STEPS) if ratio <= end)


def chart(errors: ErrorMap) -> str:
    """Draw the largest error of all pairs against the position, a line for each format."""
    height = TOP + CHART + LABELS
    parts = [_svg(height, "The largest error of any pair at each position, in budgets")]
    for power in range(LEAST, MOST + 1, 2):
        parts.append(_level(_height(10.0**power), f"1e{power}" if power else "budget", power))
    for place, (dtype, rows) in enumerate(errors.ratios.items()):
        points = [
            (_middle(errors, column), _height(_largest(row))) for column, row in enumerate(rows)
        ]
        parts.append(_line(points, place, dtype))
    parts += [*_positions(errors, TOP + CHART), "</svg>"]
    return "".join(parts)


def heat_map(errors: ErrorMap, dtype: str) -> str:
    """Draw the error of every pair at every position for one format."""
    rows = errors.ratios[dtype]
    size = max(3.0, min(14.0, 320 / errors.pairs))
    height = TOP + size * errors.pairs
    cells: dict[int, list[str]] = {}
    for column, row in enumerate(rows):
        for pair, ratio in enumerate(row):
            x, y = _edge(errors, column), TOP + size * pair
            cells.setdefault(step(ratio), []).append(
                f"M{x:.1f} {y:.1f}h{_column(errors):.1f}v{size:.1f}h-{_column(errors):.1f}z"
            )
    parts = [_svg(height + LABELS, f"Errors in {dtype} by pair and position, in budgets")]
    parts += [f'<path class="s{one}" d="{"".join(cells[one])}"/>' for one in sorted(cells)]
    every = max(1, math.ceil(24 / size))
    parts += [
        f'<text x="{LEFT - 6}" y="{TOP + size * (pair + 0.5) + 4:.1f}" text-anchor="end">'
        f"{pair}</text>"
        for pair in range(0, errors.pairs, every)
    ]
    middle = TOP + size * errors.pairs / 2
    parts.append(
        f'<text x="14" y="{middle:.1f}" text-anchor="middle" '
        f'transform="rotate(-90 14 {middle:.1f})">pair</text>'
    )
    parts += [*_positions(errors, height), "</svg>"]
    return "".join(parts)


def _svg(height: float, title: str) -> str:
    """Open a picture that can be read aloud."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{title}" '
        'xmlns="http://www.w3.org/2000/svg">'
    )


def _level(y: float, name: str, power: int) -> str:
    """Draw a horizontal line with its name; the budget's is a strong one."""
    kind = "grid" if power else "budget"
    return (
        f'<path class="{kind}" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{name}</text>'
    )


def _line(points: Sequence[tuple[float, float]], place: int, dtype: str) -> str:
    """Draw one format's line with its marks."""
    number = place % len(MARKS)
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    marks = "".join(
        f'<path class="mark l{number}" transform="translate({x:.1f} {y:.1f})" '
        f'd="{MARKS[number]}"/>'
        for x, y in points
    )
    return f'<g><title>{dtype}</title><path class="line l{number}" d="{path}"/>{marks}</g>'


def _positions(errors: ErrorMap, y: float) -> Iterator[str]:
    """Name the columns below a picture, on end; a narrow page leaves every second out."""
    for column, position in enumerate(errors.positions):
        x = _middle(errors, column) + 4
        yield (
            f'<text class="{("even", "odd")[column % 2]}" '
            f'x="{x:.1f}" y="{y + 8:.1f}" text-anchor="end" '
            f'transform="rotate(-90 {x:.1f} {y + 8:.1f})">{position}</text>'
        )


def _column(errors: ErrorMap) -> float:
    """Width of one position's column."""
    return (WIDTH - LEFT - RIGHT) / len(errors.positions)


def _edge(errors: ErrorMap, column: int) -> float:
    """Left edge of a column."""
    return LEFT + column * _column(errors)


def _middle(errors: ErrorMap, column: int) -> float:
    """Middle of a column."""
    return _edge(errors, column) + _column(errors) / 2


def _height(ratio: float) -> float:
    """Where an error stands in the chart; NaN at the top."""
    power = MOST if math.isnan(ratio) else math.log10(max(ratio, 10.0**LEAST))
    share = (min(power, MOST) - LEAST) / (MOST - LEAST)
    return TOP + CHART * (1 - share)


def _largest(row: Sequence[float]) -> float:
    """The largest of some errors, NaN if one is."""
    return math.nan if any(map(math.isnan, row)) else max(row)
