"""What every claim can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self, runtime_checkable

from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.verdict import Verdict


@runtime_checkable
class Claim(Protocol):
    """A mathematical statement, kept as data, that one kernel rule can judge."""

    def check(self) -> Verdict:
        """Have the kernel judge it."""

    def latex(self) -> str:
        """Write it in LaTeX."""

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols (to strip an assumption, say)."""


class Stated:
    """A claim that is given its LaTeX, as the field `tex`."""

    tex: str

    def latex(self) -> str:
        """Give the stated LaTeX."""
        return self.tex
