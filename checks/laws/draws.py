"""What a law draws at random: the sizes of its inputs, and numbers that it alone needs."""

from __future__ import annotations

from dataclasses import dataclass

from ropespec.checks.observation import Memory, Path

from .scenario import Scenario, Shape


@dataclass(frozen=True)
class Detail:
    """A whole number that one law needs.

    Attributes
    ----------
    name
        As `Scenario.detail` takes it.
    least, most
        Its range, ends included; None for the largest position.
    """

    name: str
    least: int
    most: int | None


@dataclass(frozen=True)
class Draws:
    """The inputs that a law draws.

    Attributes
    ----------
    batch, seq
        The fewest and the most rows, and tokens of a row.
    memories, paths
        The ways to lie in memory, and to run the target, that are drawn from; those that the
        target's framework does not know are left out.
    details
        Numbers that the law needs.
    share
        Part of the level's examples that it draws: what is slow draws fewer.
    shapes
        The only shapes that are drawn; any where it is empty.
    """

    batch: tuple[int, int] = (1, 4)
    seq: tuple[int, int] = (1, 12)
    memories: tuple[Memory, ...] = ("contiguous",)
    paths: tuple[Path, ...] = ("eager",)
    details: tuple[Detail, ...] = ()
    share: float = 1.0
    shapes: tuple[Shape, ...] = ()

    def admit(self, one: Scenario) -> bool:
        """Whether an input is one that might have been drawn."""
        (fewest, most), (shortest, longest) = self.batch, self.seq
        fits = fewest <= one.batch <= most and shortest <= one.seq <= longest
        return fits and one.memory in self.memories and one.path in self.paths
