"""Attention, its neighbours and the source documents' systems need NumPy only."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "attention",
        "neighbours",
        "systems.by_hand",
        "systems.decay",
        "systems.four_encodings",
        "systems.plane",
        "systems.rotary_embedding",
        "systems.rotation_stack",
        "systems.token_pipeline",
        "systems.trace",
    ],
)
def test_it_loads_without_torch(module: str) -> None:
    code = f"import sys; sys.modules['torch'] = None; import ropespec.reference.{module}"
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
