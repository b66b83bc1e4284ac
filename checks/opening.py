"""Open a target wherever it is to live: in this process, in one of its own, or as a program."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import TargetError
from .isolation import Asked, Limits, ProcessHost
from .target import Claims, LocalHost, Target, find_function
from .target.adapter import declared

EXEC = "exec:"
"""How the text of a target begins that is a command."""


@dataclass(frozen=True)
class Opened:
    """A target with what it declares of itself.

    Attributes
    ----------
    target
        Ready to be called.
    convention
        What an adapter declares to compute: fields of `RotaryConfig`.
    """

    target: Target
    convention: dict[str, Any]


def load(
    target: str | Callable[..., Any],
    *,
    factory: bool = False,
    isolate: bool = False,
    **claims: Any,
) -> Target:
    """Find a target and say what is claimed of it.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, `exec:COMMAND`, or the function itself. A class is
        instantiated without arguments.
    factory
        Whether the target is a function without arguments that makes what is to be called.
    isolate
        Whether it gets a process of its own, so that it may crash.
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
    opened = open_target(target, stated(**claims), factory=factory, isolate=isolate)
    return opened.target


def stated(**claims: Any) -> dict[str, Any]:
    """Return those claims that are made, checked one by one.

    Raises
    ------
    ConfigError
        If one is none that can be made.
    """
    made = {name: value for name, value in claims.items() if value is not None}
    Claims.of(**made)
    return made


def open_target(
    target: str | Callable[..., Any],
    claims: dict[str, Any],
    *,
    factory: bool = False,
    isolate: bool | None = None,
    limits: Limits | None = None,
) -> Opened:
    """Find a target, load it and say what is claimed of it.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, `exec:COMMAND`, or the function itself.
    claims
        Those that are made, as `stated` returns them; they count before what it declares.
    factory
        Whether it is a function without arguments that makes the target.
    isolate
        Whether it gets a process of its own. Left out: if it is named by a text and the
        system can fork; a function that is given itself is called where it is.
    limits
        What a process of its own may use.

    Raises
    ------
    TargetError
        If it cannot be loaded.
    ConfigError
        If a claim is none, or it cannot be isolated here.
    """
    if isinstance(target, str) and target.startswith(EXEC):
        raise TargetError("target: exec: comes with the pipe")
    if isolate is None:
        isolate = isinstance(target, str) and hasattr(os, "fork")
    if isolate:
        host = ProcessHost.load(_asked(target, claims, factory), limits or Limits.of())
        return Opened(Target(host, _name(target)), host.convention)
    found = find_function(target, factory=factory)
    said = declared(found.function)
    local = LocalHost(found.function, Claims.of(**{**said.claims, **claims}), found.make)
    return Opened(Target(local, found.name), said.convention)


def _asked(target: str | Callable[..., Any], claims: dict[str, Any], factory: bool) -> Asked:
    """Write down what another process is to load."""
    if not hasattr(os, "fork"):
        advice = "leave isolate out, or check on Linux or macOS"
        raise TargetError(f"target: this system cannot fork, so nothing is isolated; {advice}")
    name = _name(target)
    if isinstance(target, str):
        return Asked(target, name, factory, claims)
    import cloudpickle

    try:
        pickled = cloudpickle.dumps(target)
    except Exception as error:
        advice = "name it as module:attr, or leave isolate out"
        text = f"target: {name!r} cannot be sent to another process: {error}"
        raise TargetError(f"{text}; {advice}") from error
    return Asked(pickled, name, factory, claims)


def _name(target: str | Callable[..., Any]) -> str:
    """Return what the user called a target."""
    if isinstance(target, str):
        return target
    return getattr(target, "__qualname__", type(target).__qualname__)
