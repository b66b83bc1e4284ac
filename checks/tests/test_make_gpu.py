"""`make gpu` without a GPU: its values through the interpreter of Triton, and what it says."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from ropespec.checks.bench.gpu import main

pytest.importorskip("triton")
INTERPRETER = {"TRITON_INTERPRET": "1", "ROPESPEC_TORCH_KERNEL": "triton"}


def interpreted(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module with Triton's interpreter, which has to be chosen before Triton is there."""
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", *arguments],
        env={**os.environ, **INTERPRETER},
        capture_output=True,
        text=True,
        check=False,
    )


def values(folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the values of `make gpu` through the interpreter."""
    file = folder / "gpu.json"
    asked = ("--device", "cpu", "--json", str(file), "--minutes", "60", *arguments)
    done = interpreted("ropespec.checks.bench.gpu", *asked)
    found: dict[str, Any] = json.loads(file.read_text())
    wrong = [row for row in found["parts"]["values"]["rows"] if row["wrong"]]
    assert (done.returncode, wrong, found["failure"]) == (0, [], ""), done.stderr
    return found


def test_some_values_through_the_interpreter(tmp_path: Path) -> None:
    found = values(tmp_path, "--only", "values", "--every", "16")
    names = " ".join(row["name"] for row in found["parts"]["values"]["rows"])
    for word in ("bfloat16", "float64", "packed", "numbers", "backwards", "in_place", "given"):
        assert word in names
    assert found["complete"]


@pytest.mark.slow
def test_all_values_and_the_benchmark_through_the_interpreter(tmp_path: Path) -> None:
    found = values(tmp_path, "--tune")
    names = " ".join(row["name"] for row in found["parts"]["values"]["rows"])
    for word in ("float64", "bfloat16", "thd packed", "numbers", "reals", "backwards", "given"):
        assert word in names
    speed = found["parts"]["speed"]["rows"]
    assert not [row for row in speed if row.get("failed")]
    assert {row["axes"] for row in speed} == {"bhsd", "bshd"}
    assert all(row["units"] <= 0.51 for row in found["parts"]["accuracy"]["rows"]
               if row["dtype"] == "bfloat16")  # fmt: skip


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_make_gpu_says_in_one_line_that_there_is_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--json", str(tmp_path / "gpu.json")]) == 2
    assert re.fullmatch(r"make gpu: no GPU here .*\n", capsys.readouterr().err)
    assert not list(tmp_path.iterdir())
