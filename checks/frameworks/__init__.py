"""The array frameworks that a target may be written in, one small class each.

To add one: write its class with the methods of `Framework`, and put it in `FRAMEWORKS`.
A framework is imported when a target of it is checked, not before.
"""

from __future__ import annotations

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice

from .framework import Arrays, Framework, Function, Rotation, Setting
from .of_bytes import Bytes
from .of_numpy import NumPy
from .of_torch import Torch

__all__ = [
    "FRAMEWORKS",
    "Arrays",
    "Framework",
    "Function",
    "Rotation",
    "Setting",
    "find_framework",
]

FRAMEWORKS: dict[str, type[Framework]] = {entry.name: entry for entry in (NumPy, Torch)}
"""The frameworks by name."""

PLANNED = ("jax",)
"""Names that come with a later version."""


def find_framework(name: str) -> Framework:
    """Return a framework by its name, imported.

    Raises
    ------
    ConfigError
        If there is none of that name, it is not installed, or it comes later.
    """
    if name == Bytes.name:  # a program's: nobody names it
        return Bytes()
    if name in PLANNED:
        advice = "it comes with a later version; until then wrap the function for NumPy"
        raise ConfigError("framework", name, "one of " + ", ".join(FRAMEWORKS), advice)
    return FRAMEWORKS[choice("framework", name, FRAMEWORKS)]()
