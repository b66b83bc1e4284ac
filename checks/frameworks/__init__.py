"""The array frameworks that a target may be written in, one small class each.

To add one: write its class with the methods of `Framework`, and put it in `FRAMEWORKS`.
A framework is imported when a target of it is checked, not before.
"""

from __future__ import annotations

from importlib.util import find_spec

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice

from .framework import Arrays, Framework, Function, Rotation, Setting
from .of_bytes import Bytes
from .of_jax import Jax
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
    "framework_kind",
]

FRAMEWORKS: dict[str, type[Framework]] = {kind.name: kind for kind in (NumPy, Torch, Jax)}
"""The frameworks by name."""


def framework_kind(name: str) -> type[Framework]:
    """Return the class of a framework by its name; nothing is imported.

    Raises
    ------
    ConfigError
        If there is none of that name, or it is not installed.
    """
    if name == Bytes.name:  # a program's: nobody names it
        return Bytes
    kind = FRAMEWORKS[choice("framework", name, FRAMEWORKS)]
    if find_spec(kind.package) is None:
        expected = "a framework that is installed"
        advice = f"pip install 'ropespec[{name}]', or leave --framework out for NumPy"
        raise ConfigError("framework", name, expected, advice)
    return kind


def find_framework(name: str) -> Framework:
    """Return a framework by its name, imported.

    Raises
    ------
    ConfigError
        If there is none of that name, or it is not installed.
    """
    return framework_kind(name)()
