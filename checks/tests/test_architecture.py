"""Imports go down only: spec knows nothing of ours, reference knows spec, checks knows both."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "spec": {"spec"},
    "reference": {"spec", "reference"},
    "checks": {"spec", "reference", "checks"},
}


def imported(path: Path) -> Iterator[str]:
    """Every module that a file names in an absolute import."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_arrows_go_down_only(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    for path in files:
        for module in imported(path):
            parts = module.split(".")
            assert parts[0] not in MAY_IMPORT, f"{path}: import ropespec.{module} instead"
            if parts[0] == "ropespec" and len(parts) > 1 and parts[1] in MAY_IMPORT:
                assert parts[1] in MAY_IMPORT[folder], f"{path} must not import {module}"


@pytest.mark.parametrize("folder", ["spec", "reference"])
def test_torch_stays_in_its_folder(folder: str) -> None:
    for path in (ROOT / folder).rglob("*.py"):
        if "tests" in path.parts or ROOT / "reference" / "torch" in path.parents:
            continue
        assert not any(name.split(".")[0] == "torch" for name in imported(path)), path
