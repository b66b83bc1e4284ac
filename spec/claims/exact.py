"""Claims about numbers: exact counterexamples, and what the irrationality of π forces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import sympy as sp

from ropespec.spec.kernel import Verdict, differ, forced_zero, injective
from ropespec.spec.kernel.quotient import Expr

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class Differ(Stated):
    """Two expressions, or two explicit matrices, are not equal at explicit values.

    Attributes
    ----------
    lhs, rhs
        The two sides.
    at
        An exact value for every symbol.
    tex
        The LaTeX of the statement.
    """

    lhs: Any
    rhs: Any
    at: Values
    tex: str

    def check(self) -> Verdict:
        """Compare the exact values."""
        return differ(self.lhs, self.rhs, dict(self.at))

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        at = tuple((name.xreplace(table), value) for name, value in self.at)
        return type(self)(self.lhs.xreplace(table), self.rhs.xreplace(table), at, self.tex)


@dataclass(frozen=True)
class OnlyZero:
    """Integers n and k with n = ratio·k are both zero."""

    ratio: Any

    def check(self) -> Verdict:
        """Use the irrationality of π."""
        return forced_zero(self.ratio)

    def latex(self) -> str:
        """Write the implication."""
        return f"n = {sp.latex(self.ratio)}\\,k,\\; n, k \\in \\mathbb Z \\implies n = k = 0"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(self.ratio.xreplace(dict(values)))


@dataclass(frozen=True)
class DistinctRotations(Stated):
    r"""Rotations at different positions are different, because those of one pair are.

    Attributes
    ----------
    frequency
        The frequency of every pair, a formula in the pair's index.
    pair, index
        That index, and the pair whose rotations are compared.
    positions
        The symbols m and n.
    tex
        The LaTeX of the two matrices, for example `\boldsymbol R`.
    """

    frequency: Any
    pair: Any
    index: int
    positions: tuple[Any, Any]
    tex: str

    def check(self) -> Verdict:
        """Use the irrationality of π on one pair."""
        frequency = self.frequency.xreplace({self.pair: sp.Integer(self.index)})
        return injective(frequency, self.positions)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        m, n = (position.xreplace(table) for position in self.positions)
        frequency = self.frequency.xreplace(table)
        return type(self)(frequency, self.pair, self.index, (m, n), self.tex)
