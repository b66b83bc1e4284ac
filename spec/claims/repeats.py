"""The claim that no two integer positions have the same rotations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.repeats import never_repeats

from .base import Stated


@dataclass(frozen=True)
class NeverRepeats(Stated):
    """Rotations by one frequency are different at different integer positions.

    Attributes
    ----------
    frequency
        A rational number, not zero, by its form; or an exact number.
    positions
        The symbols m and n.
    tex
        The LaTeX of the statement.
    """

    frequency: Any
    positions: tuple[Any, Any]
    tex: str

    def check(self) -> Verdict:
        """Use the irrationality of π."""
        return never_repeats(self.frequency, self.positions)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        m, n = (position.xreplace(table) for position in self.positions)
        return type(self)(self.frequency.xreplace(table), (m, n), self.tex)
