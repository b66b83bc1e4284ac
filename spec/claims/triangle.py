"""The claim that a sum of products is within a bound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.triangle import Factors, Table, bounded_sum

from .base import Stated


@dataclass(frozen=True)
class BoundedSum(Stated):
    """The absolute value of a sum of products is at most a sum of bounds, for every length.

    Attributes
    ----------
    factors
        The factors of the generic summand, each with the name of its absolute value.
    bound
        The generic summand of the bound.
    index
        The index and the length.
    tex
        The LaTeX of the statement, hypotheses included.
    given
        Hypotheses: expressions that are not negative.
    certificate
        What the bound exceeds the summand by, in a form that cannot be negative.
    example
        For an altered statement: numbers at which it fails.
    """

    factors: Factors
    bound: Any
    index: tuple[Any, Any]
    tex: str
    given: tuple[Any, ...] = ()
    certificate: Any = None
    example: Table = ()

    def check(self) -> Verdict:
        """Use the triangle inequality, or work the example out."""
        return bounded_sum(
            self.factors, self.bound, self.index, self.given, self.certificate, self.example
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        certificate = self.certificate
        return type(self)(
            tuple(
                (value.xreplace(table), size.xreplace(table)) for value, size in self.factors
            ),
            self.bound.xreplace(table),
            (self.index[0].xreplace(table), self.index[1].xreplace(table)),
            self.tex,
            tuple(one.xreplace(table) for one in self.given),
            None if certificate is None else certificate.xreplace(table),
            tuple((name.xreplace(table), value) for name, value in self.example),
        )
