"""Claims of analysis: integrals, Riemann sums, limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.integration import Substitution, integral
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.riemann import riemann_within, vanishes

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class Integral(Stated):
    """An integral is what a substitution makes of it."""

    substitution: Substitution
    tex: str

    def check(self) -> Verdict:
        """Differentiate the antiderivative."""
        return integral(self.substitution)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(self.substitution.replace(values), self.tex)


@dataclass(frozen=True)
class RiemannWithin(Stated):
    """The left Riemann sum of cos u over [0, 1] is within a bound of the integral.

    Attributes
    ----------
    inner, variable
        u(x) and x.
    count
        The number of summands.
    bound
        The bound.
    tex
        The LaTeX of the statement.
    example
        For an altered statement: numbers at which it fails.
    """

    inner: Any
    variable: Any
    count: Any
    bound: Any
    tex: str
    example: Values = ()

    def check(self) -> Verdict:
        """Add up the steps of u, or enclose the two sides of the example."""
        example = dict(self.example)
        return riemann_within(self.inner, self.variable, self.count, self.bound, example)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        parts = (self.inner, self.variable, self.count, self.bound)
        inner, variable, count, bound = (part.xreplace(table) for part in parts)
        return type(self)(inner, variable, count, bound, self.tex, self.example)


@dataclass(frozen=True)
class Vanishes(Stated):
    """A bound tends to 0 as the number of summands grows."""

    bound: Any
    count: Any
    tex: str

    def check(self) -> Verdict:
        """Look whether it is C/N."""
        return vanishes(self.bound, self.count)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(self.bound.xreplace(table), self.count.xreplace(table), self.tex)
