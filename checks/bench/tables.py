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
    for part in found["parts"]:
        console.print()
        console.print(part_table(part))


def part_table(part: dict[str, Any]) -> Table:
    """Lay one part out: contestants down, cases across."""
    rows = part["rows"]
    cases = list(dict.fromkeys(_case(row) for row in rows))
    table = Table("", *cases, title=part["title"], title_justify="left")
    for name in dict.fromkeys(row["name"] for row in rows):
        cells = {_case(row): shown(row) for row in rows if row["name"] == name}
        table.add_row(name, *(cells.get(case, "") for case in cases))
    return table


def shown(row: dict[str, Any]) -> str:
    """Write one measurement, with its spread where it has one."""
    if "ratio" in row:
        return f"{row['ratio']:.2f} ({row['low']:.2f}-{row['high']:.2f})"
    if "microseconds" in row:
        return f"{row['median_microseconds']:.1f}"
    if "peak" in row:
        return f"{row['peak']:.2f}"
    if "seconds" in row:
        return f"{row['seconds']:.3f}"
    return f"{row['error']:.1e} ({row['units']:.3g} ulp)"


def _case(row: dict[str, Any]) -> str:
    """Name a measurement's case."""
    parts = [str(row[key]) for key in CASE if key in row and (key, row[key]) != ("batch", 1)]
    if "position" in row:
        parts.append(f"at {row['position']}")
    return " ".join(parts)
