"""Heat maps of errors as small SVG files: a column for each position, a row for each pair."""

from itertools import groupby
from typing import Any

from ropespec.checks.report.pictures import STEP_NAMES

from .systems.draw import inked

COLOURS = ("#d7e3f4", "#a9c4e6", "#6f9bd1", "#f0b46a", "#dd6b3d", "#8f1d14", "#000000")
"""One for each class of `STEP_NAMES`: blue within the budget, orange to red beyond."""

CELL, LEFT, TOP, BOTTOM = 4, 40, 26, 60

CAPTION = """\
One column for each position that was tried, one row for each pair, fastest on top. Blue is
within the budget, orange and red beyond it."""


def heat_map(heat: dict[str, Any], dtype: str) -> str:
    """Draw the errors of one format."""
    positions, pairs, columns = heat["positions"], heat["pairs"], heat["steps"][dtype]
    width = max(12, 480 // len(positions))
    high = max(CELL, 64 // pairs)
    whole = (
        max(LEFT + width * len(positions), _named(len(STEP_NAMES))) + 8,
        TOP + high * pairs + BOTTOM,
    )
    opened = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole[0]} {whole[1]}" '
        f'width="{whole[0]}" height="{whole[1]}" font-family="sans-serif" font-size="10" '
        f'style="fill:var(--grey)"><style>{inked()}</style>'
    )
    parts = [
        opened,
        f"<title>Errors in {dtype} by position and pair, in budgets</title>",
        *_legend(dtype),
    ]
    for step in range(len(COLOURS)):
        path = "".join(_runs(columns, step, width, high))
        if path:
            parts.append(f'<path fill="{COLOURS[step]}" d="{path}"/>')
    for place, position in enumerate(positions):
        x, y = LEFT + width * (place + 0.5) + 3, TOP + high * pairs + 6
        parts.append(
            f'<text x="{x:g}" y="{y}" text-anchor="end" '
            f'transform="rotate(-90 {x:g} {y})">{position}</text>'
        )
    parts += [
        f'<text x="{LEFT - 4}" y="{TOP + 9}" text-anchor="end">0</text>',
        f'<text x="{LEFT - 4}" y="{TOP + high * pairs}" text-anchor="end">{pairs - 1}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _runs(columns: list[str], step: int, width: int, high: int) -> list[str]:
    """Draw the cells of one class, those below each other as one."""
    drawn = []
    for place, column in enumerate(columns):
        start = 0
        for digit, group in groupby(column):
            length = len(list(group))
            if int(digit) == step:
                x, y = LEFT + width * place, TOP + high * start
                drawn.append(f"M{x} {y}h{width}v{high * length}h-{width}z")
            start += length
    return drawn


def _legend(dtype: str) -> list[str]:
    """Name the format and the classes."""
    parts = [f'<text x="{LEFT}" y="12">{dtype}; budgets:</text>']
    for step, (colour, name) in enumerate(zip(COLOURS, STEP_NAMES, strict=True)):
        x = _named(step)
        parts.append(f'<rect x="{x}" y="4" width="9" height="9" fill="{colour}"/>')
        parts.append(f'<text x="{x + 12}" y="12">{name}</text>')
    return parts


def _named(step: int) -> int:
    """Return where the name of a class begins, and after the last where they end."""
    return LEFT + 110 + sum(20 + 6 * len(name) for name in STEP_NAMES[:step])
