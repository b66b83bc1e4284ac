"""A profile on a terminal: a table, and a heat map of characters."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from .exhaustive import Exhaustive
from .profile import FormatProfile, Line, Profile

ROWS = 16
"""Rows of the heat map; more pairs than that share one."""

COLUMNS = 60
"""Columns of the heat map; of more positions some are left out."""

SHADES = ((0.01, "·"), (0.1, "░"), (0.5, "▒"), (1.0, "▓"), (np.inf, "█"))
"""Characters up to each share of the bound."""

COLOURS = {"exact": "bold green", "standard": "green", "nonconformant": "bold red"}


def show_profile(profile: Profile, console: Console | None = None) -> None:
    """Write the tables and maps of all formats."""
    out = console or Console(highlight=False, emoji=False)
    for dtype, found in profile.formats.items():
        out.print(f"[bold]{dtype}[/]: [{COLOURS[found.grade]}]{found.grade}[/], {_bits(found)}")
        out.print(_table(found))
        for line in heat_map(found):
            out.print(line, soft_wrap=True)
        if found.first_bad is not None:
            out.print(f"[bold red]breaks at position {found.first_bad}[/]: see the table")
        if found.stopped is not None:
            advice = "if it need not work there, give --max-position"
            out.print(f"stops at position {found.stopped}: {escape(found.why)}; {advice}")
        out.print()
    for dtype, fault in profile.faults.items():
        out.print(f"[bold red]{dtype}[/]: no values: {escape(fault)}")


def show_exhaustive(found: Exhaustive, console: Console | None = None) -> None:
    """Write what every position showed."""
    out = console or Console(highlight=False, emoji=False)
    out.print(f"[bold]{found.dtype}, every position[/]: {escape(summary(found))}")
    if not found.count:
        return
    order = np.argsort(found.worst)[::-1][:5]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("pair", "worst phase error", "at position"):
        table.add_column(name, justify="right")
    for pair in order:
        worst = f"{found.worst[pair]:.3g} rad"
        table.add_row(str(pair), worst, str(found.worst_at[pair]))
    out.print(table)


def summary(found: Exhaustive) -> str:
    """Say in one line whether all positions hold."""
    tried = f"{found.count} positions from 0 on"
    if found.interrupted:
        tried += ", then the run was interrupted"
    if found.stopped is not None:
        return f"{tried}, then it failed at {found.stopped}: {found.fault}"
    if found.first_bad is None:
        return f"{tried}, all within the bound; worst phase error {max(found.worst):.3g} rad"
    return (
        f"{tried}, {found.broken} beyond the bound, the first is {found.first_bad} "
        f"(pair {found.first_pair})"
    )


def one_line(profile: Profile) -> Iterator[str]:
    """Yield a line for each format, for the report of a check."""
    for dtype, found in profile.formats.items():
        worst = max(found.lines, key=lambda line: line.phase_error)
        said = (
            f"{dtype}: {_bits(found)}, worst phase error {worst.phase_error:.2g} rad at "
            f"position {worst.position}, pair {worst.pair} (bound {worst.bound:.2g})"
        )
        if found.first_bad is not None:
            said += f"; breaks at position {found.first_bad}"
        yield said


def heat_map(found: FormatProfile) -> Iterator[str]:
    """Yield rows of characters: pairs down, positions across, by the share of the bound."""
    ratio = found.phase / found.bound
    groups = np.array_split(np.arange(ratio.shape[1]), min(ROWS, ratio.shape[1]))
    columns = np.unique(np.linspace(0, len(ratio) - 1, COLUMNS).round().astype(int))
    last = found.positions[-1]
    yield f"phase error over its bound: pairs down, positions 0 to {last} across"
    yield "· to 1%, ░ to 10%, ▒ to 50%, ▓ within, █ beyond"
    for group in groups:
        row = "".join(_shade(float(ratio[column, group].max())) for column in columns)
        yield f"  pair {group[0]:>4}  {row}"


def _shade(ratio: float) -> str:
    return next(shade for end, shade in SHADES if ratio <= end)


def _bits(found: FormatProfile) -> str:
    bits = "no phase large enough to count bits" if found.phase_bits is None else ""
    return bits or f"{found.phase_bits} good phase bits"


def _table(found: FormatProfile) -> Table:
    """Tabulate the powers of two, and where it breaks."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    names = ("position", "pair", "phase error", "bound", "bits", "amplitude error", "")
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    for line in _chosen(found):
        mark = "" if line.within else "[bold red]beyond[/]"
        table.add_row(
            str(line.position), str(line.pair), f"{line.phase_error:.3g} rad",
            f"{line.bound:.3g}", f"{line.good_bits:.1f}", f"{line.amplitude_error:.2g}", mark,
        )  # fmt: skip
    return table


def _chosen(found: FormatProfile) -> list[Line]:
    """Pick the powers of two, the first position that breaks, and the last."""
    special = {found.first_bad, found.positions[-1], 0}
    return [
        line
        for line in found.lines
        if line.position in special or line.position & (line.position - 1) == 0
    ]
