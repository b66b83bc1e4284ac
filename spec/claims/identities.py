"""Claims of equality: in one plane, for every even size, and of sums of any length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Term, Verdict, block_induction, congruence, decide
from ropespec.spec.kernel.quotient import Expr

from .base import Stated

Values = tuple[tuple[Any, Any], ...]
"""Pairs of a symbol and a value, hashable."""


@dataclass(frozen=True)
class PlaneIdentity:
    """Two terms of one plane are equal for all values of their symbols.

    Attributes
    ----------
    lhs, rhs
        Terms without a pair index.
    nonzero
        What is declared not to be zero.
    """

    lhs: Term
    rhs: Term
    nonzero: tuple[Any, ...] = ()

    def check(self) -> Verdict:
        """Compare the normal forms."""
        for side in (self.lhs, self.rhs):
            if side.pair is not None:
                reason = f"{side.tex} is block-wise: claim it for every size"
                return Verdict("undecided", "identity", reason)
        return decide(self.lhs.block, self.rhs.block, nonzero=self.nonzero, name=self.latex())

    def latex(self) -> str:
        """Write lhs = rhs."""
        return f"{self.lhs.tex} = {self.rhs.tex}"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        nonzero = tuple(item.xreplace(dict(values)) for item in self.nonzero)
        return type(self)(self.lhs.replace(values), self.rhs.replace(values), nonzero)


@dataclass(frozen=True)
class EverySize:
    """Two block-wise terms are equal for every even size d.

    Attributes
    ----------
    lhs, rhs
        Terms of one kind over one pair index.
    prefer
        Values that a witness against it should take if it can.
    """

    lhs: Term
    rhs: Term
    prefer: Values = ()

    def check(self) -> Verdict:
        """Use induction over blocks."""
        return block_induction(self.lhs, self.rhs, dict(self.prefer))

    def latex(self) -> str:
        """Write lhs = rhs."""
        return f"{self.lhs.tex} = {self.rhs.tex}"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(self.lhs.replace(values), self.rhs.replace(values), self.prefer)


@dataclass(frozen=True)
class EqualSums(Stated):
    """Two sums of one symbolic length are equal.

    Attributes
    ----------
    lhs, rhs
        `sympy.Sum` objects over the same range.
    tex
        The LaTeX of the statement.
    """

    lhs: Any
    rhs: Any
    tex: str

    def check(self) -> Verdict:
        """Use congruence under Σ."""
        return congruence(self.lhs, self.rhs)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(self.lhs.xreplace(table), self.rhs.xreplace(table), self.tex)
