"""Open a target wherever it is to live: in this process, in one of its own, or as a program."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ropespec.reference import ConfigError, RotaryConfig

from .errors import TargetError
from .frameworks.of_bytes import Bytes
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


@dataclass(frozen=True)
class Way:
    """How a target is reached.

    Attributes
    ----------
    factory
        Whether it is a function without arguments that makes the target.
    isolate
        Whether it gets a process of its own. None: if it is named by a text and the system
        can fork; a function that is given itself is called where it is.
    limits
        What a process of its own may use.
    """

    factory: bool = False
    isolate: bool | None = None
    limits: Limits = field(default_factory=Limits.of)


def load(
    target: str | Callable[..., Any],
    *,
    factory: bool = False,
    isolate: bool = False,
    config: RotaryConfig | None = None,
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
    config
        What a program is told to compute; left out, the paper's with a head of 64 channels.
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
    way = Way(factory=factory, isolate=isolate)
    told = config or RotaryConfig(head_dim=64)
    return open_target(target, stated(target, **claims), way, told).target


def stated(target: str | Callable[..., Any], **claims: Any) -> dict[str, Any]:
    """Return those claims of a target that are made, checked one by one.

    Raises
    ------
    ConfigError
        If one is none that can be made of such a target.
    """
    made = {name: value for name, value in claims.items() if value is not None}
    if _is_command(target):
        framework = made.setdefault("framework", Bytes.name)
        if framework != Bytes.name:
            advice = "leave it out: a program has arrays of its own"
            raise ConfigError("framework", framework, "none for a program", advice)
    Claims.of(**made)
    return made


def open_target(
    target: str | Callable[..., Any],
    claims: dict[str, Any],
    way: Way,
    config: RotaryConfig,
) -> Opened:
    """Find a target, load it and say what is claimed of it.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr`, `exec:COMMAND`, or the function itself.
    claims
        Those that are made, as `stated` returns them; they count before what it declares.
    way
        How it is reached.
    config
        What a program is told to compute; any other target is not told.

    Raises
    ------
    TargetError
        If it cannot be loaded.
    ConfigError
        If a claim is none, or it cannot be isolated here.
    """
    if _is_command(target):
        from .pipe import PipeHost

        command = str(target).removeprefix(EXEC)
        piped = PipeHost.load(command, config, claims, way.limits)
        return Opened(Target(piped, str(target)), {})
    named = isinstance(target, str) and hasattr(os, "fork")
    if named if way.isolate is None else way.isolate:
        host = ProcessHost.load(_asked(target, claims, way.factory), way.limits)
        return Opened(Target(host, _name(target)), host.convention)
    found = find_function(target, factory=way.factory)
    said = declared(found.function)
    local = LocalHost(found.function, Claims.of(**{**said.claims, **claims}), found.make)
    return Opened(Target(local, found.name), said.convention)


def _is_command(target: str | Callable[..., Any]) -> bool:
    """Whether a target is a program."""
    return isinstance(target, str) and target.startswith(EXEC)


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
