"""Reports as JSON."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

from ropespec.reference.errors import ConfigError


def write_json(values: Any, path: str) -> None:
    """Write JSON values to a file, or to standard output for "-".

    Parameters
    ----------
    values
        What `json` can write. NaN and infinities become the strings "NaN", "Infinity" and
        "-Infinity", because JSON has no such numbers.
    path
        Where to.

    Raises
    ------
    ConfigError
        If the file cannot be written.
    """
    text = as_json(values)
    if path == "-":
        sys.stdout.write(text)
        return
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise ConfigError("json", path, "a file that can be written, or -", reason) from None


def as_json(values: Any) -> str:
    """Write JSON values as text, with words for numbers that JSON lacks."""
    return json.dumps(_plain(values), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Replace what JSON lacks: tuples, and numbers that are not finite."""
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
