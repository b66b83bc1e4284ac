"""Reading a JSON object from a file, with an error a person can act on."""

import json
from pathlib import Path
from typing import Any

from .errors import ConfigError


def load_object(path: str | Path) -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Raises
    ------
    ConfigError
        If the file cannot be read, is no JSON, is no object, or names a key twice.
    """
    name = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise ConfigError("file", name, "a readable JSON file", reason) from None
    except UnicodeDecodeError:
        raise ConfigError("file", name, "JSON in UTF-8", "it is no UTF-8 text") from None
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise ConfigError("file", name, "JSON", where) from None
    except RecursionError:
        raise ConfigError("file", name, "JSON", "its lists are nested too deeply") from None
    except ValueError as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError("file", name, "JSON", "a number in it has too many digits") from None
    if not isinstance(value, dict):
        advice = f"it holds a {type(value).__name__}"
        raise ConfigError("file", name, "one JSON object {...}", advice)
    return value


def _once(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build a dict, refusing a key that is given twice: one of the two would be dropped."""
    result: dict[str, Any] = {}
    for key, value in items:
        if key in result:
            raise ConfigError(key, value, "the key only once in its object", "keep one of them")
        result[key] = value
    return result
