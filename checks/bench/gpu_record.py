"""What a run on a GPU has found so far, on disk after every figure."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from ropespec.reference.torch.triton_kernel import choosing

Row = dict[str, Any]

_SECONDS = 2.0  # between two writings of the file
_WIDTH = 160


class Record:
    """Rows by part, written as they come; a context that writes the last ones too.

    Parameters
    ----------
    path
        The JSON file.
    device
        "cuda", or "cpu" for the interpreter.
    """

    def __init__(self, path: Path, device: str) -> None:
        self.path = path
        self.found: dict[str, Any] = {
            "environment": _environment(device),
            "complete": False,
            "parts": {},
        }
        self._written = 0.0

    def __enter__(self) -> Record:
        self._write()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._write()

    def fill(self, part: str, rows: Iterator[Row], until: float) -> None:
        """Take rows as long as there is time, and note where it ran out.

        Parameters
        ----------
        part
            What they are.
        rows
            Each one is measured when it is asked for.
        until
            On the clock of `time.monotonic`.
        """
        taken: list[Row] = []
        self.found["parts"][part] = {"rows": taken, "complete": False}
        for row in rows:
            taken.append(row)
            sys.stderr.write(f"\r{part}: {len(taken)}   ")
            if time.monotonic() > self._written + _SECONDS:
                self._write()
            if time.monotonic() > until:
                sys.stderr.write(f"\n{part}: out of time, the rest is left out\n")
                break
        else:
            self.found["parts"][part]["complete"] = True
            sys.stderr.write("\n")
        self._write()

    def close(self) -> int:
        """Print everything and return the exit code: 1 where a value is wrong."""
        parts = self.found["parts"]
        self.found["failure"] = choosing.failure()
        self.found["complete"] = all(part["complete"] for part in parts.values())
        self._write()
        console = Console(highlight=False, emoji=False, width=_WIDTH)
        console.print(", ".join(f"{k} {v}" for k, v in self.found["environment"].items()))
        for name, part in parts.items():
            console.print()
            console.print(_table(name, part["rows"]))
        wrong = [row for row in parts.get("values", {"rows": []})["rows"] if row["wrong"]]
        if choosing.failure():
            console.print(f"the kernel could not be used: {choosing.failure()}")
        said = f"{len(wrong)} wrong values" if wrong else "no wrong value"
        console.print(f"{said}; all of it in {self.path}")
        return 1 if wrong or choosing.failure() else 0

    def _write(self) -> None:
        """Write the file whole, so that no reader sees half of it."""
        self._written = time.monotonic()
        beside = self.path.with_suffix(".part")
        beside.write_text(json.dumps(self.found, indent=1) + "\n", encoding="utf-8")
        beside.replace(self.path)


def _environment(device: str) -> dict[str, Any]:
    """Say where and when."""
    found: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "chip": "Triton's interpreter",
        "torch": torch.__version__,
        "triton": metadata.version("triton"),
        "python": platform.python_version(),
    }
    if device == "cuda":
        chip = torch.cuda.get_device_properties(0)
        found["chip"] = torch.cuda.get_device_name(0)
        found["memory"] = f"{chip.total_memory / 2**30:.0f} GiB"
        found["processors"] = chip.multi_processor_count
        found["cuda"] = torch.version.cuda
    return found


def _table(part: str, rows: list[Row]) -> Table:
    """Lay one part out; of right values only how many there are."""
    if part == "values":
        right = sum(not row["wrong"] for row in rows)
        table = Table("case", "what is wrong", title=f"values: {right} of {len(rows)} right")
        for row in rows:
            if row["wrong"]:
                table.add_row(row["name"], row["wrong"])
        return table
    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = Table(*columns, title=part, title_justify="left")
    for row in rows:
        table.add_row(*(_shown(row.get(column, "")) for column in columns))
    return table


def _shown(value: Any) -> str:
    """Write one cell."""
    return f"{value:.4g}" if isinstance(value, float) else str(value)
