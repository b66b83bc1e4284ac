"""Where a target stands in its source, without importing anything."""

from __future__ import annotations

import ast
import importlib.machinery
import sys
from pathlib import Path


def find_place(target: str) -> tuple[str, int] | None:
    """Return the file of a target, and the line that it begins at.

    Parameters
    ----------
    target
        `path/file.py:attr` or `module:attr`.

    Returns
    -------
    tuple
        The path as seen from the current folder, with slashes; None for a target that was
        given itself or lies outside of the current folder.
    """
    place, _, attribute = target.rpartition(":")
    path = Path(place) if place.endswith(".py") else _module_file(place)
    if path is None or not path.is_file():
        return None
    try:
        shown = path.resolve().relative_to(Path.cwd())
    except ValueError:
        return None
    return shown.as_posix(), _line(path, attribute.split("."))


def _module_file(name: str) -> Path | None:
    """Find the file of a module, loaded or not, by looking into folders alone."""
    loaded = getattr(sys.modules.get(name), "__file__", None)
    if loaded:
        return Path(loaded)
    folders: list[str] | None = [str(Path.cwd()), *sys.path]
    spec = None
    for part in filter(None, name.split(".")):
        spec = importlib.machinery.PathFinder.find_spec(part, folders)
        if spec is None:
            return None
        folders = list(spec.submodule_search_locations or [])
    return Path(spec.origin) if spec is not None and spec.origin else None


def _line(path: Path, names: list[str]) -> int:
    """Find where a name is defined; the first line where that cannot be told."""
    try:
        body = ast.parse(path.read_text(encoding="utf-8")).body
    except (OSError, SyntaxError, ValueError):
        return 1
    line = 1
    for name in names:
        for node in body:
            if _defines(node, name):
                line, body = node.lineno, getattr(node, "body", [])
                break
        else:
            return line
    return line


def _defines(node: ast.stmt, name: str) -> bool:
    """Whether a statement gives a name its meaning."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.Assign):
        return any(isinstance(each, ast.Name) and each.id == name for each in node.targets)
    return False
