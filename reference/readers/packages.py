"""Packages that only some readers need, imported when they are needed."""

from importlib import import_module
from typing import Any

from ropespec.reference.errors import ConfigError


def needed(package: str) -> Any:
    """Import a package that a file format needs.

    Raises
    ------
    ConfigError
        If it is not installed, with the command that installs it.
    """
    try:
        return import_module(package)
    except ImportError:
        advice = "pip install 'ropespec[formats]'"
        raise ConfigError("package", package, "it to be installed", advice) from None
