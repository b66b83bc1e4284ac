"""What a law measures: one side of a call, and what its errors are about."""

from __future__ import annotations

from dataclasses import dataclass

from ropespec.checks.observation import Case, Role
from ropespec.reference.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Side:
    """The queries or the keys of one call: what went in and what came out."""

    case: Case
    role: Role
    values: FloatArray
    got: FloatArray


@dataclass(frozen=True, eq=False)
class About:
    """What errors are about.

    Attributes
    ----------
    expected, got
        What was compared, `(batch, heads, seq, n)`.
    read, write
        For each error the channels that its values stand in, `(errors, channels)`; None
        where the compared values stand in no channels, as scores.
    pairs
        Whether the errors are one for each pair.
    """

    expected: FloatArray
    got: FloatArray
    read: IntArray | None = None
    write: IntArray | None = None
    pairs: bool = False

    def channels_of(self, item: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the channels that one error's values are read from and written to."""
        read, write = (
            () if channels is None else tuple(int(channel) for channel in channels[item])
            for channels in (self.read, self.write)
        )
        return read, write
