"""Figures as small SVG files that suit a light and a dark page.

Nothing has a background, words stay words. The few colours of words and lines are variables,
darker on a light page and lighter on a dark one: an image has the `color-scheme` of the page
around it. Files come out the same on every run: no date, no random names, coordinates to two
digits.
"""

import io
import re
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

GREY = "#808080"
BLUE, ORANGE, GREEN, PURPLE = "#4a80d6", "#e2752f", "#2f9e6b", "#a05ccc"
INKS = {
    GREY: ("grey", "#5f6368", "#b0b4b9"),
    BLUE: ("blue", "#2f66c0", "#8ab4f8"),
    ORANGE: ("orange", "#b3540f", "#f2a65e"),
    GREEN: ("green", "#1f7a50", "#7ccba2"),
    PURPLE: ("purple", "#8a44b8", "#d0a3ee"),
}
"""What the colours are called in a file, and their values on a light page and a dark one."""
SIGNED = LinearSegmentedColormap.from_list("signed", ["#4a7fd6", "#80808018", "#e2742f"])
"""Shades of matrices: blue, nothing, orange; they are not inks, and the same on every page."""
STYLE = {
    "axes.edgecolor": GREY,
    "axes.facecolor": "none",
    "axes.labelcolor": GREY,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlecolor": GREY,
    "axes.titlesize": "medium",
    "figure.facecolor": "none",
    "font.size": 10,
    "lines.linewidth": 1.6,
    "savefig.transparent": True,
    "svg.fonttype": "none",
    "text.color": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
}
GEOMETRY = re.compile(r'\b(d|x|y|points|transform|width|height|viewBox)="([^"]*)"')


def canvas(columns: int = 1, *, width: float = 7.0, height: float = 2.8) -> tuple[Figure, Any]:
    """Make a figure with axes side by side: `(figure, axes)`, axes a list when several."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(1, columns)
    return figure, axes


def heat(axes: Any, values: Any, title: str, *, largest: float | None = None) -> None:
    """Draw a matrix: blue is negative, orange positive, nothing is 0."""
    matrix = np.asarray(values)
    most = float(np.abs(matrix).max()) if largest is None else largest
    rows, columns = np.nonzero(matrix)
    corners = [
        ((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1))
        for y, x in zip(rows, columns, strict=True)
    ]
    shades = SIGNED((matrix[rows, columns] / most + 1) / 2)
    axes.add_collection(PolyCollection(corners, facecolors=shades, edgecolors="none"))
    axes.set(xlim=(0, matrix.shape[1]), ylim=(matrix.shape[0], 0))
    axes.set_title(title, color=GREY)
    axes.set_aspect("equal")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0)


def legend(axes: Any, **place: Any) -> None:
    """Name the curves, without a frame."""
    axes.legend(frameon=False, labelcolor=GREY, fontsize="small", **place)


def plane(axes: Any, low: float) -> None:
    """Make axes for unit arrows that point up, or down to `low` at most."""
    axes.set(xlim=(-1.3, 1.3), ylim=(low, 1.25), xticks=[], yticks=[], aspect="equal")
    for side in axes.spines.values():
        side.set_visible(False)


def arrow(axes: Any, tip: Any, color: str, label: str = "", *, faint: bool = False) -> None:
    """Draw an arrow from the origin, with its name."""
    style = {"arrowstyle": "-|>", "color": color, "alpha": 0.4 if faint else 1.0, "lw": 1.6}
    axes.annotate("", xy=tip, xytext=(0, 0), arrowprops=style)
    axes.text(*(1.15 * tip), label, color=color, ha="center", va="center", size=9)


def svg(figure: Figure, name: str) -> str:
    """Return a figure as SVG text."""
    buffer = io.StringIO()
    with mpl.rc_context({**STYLE, "svg.hashsalt": name}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = GEOMETRY.sub(_rounded, buffer.getvalue())
    for colour, (ink, _, _) in INKS.items():
        text = text.replace(colour, f"var(--{ink})")
    text = text.replace("</style>", f"{inked()}</style>", 1)
    return "\n".join(line.rstrip() for line in text.splitlines()) + "\n"


def inked() -> str:
    """Return the style that gives the inks their values."""
    light, dark = (
        "".join(f"--{ink[0]}:{ink[scheme]};" for ink in INKS.values()) for scheme in (1, 2)
    )
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _rounded(attribute: re.Match[str]) -> str:
    """Round the numbers of one attribute to two digits."""
    name, value = attribute.groups()
    return f'{name}="{re.sub(r"-?[0-9]+[.][0-9]{3,}", _two_digits, value)}"'


def _two_digits(number: re.Match[str]) -> str:
    """Round one number, and never write -0."""
    return f"{round(float(number[0]), 2) + 0.0:g}"
