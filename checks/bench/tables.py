"""A benchmark's results as text."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table


def print_bench(found: dict[str, Any], console: Console) -> None:
    """Print every part of what `bench` returns."""
    environment = found["environment"]
    console.print(", ".join(f"{key} {value}" for key, value in environment.items()))
    console.print(peers_line(found["peers"]))
    for part in found["parts"]:
        console.print(f"\n[bold]{part['title']}[/bold]")
        for table in part_tables(part):
            console.print(table)


def peers_line(peers: dict[str, str | None]) -> str:
    """Say which peers took part, and which are not installed."""
    there = ", ".join(f"{name} {version}" for name, version in peers.items() if version)
    absent = ", ".join(name for name, version in peers.items() if not version)
    return f"peers: {there or 'none'}; not installed: {absent or 'none'}"


def part_tables(part: dict[str, Any]) -> list[Table]:
    """Lay one part out: a table for each dtype and order of axes.

    Contestants go down and lengths and pairings across; the spread stands below its figure,
    so that a table fits a terminal of 80 columns.
    """
    tables = []
    for key in dict.fromkeys(_group(row) for row in part["rows"]):
        rows = [row for row in part["rows"] if _group(row) == key]
        head, lines = part_cells(rows, ("batch", "seq", "layout"))
        table = Table(title=" ".join(key), title_justify="left", title_style="")
        table.add_column("", ratio=1, overflow="fold")
        for case in head:
            table.add_column(case.replace(" ", "\n"), justify="right", min_width=9)
        for name, *cells in lines:
            table.add_row(name, *(_on_two_lines(cell) for cell in cells))
        tables.append(table)
    return tables


def _group(row: dict[str, Any]) -> tuple[str, ...]:
    """What shares a table."""
    return tuple(str(row[key]) for key in ("dtype", "axes") if key in row)


def _on_two_lines(cell: str) -> str:
    """Put what stands in brackets behind a figure below it."""
    return cell.replace(" (", "\n").removesuffix(")")


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
    if "nanoseconds" in row:
        return f"{row['nanoseconds']:.3f}"
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
    if "tokens" in row:
        parts.append(f"{row['tokens']} from {row['start']}")
    return " ".join(parts)
