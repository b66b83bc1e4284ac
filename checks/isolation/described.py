"""What two processes tell each other of a target: what is asked for, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ropespec.checks.errors import TargetError
from ropespec.checks.observation import Memory, Path
from ropespec.checks.target import Claims, Host
from ropespec.checks.target.adapter import declared
from ropespec.checks.target.loading import described


@dataclass(frozen=True)
class Asked:
    """What is to be loaded.

    Attributes
    ----------
    target
        `module:attr` or `path/file.py:attr`, or a pickled thing.
    name
        What the user called it.
    factory
        Whether it is a function without arguments that makes the target.
    options
        What the user claims of it, as arguments of `Claims.of`.
    late
        Whether it is loaded after each fork: it cannot be forked once it is loaded.
    """

    target: str | bytes
    name: str
    factory: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    late: bool = False

    @property
    def framework(self) -> str:
        """The framework to import before the target."""
        return str(self.options.get("framework", "numpy"))

    def thing(self) -> str | object:
        """Return the target's text, or the thing itself."""
        if isinstance(self.target, str):
            return self.target
        import cloudpickle

        try:
            thing: object = cloudpickle.loads(self.target)
        except Exception as error:
            advice = "name it as path/file.py:attr, or leave isolate out"
            text = f"target: {self.name!r} cannot be made in another process"
            raise TargetError(f"{text}: {described(error)}; {advice}") from error
        return thing

    def claims(self, function: Callable[..., Any]) -> Claims:
        """Return what is claimed: options count before what an adapter declares."""
        return Claims.of(**{**declared(function).claims, **self.options})


@dataclass(frozen=True)
class Described:
    """What was loaded.

    Attributes
    ----------
    claims
        How it is called, and what it claims.
    convention
        What it declares to compute: fields of `RotaryConfig`.
    paths, memories, no_gradient
        As of a `Host`.
    arguments
        What is wrong with the arguments that it takes, the empty text if nothing is.
    forkable
        Whether a fork of it works: it has started no threads.
    """

    claims: Claims
    convention: dict[str, Any]
    paths: tuple[Path, ...]
    memories: tuple[Memory, ...]
    no_gradient: str
    arguments: str
    forkable: bool

    @classmethod
    def of(cls, host: Host, function: object, *, forkable: bool) -> Described:
        """Describe what a host was made of."""
        try:
            host.check_arguments()
        except TargetError as error:
            arguments = str(error)
        else:
            arguments = ""
        return cls(
            host.claims,
            declared(function).convention,
            host.paths,
            host.memories,
            host.no_gradient,
            arguments,
            forkable,
        )
