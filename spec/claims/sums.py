"""Claims about sums over tokens of a symbolic number: attention, masks, permutations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.sums import Names, Permutation, sums_agree, sums_differ
from ropespec.spec.kernel.unrolling import Table

from .base import Stated


@dataclass(frozen=True)
class SumsAgree(Stated):
    """Two expressions built from sums over tokens are equal.

    Attributes
    ----------
    lhs, rhs
        Scalars built from `sympy.Sum`.
    tex
        The LaTeX of the statement.
    names
        What the names in them, such as scores, stand for.
    permutations
        Functions that permute a range.
    example
        For an altered statement: numbers at which it fails.
    """

    lhs: Any
    rhs: Any
    tex: str
    names: Names = ()
    permutations: tuple[Permutation, ...] = ()
    example: Table = ()

    def check(self) -> Verdict:
        """Bring both sides to one form, or work the example out."""
        return sums_agree(self.lhs, self.rhs, self.names, self.permutations, self.example)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.lhs.xreplace(table),
            self.rhs.xreplace(table),
            self.tex,
            _renamed(self.names, values),
            tuple(
                Permutation(one.function, one.first.xreplace(table), one.last.xreplace(table))
                for one in self.permutations
            ),
            tuple((name.xreplace(table), value) for name, value in self.example),
        )


@dataclass(frozen=True)
class SumsDiffer(Stated):
    """Two expressions built from sums over tokens differ in an example.

    Attributes
    ----------
    lhs, rhs, tex, names
        As in `SumsAgree`.
    example
        Numbers for everything; terms over pairs are taken with d = 2.
    """

    lhs: Any
    rhs: Any
    tex: str
    example: Table
    names: Names = ()

    def check(self) -> Verdict:
        """Work the example out."""
        return sums_differ(self.lhs, self.rhs, self.example, self.names)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.lhs.xreplace(table),
            self.rhs.xreplace(table),
            self.tex,
            tuple((name.xreplace(table), value) for name, value in self.example),
            _renamed(self.names, values),
        )


def _renamed(names: Names, values: Mapping[Expr, Expr]) -> Names:
    return tuple((name.xreplace(dict(values)), term.replace(values)) for name, term in names)
