"""Somebody's rotary embedding: found, called, and seen as a function of float64 values."""

from typing import Any

from .adapter import Adapter
from .claims import AXES, SIGNATURES, Claims
from .host import Host
from .loading import find_function
from .local import LocalHost
from .smoke import smoke
from .target import Target

__all__ = [
    "AXES",
    "SIGNATURES",
    "Adapter",
    "Claims",
    "Host",
    "LocalHost",
    "Target",
    "find_function",
    "load",
    "smoke",
]


def load(target: str | object, *, factory: bool = False, **claims: Any) -> Target:
    """Find a target and say what is claimed of it.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, or the function itself. A class is instantiated
        without arguments.
    factory
        Whether the target is a function without arguments that makes what is to be called.
        Then, as for a class, `Target.fresh` makes it again.
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
    found = find_function(target, factory=factory)
    host = LocalHost(found.function, Claims.of(**claims), found.make)
    return Target(host, found.name)
