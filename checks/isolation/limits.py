"""How long a target may take and how much memory it may use."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ropespec.reference.errors import ConfigError

HANGS = 3
"""Calls that may run out of time; after them the target is not called again."""

STARTING = 120.0
"""Seconds for a Python of ours to start and to import a framework."""


@dataclass(frozen=True)
class Limits:
    """What a target may use, when it lives in a process of its own.

    Attributes
    ----------
    seconds
        For one call. Importing the target may take three times as long, a call through a
        compiler six times.
    gibibytes
        Memory beyond what it has when it is loaded.
    """

    seconds: float = 20.0
    gibibytes: float = 8.0

    @classmethod
    def of(cls, seconds: float | None = None, gibibytes: float | None = None) -> Limits:
        """Check limits and fill in what was left out.

        Raises
        ------
        ConfigError
            If one is no positive number.
        """
        usual = cls()
        chosen = {
            "timeout": usual.seconds if seconds is None else seconds,
            "memory": min(usual.gibibytes, _installed()) if gibibytes is None else gibibytes,
        }
        for key, value in chosen.items():
            if not 0 < value < float("inf"):
                unit = "seconds" if key == "timeout" else "GiB"
                advice = "leave it out for the usual limit"
                raise ConfigError(key, value, f"a positive number of {unit}", advice)
        return cls(chosen["timeout"], chosen["memory"])

    @property
    def importing(self) -> float:
        """Seconds for importing the target."""
        return 3 * self.seconds

    @property
    def compiling(self) -> float:
        """Seconds for a call through a compiler."""
        return 6 * self.seconds

    @property
    def bytes(self) -> int:
        """Memory in bytes."""
        return int(self.gibibytes * 2**30)


def _installed() -> float:
    """Return the memory of this machine in GiB, no limit where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):
        return float("inf")
