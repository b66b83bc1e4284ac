"""`ropespec check` on the Triton kernel, through Triton's interpreter."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("torch")
pytest.importorskip("triton")

from ropespec.checks.bench.gpu_values import CONFIGS

INTERPRETER = {"TRITON_INTERPRET": "1", "ROPESPEC_TORCH_KERNEL": "triton"}
CHECK = """
import json, sys
from ropespec.checks.bench.gpu_values import CONFIGS
from ropespec.checks.run import check
from ropespec.reference.torch import RotaryEmbedding
from ropespec.reference.torch.triton_kernel import choosing

asked = json.loads(sys.argv[1])
config = CONFIGS[asked.pop("config")]
dtypes = "float64", "float32", "bfloat16", "float16"
claims = dict(framework="torch", signature="qk", dtypes=dtypes, timeout=300.0) | asked
report = check(RotaryEmbedding(config), config, **claims)
bad = [law for law in report.results if law.status in ("fail", "error")]
failed = [f"{law.id}: {law.reason}" for law in bad]
print(json.dumps([report.verdict, report.grade, failed, choosing.failure()]))
"""


def checked(name: str, **asked: object) -> list[object]:
    """Return verdict, grade, what failed, and why the kernel could not be used."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CHECK, json.dumps({"config": name, **asked})],
        env={**os.environ, **INTERPRETER},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_value_law_of_one_configuration() -> None:
    few = {"shapes": [[1, 2, 3, 2]], "dtypes": ["bfloat16"]}
    found = checked("SINGLE_PAIR", laws=["value"], level="quick", **few)
    assert found == ["conformant", "exact", [], ""]


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFIGS)
def test_conformant_and_exact_at_level_thorough(name: str) -> None:
    assert checked(name, level="thorough") == ["conformant", "exact", [], ""]
