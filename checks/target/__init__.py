"""Somebody's rotary embedding: found, called, and seen as a function of float64 values."""

from typing import Any

from .calling import Target
from .claims import AXES, SIGNATURES, Claims
from .loading import find_function
from .smoke import smoke

__all__ = ["AXES", "SIGNATURES", "Claims", "Target", "find_function", "load", "smoke"]


def load(target: str | object, **claims: Any) -> Target:
    """Find a target and say what is claimed of it.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, or the function itself. A class is instantiated
        without arguments.
    **claims
        Fields of `Claims`.

    Raises
    ------
    TargetError
        If it does not import, has no such attribute or cannot be called.
    ConfigError
        If a claim is none that can be made.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.checks import load
    >>> target = load(lambda x, positions: 2 * x, dtypes=["float32"])
    >>> target.rotate(np.ones((1, 1, 1, 4)), np.zeros((1, 1), dtype=np.int64), "float32")
    array([[[[2., 2., 2., 2.]]]])
    """
    name, function = find_function(target)
    return Target(function, Claims.of(**claims), name)
