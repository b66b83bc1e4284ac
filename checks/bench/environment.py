"""What a benchmark was run on, and how busy the machine was with other work."""

from __future__ import annotations

import os
import platform
import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch

from ropespec.reference.torch.native import kernel


def environment() -> dict[str, Any]:
    """Say what it was run on, when, and under which load."""
    return {
        "command": shlex.join(["ropespec", *sys.argv[1:]]),
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "cpu": _cpu(),
        "processors": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "capability": torch.backends.cpu.get_cpu_capability(),
        "kernel": kernel().reason,
        "load_before": load(),
    }


def load() -> float:
    """Return the load average of the last minute; before a run it is all others' work."""
    return round(os.getloadavg()[0], 2)


def _cpu() -> str:
    """Name the processor, as Linux does."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor()
