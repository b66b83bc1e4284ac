"""What the corpus is made of: an implementation, what it claims, and what should come out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ropespec.reference import RotaryConfig

Function = Callable[..., Any]
"""A target: `(x, positions) -> y` or `(q, k, positions) -> (q', k')`."""

Maker = Callable[[RotaryConfig], Function]
"""Makes a fresh target for a configuration."""


@dataclass(frozen=True)
class Entry:
    """One implementation with the verdict that it deserves.

    Attributes
    ----------
    name
        Unique in the corpus.
    make
        Makes a fresh one, so that no state goes from one check to the next.
    config
        What it is declared to compute.
    bug
        The slug of the mistake that is planted in it, None for an honest one.
    claims
        How it is called and for what: arguments of `ropespec.checks.check`.
    also
        Slugs that describe the mistake as well: other names for the same thing.
    slow
        Whether it takes seconds, as compilation does; left out unless asked for.
    """

    name: str
    make: Maker
    config: RotaryConfig
    bug: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    slow: bool = False

    @property
    def framework(self) -> str:
        """The framework whose arrays it takes."""
        return str(self.claims.get("framework", "numpy"))

    def target(self) -> Function:
        """Return a fresh target."""
        return self.make(self.config)
