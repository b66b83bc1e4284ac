"""One input in a few numbers: enough to build it again, anywhere and at any time."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ropespec.checks.observation import Memory, Path

Rows = tuple[tuple[int, ...], ...]
"""Positions `(batch, seq)`."""

Shape = tuple[int, int, int, int]
"""Batch, heads, sequence, and heads of the keys."""


@dataclass(frozen=True)
class Scenario:
    """One input, as numbers and words that JSON holds.

    Attributes
    ----------
    name
        What is special about it.
    rows
        Positions `(batch, seq)`; each further axis has them in another order.
    dtype
        The format of the call.
    heads, key_heads
        Heads of the queries, and of the keys where there are keys.
    memory
        How the values lie in memory.
    path
        How the target is run.
    exponent
        The values are multiplied by this power of two.
    seed
        Decides the values, and what else a law draws.
    details
        Numbers that one law alone needs, by name.

    Examples
    --------
    >>> one = Scenario("a prompt", ((0, 1, 2),), "float32", heads=5)
    >>> one.batch, one.seq
    (1, 3)
    >>> Scenario.from_dict(one.as_dict()) == one
    True
    """

    name: str
    rows: Rows
    dtype: str
    heads: int = 3
    key_heads: int = 3
    memory: Memory = "contiguous"
    path: Path = "eager"
    exponent: int = 0
    seed: int = 0
    details: tuple[tuple[str, int], ...] = ()

    @property
    def shape(self) -> Shape:
        """Batch, heads, sequence, and heads of the keys."""
        return self.batch, self.heads, self.seq, self.key_heads

    @property
    def batch(self) -> int:
        """Number of rows."""
        return len(self.rows)

    @property
    def seq(self) -> int:
        """Tokens of a row."""
        return len(self.rows[0]) if self.rows else 0

    def detail(self, name: str) -> int:
        """Return a number that the law asked for."""
        return dict(self.details)[name]

    def replace(self, **changes: Any) -> Scenario:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def as_dict(self) -> dict[str, Any]:
        """Return the scenario as JSON values."""
        return {
            **vars(self),
            "rows": [list(row) for row in self.rows],
            "details": dict(self.details),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scenario:
        """Read what `as_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        rows = tuple(tuple(int(each) for each in row) for row in values["rows"])
        details = tuple((str(name), int(value)) for name, value in values["details"].items())
        known = {field.name for field in dataclasses.fields(cls)}
        if values.keys() != known:
            raise ValueError(f"keys {sorted(values)}")
        return cls(**{**values, "rows": rows, "details": details})

    def described(self) -> str:
        """Say what it is in one line.

        Examples
        --------
        >>> Scenario("a prompt", ((0, 1), (7, 8)), "float32", heads=5).described()
        'a prompt: batch 2, heads 5, seq 2, key heads 3, positions 0 1 | 7 8, float32'
        """
        parts = [f"batch {self.batch}", f"heads {self.heads}", f"seq {self.seq}"]
        if self.key_heads != self.heads:
            parts.append(f"key heads {self.key_heads}")
        parts += [f"positions {_shown(self.rows)}", self.dtype]
        if self.memory != "contiguous":
            parts.append(f"{self.memory} memory")
        if self.path != "eager":
            parts.append(f"path {self.path}")
        if self.exponent:
            parts.append(f"values times {math.ldexp(1.0, self.exponent):g}")
        parts += [f"{name} {value}" for name, value in self.details]
        return f"{self.name}: {', '.join(parts)}"


SHOWN = 24
"""Positions that a description shows."""


def _shown(rows: Rows) -> str:
    """Write positions, row by row, not too many of them."""
    words: list[str] = []
    for place, row in enumerate(rows):
        words += ["|"] * (place > 0) + [str(each) for each in row]
    return " ".join(words[:SHOWN]) + (" ..." if len(words) > SHOWN else "")
