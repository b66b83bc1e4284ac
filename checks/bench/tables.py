"""A benchmark's results as text: one table for each part."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

CASE = ("batch", "seq", "dtype", "axes", "layout")
"""What names a case, as far as a part has it."""


def print_bench(found: dict[str, Any], console: Console) -> None:
    """Print every part of what `bench` returns."""
    environment = found["environment"]
    console.print(", ".join(f"{key} {value}" for key, value in environment.items()))
    console.print(peers_line(found["peers"]))
    for part in found["parts"]:
        console.print()
        console.print(part_table(part))


def peers_line(peers: dict[str, str | None]) -> str:
    """Say which peers took part, and which are not installed."""
    there = ", ".join(f"{name} {version}" for name, version in peers.items() if version)
    absent = ", ".join(name for name, version in peers.items() if not version)
    return f"peers: {there or 'none'}; not installed: {absent or 'none'}"


def part_table(part: dict[str, Any]) -> Table:
    """Lay one part out: contestants down, cases across."""
    head, rows = part_cells(part["rows"], CASE)
    table = Table("", *head, title=part["title"], title_justify="left")
    for row in rows:
        table.add_row(*row)
    return table


def part_cells(
    rows: list[dict[str, Any]], keys: tuple[str, ...]
) -> tuple[list[str], list[list[str]]]:
    """Return the cases across, and for each contestant its name and its cells.

    Parameters
    ----------
    rows
        Measurements.
    keys
        What tells cases apart.
    """
    cases = list(dict.fromkeys(_case(row, keys) for row in rows))
    lines = []
    for name in dict.fromkeys(row["name"] for row in rows):
        cells = {_case(row, keys): shown(row) for row in rows if row["name"] == name}
        lines.append([name, *(cells.get(case, "") for case in cases)])
    return cases, lines


def shown(row: dict[str, Any]) -> str:
    """Write one measurement, with its spread where it has one."""
    if "failed" in row:
        return f"failed: {row['failed']}"
    if "ratio" in row:
        return f"{row['ratio']:.2f} ({row['low']:.2f}-{row['high']:.2f})"
    if "microseconds" in row:
        return f"{row['median_microseconds']:.1f}"
    if "above" in row:
        return f"{row['above']:.2f}"
    if "seconds" in row:
        return f"{row['seconds']:.3f}"
    return f"{row['error']:.1e} ({row['units']:.3g} ulp)"


def _case(row: dict[str, Any], keys: tuple[str, ...]) -> str:
    """Name a measurement's case."""
    parts = [str(row[key]) for key in keys if key in row and (key, row[key]) != ("batch", 1)]
    if "position" in row:
        parts.append(f"at {row['position']}")
    return " ".join(parts)
