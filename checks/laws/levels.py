"""How much is tried, and at which positions."""

from __future__ import annotations

from dataclasses import dataclass

from ropespec.checks.observation import Path

LADDER = (
    *(0, 1, 2, 3, 255, 256, 257, 258, 2047, 2048, 2049, 2050, 4095, 4096, 4097),
    *(32768, 65535, 65536, 65537, 131071),
)
"""Positions around which formats stop holding whole numbers and tables end."""

REMOTE = (2**20, 2**24 - 1, 2**24, 2**24 + 1)
"""Positions of the level `thorough`: beyond the last of them float32 has no whole numbers."""


@dataclass(frozen=True)
class Level:
    """How much is tried.

    Attributes
    ----------
    name
        As `--level` takes it.
    examples
        How many random inputs each law draws after its ladder.
    shrinks
        How many inputs are tried to make a failing one smaller.
    slow_paths
        The ways of running the target that take long and are tried nevertheless.
    positions
        The positions that are always tried.
    any_shape
        Whether random inputs have any shape where a framework compiles for each new one.
    """

    name: str
    examples: int
    shrinks: int
    slow_paths: tuple[Path, ...]
    positions: tuple[int, ...]
    any_shape: bool = False

    def within(self, max_position: int | None) -> tuple[int, ...]:
        """Return the positions up to a claimed end, with the end itself."""
        if max_position is None:
            return self.positions
        inside = [position for position in self.positions if position < max_position]
        return (*inside, max_position)


LEVELS: dict[str, Level] = {
    level.name: level
    for level in (
        Level("quick", 3, 40, (), LADDER),
        Level("standard", 24, 120, ("jit", "exported"), LADDER),
        Level("thorough", 400, 400, ("jit", "exported", "compiled"), LADDER + REMOTE, True),
    )
}
"""The levels by name."""
