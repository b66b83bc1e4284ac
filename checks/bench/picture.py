"""A benchmark's times as a picture: one dot for each case, on a line for each way to rotate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

OWN, OTHERS = "#e2752f", "#4a80d6"
"""Colours of this project's ways and of the others'."""


def figure(found: dict[str, Any]) -> Figure:
    """Draw the longest sequence's ratios, a panel for each process and dtype.

    Parameters
    ----------
    found
        What `bench` returns, or as much of it as was measured.
    """
    from matplotlib.figure import Figure

    panels = _panels(found)
    names = list(dict.fromkeys(row["name"] for rows in panels.values() for row in rows))
    columns = min(2, len(panels)) or 1
    lines = -(-len(panels) // columns) or 1
    height = 1.0 + lines * (0.7 + 0.24 * len(names))
    drawn = Figure(figsize=(9.5, height), layout="constrained")
    every: Any = drawn.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    places: list[Any] = list(every.flat)
    for axes, (title, rows) in zip(places, panels.items(), strict=False):
        _panel(axes, title, rows, names)
    for axes in every[-1]:
        axes.set_xlabel("time / time to copy queries and keys")
    return drawn


def write(found: dict[str, Any], path: str) -> None:
    """Write the picture to a file; its ending says in which form."""
    drawn = figure(found)
    drawn.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)


def _panels(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Sort the rows of the parts on speed by part and dtype."""
    panels: dict[str, list[dict[str, Any]]] = {}
    for part in found["parts"]:
        rows = [row for row in part["rows"] if "ratio" in row and row["batch"] == 1]
        longest = max((row["seq"] for row in rows), default=0)
        for row in rows:
            if row["seq"] == longest:
                where = part["title"].removeprefix("ratio to copying, ")
                panels.setdefault(f"{row['dtype']}, {where}", []).append(row)
    return panels


def _panel(axes: Any, title: str, rows: list[dict[str, Any]], names: list[str]) -> None:
    """Draw one panel: the median as a dot, the middle half of the pairs as a line."""
    axes.set_title(title, fontsize="medium")
    axes.set_xscale("log")
    axes.axvline(1.0, color="#808080", linewidth=0.8)
    for row in rows:
        place = len(names) - names.index(row["name"])
        colour = OWN if row["name"].startswith("ropespec") else OTHERS
        axes.plot([row["low"], row["high"]], [place, place], color=colour, alpha=0.35)
        shape = "o" if row["layout"] == "half" else "D"
        fill = colour if row["axes"] == "bhsd" else "none"
        axes.plot(row["ratio"], place, shape, color=colour, markerfacecolor=fill, markersize=4)
    axes.set_yticks(range(len(names), 0, -1), names)
    ticks = [0.5, 1, 2, 5, 10, 20, 50]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
