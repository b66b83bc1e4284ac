"""`make gpu`: the Triton kernel's values and speed on a GPU, in one run of under nine minutes.

    python -m ropespec.checks.bench.gpu --json gpu.json

Values come first: against the oracle, and bit for bit against plain torch on the CPU. Speed
follows, as a ratio to copying the same bytes on the same GPU, beside the peers that are
installed. Every figure is written at once, so that an interrupted run keeps what it has. The
exit code is 1 where a value is wrong and 2 where there is no GPU. With `--device cpu` Triton's
interpreter runs the same program on tiny sizes, to try it out.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

MINUTES = 8.5
"""How long a run may take."""

VALUES = 0.4
"""The part of it that values may take, at most."""


def main(arguments: list[str] | None = None) -> int:
    """Run, print the tables, and return the exit code."""
    asked = _parser().parse_args(arguments)
    if asked.device == "cpu":  # before torch imports triton
        os.environ["TRITON_INTERPRET"] = "1"
        os.environ["ROPESPEC_TORCH_KERNEL"] = "triton"
    missing = _missing(asked.device)
    if missing:
        sys.stderr.write(f"make gpu: {missing}\n")
        return 2
    from .gpu_record import Record
    from .gpu_speed import accuracies, speeds, tuned
    from .gpu_values import judged

    deadline = time.monotonic() + 60 * asked.minutes
    with Record(Path(asked.json), asked.device) as record:
        until = time.monotonic() + 60 * asked.minutes * VALUES
        if asked.only != "speed":
            record.fill("values", judged(asked.device, asked.every), until)
        if asked.only != "values":
            record.fill("accuracy", accuracies(asked.device), deadline)
            record.fill("speed", speeds(asked.device), deadline)
        if asked.tune:
            record.fill("tuning", tuned(asked.device), deadline)
        return record.close()


def _parser() -> argparse.ArgumentParser:
    """Describe the command's options."""
    parser = argparse.ArgumentParser(
        prog="python -m ropespec.checks.bench.gpu",
        description="Check and time the Triton kernel on a GPU.",
    )
    parser.add_argument("--json", default="gpu.json", help="where the results go")
    parser.add_argument("--device", default="cuda", choices=["cuda", "cpu"])
    parser.add_argument("--minutes", type=float, default=MINUTES, help="time to take at most")
    parser.add_argument("--only", choices=["values", "speed"], help="one part alone")
    parser.add_argument("--every", type=int, default=1, help="one of so many values alone")
    parser.add_argument("--tune", action="store_true", help="try other tiles too")
    return parser


def _missing(device: str) -> str:
    """Say in one line what is not here, empty where all is."""
    from importlib.util import find_spec

    for name in ("torch", "triton"):
        if find_spec(name) is None:
            return f"{name} is not installed, and the kernel needs it"
    import torch

    if device == "cuda" and not torch.cuda.is_available():
        built: Any = torch.version.cuda
        reason = f"CUDA {built}" if built else "a build without CUDA"
        return (
            f"no GPU here (torch {torch.__version__}, {reason}); run it on a machine with one"
        )
    return ""


if __name__ == "__main__":
    sys.exit(main())
