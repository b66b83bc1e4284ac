"""The page on speed, from a recorded run of the benchmark.

ropespec bench --json docs/generators/speed.json
python docs/generate.py
"""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import matplotlib as mpl

from ropespec.checks.bench.picture import figure
from ropespec.checks.bench.tables import part_cells

from .markdown import page, section, table
from .systems.draw import STYLE, svg

RECORD = Path(__file__).with_suffix(".json")
QUIET = 0.5
"""A load average before the run above which other work disturbed it."""

LEAD = """\
How fast is the [torch version](torch.md), beside what people use? Every time is divided by that
of copying the same queries and keys in the same process, sample by sample, so a ratio of 1 is
the speed of memory. This is one run."""

COMMAND = """\
```text
ropespec bench --json speed.json --picture speed.svg
```

It takes minutes, and measures the peers that are installed beside ropespec. `--quick`
measures less."""

CASE = """\
Queries are (1, 32, seq, 128), keys (1, 8, seq, 128): the heads of Llama-3-8B. bhsd has the
heads before the sequence, bshd after it; *half* pairs channel i with i + 64, *interleaved* 2i
with 2i + 1. In a *plain* process the memory of a large result comes anew from the system at
every call, which costs more than the rotation (ropespec [keeps some](torch.md#memory)); in a
*warm* one the allocator keeps its pages. A cell is the median, and in
brackets the quarter and three-quarter points of the pairs."""

PICTURE = """\
![Time of each way to rotate as a ratio to copying, for the longest sequence, by process and \
dtype](../../assets/speed.svg)

Discs are *half*, diamonds *interleaved*; filled is bhsd, hollow bshd. A faint line spans the
middle half of the samples."""

FOOT = """\
A peer is in the cases that it can do without a copy of its input. Peers that take cosines and
sines are given tables; building them is in nobody's time. The backward pass is measured for two
peers, against two copies. Jax and its libraries are left out, because their threads cannot be
held to torch's number. torch.compile is measured for bhsd and the longest sequence alone, as
every case takes it seconds; with `--no-compile` it takes no part. An empty
cell was not measured."""


STOPPED = """\
The run was stopped before its end: what is not on this page was not measured in it."""


def _setting(environment: dict[str, Any], peers: dict[str, str | None]) -> str:
    """Say what it was run on, and whether other work disturbed it."""
    there = ", ".join(f"{name} {version}" for name, version in peers.items() if version)
    absent = [name for name, version in peers.items() if not version]
    load = environment["load_before"]
    disturbed = (
        f"The load average before it was {load}, of other work: the run was disturbed. "
        "Times are the thread's own, but memory and caches were shared; take ratios that "
        "differ by less than a quarter as equal."
        if load > QUIET
        else f"The load average before it was {load}: nothing else ran."
    )
    measured = (
        f"Measured on {environment['date']}: {environment['cpu']}, "
        f"{environment['processors']} processors, {environment['capability']}, "
        f"Python {environment['python']}, torch {environment['torch']}, {there}."
    )
    stopped = "" if "load_after" in environment else STOPPED
    command = f"By `{environment['command']}`."
    missing = f"Not installed: {', '.join(absent)}." if absent else ""
    return " ".join(filter(None, [measured, command, missing, disturbed, stopped]))


def _part(part: dict[str, Any]) -> str:
    """Write one part: a table for each length and dtype."""
    title = part["title"]
    tables = [part["note"]] if "note" in part else []
    rows = sorted(part["rows"], key=_group)
    for (dtype, seq), group in groupby(rows, key=_group):
        head, cells = part_cells(list(group), ("axes", "layout"))
        name = ", ".join(filter(None, [dtype, f"{seq} tokens" if seq > 1 else ""]))
        tables.append(f"**{name}**\n\n{table(['', *head], cells)}")
    return section(f"{title[0].upper()}{title[1:]}", "\n\n".join(tables))


def _group(row: dict[str, Any]) -> tuple[str, int]:
    """What shares a table."""
    return row["dtype"], row.get("seq", 1)


def pages() -> dict[str, str]:
    """Write the page and its picture."""
    found: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    with mpl.rc_context(STYLE):
        drawn = svg(figure(found), "speed")
    text = page(
        "Speed",
        LEAD,
        _setting(found["environment"], found["peers"]),
        COMMAND,
        PICTURE,
        CASE,
        *(_part(part) for part in found["parts"]),
        section("What is not in it", FOOT),
    )
    return {"assets/speed.svg": drawn, "en/reference/speed.md": text}
