"""Claims about matrices of any size: products, exponentials, and explicit matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict, decide, only_solution
from ropespec.spec.kernel.matrix_exponentials import Exponential, constant, slope_at_zero
from ropespec.spec.kernel.matrix_words import Relation, same_words
from ropespec.spec.kernel.quotient import Expr

from .base import Stated


@dataclass(frozen=True)
class SameWords(Stated):
    """Two sums of products of matrices are equal for every size.

    Attributes
    ----------
    lhs, rhs
        Polynomials in letters that do not commute.
    tex
        The LaTeX of the statement, with what it assumes.
    relations
        What is assumed of the letters, or was proved before.
    """

    lhs: Any
    rhs: Any
    tex: str
    relations: tuple[Relation, ...] = ()

    def check(self) -> Verdict:
        """Compare word by word."""
        return same_words(self.lhs, self.rhs, self.relations)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        lhs, rhs = (side.xreplace(dict(values)) for side in (self.lhs, self.rhs))
        return type(self)(lhs, rhs, self.tex, tuple(r.replace(values) for r in self.relations))


@dataclass(frozen=True)
class Constant(Stated):
    """An expression with exponentials keeps its value at 0 for all values of a variable.

    Attributes
    ----------
    expression, value
        Polynomials in letters that do not commute.
    variable
        A real symbol.
    exponentials
        Which letters are exponentials, and of what.
    tex
        The LaTeX of the statement, with what it assumes.
    relations
        What is assumed of the letters, or was proved before.
    """

    expression: Any
    value: Any
    variable: Any
    exponentials: tuple[Exponential, ...]
    tex: str
    relations: tuple[Relation, ...] = ()

    def check(self) -> Verdict:
        """Differentiate."""
        return constant(
            self.expression, self.value, self.variable, self.exponentials, self.relations
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.expression.xreplace(table),
            self.value.xreplace(table),
            self.variable.xreplace(table),
            tuple(one.replace(values) for one in self.exponentials),
            self.tex,
            tuple(one.replace(values) for one in self.relations),
        )


@dataclass(frozen=True)
class SlopeAtZero(Stated):
    """The derivative of an expression with exponentials, where all variables are 0.

    Attributes
    ----------
    expression, value
        Polynomials in letters that do not commute.
    variables
        Real symbols: differentiated by one after the other.
    exponentials
        Which letters are exponentials, and of what.
    tex
        The LaTeX of the statement.
    """

    expression: Any
    value: Any
    variables: tuple[Any, ...]
    exponentials: tuple[Exponential, ...]
    tex: str

    def check(self) -> Verdict:
        """Differentiate and compare word by word."""
        return slope_at_zero(self.expression, self.value, self.variables, self.exponentials)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.expression.xreplace(table),
            self.value.xreplace(table),
            tuple(variable.xreplace(table) for variable in self.variables),
            tuple(one.replace(values) for one in self.exponentials),
            self.tex,
        )


@dataclass(frozen=True)
class ExplicitEqual(Stated):
    """Two explicit matrices of any shape are equal.

    Attributes
    ----------
    lhs, rhs
        Matrices.
    tex
        The LaTeX of the statement.
    """

    lhs: Any
    rhs: Any
    tex: str

    def check(self) -> Verdict:
        """Compare entry by entry."""
        return decide(self.lhs, self.rhs, name=self.tex)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        lhs, rhs = (side.xreplace(dict(values)) for side in (self.lhs, self.rhs))
        return type(self)(lhs, rhs, self.tex)


@dataclass(frozen=True)
class ExplicitExponential(Stated):
    """An explicit matrix that depends on a variable is the exponential of its generator.

    Attributes
    ----------
    generator
        A constant square matrix A of any size.
    candidate
        What exp(φA) is claimed to be.
    variable
        The real symbol φ.
    tex
        The LaTeX of the statement.
    """

    generator: Any
    candidate: Any
    variable: Any
    tex: str

    def check(self) -> Verdict:
        """Use the uniqueness of solutions of linear differential equations."""
        return only_solution(self.generator, self.candidate, self.variable)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        parts = (self.generator, self.candidate, self.variable)
        generator, candidate, variable = (part.xreplace(table) for part in parts)
        return type(self)(generator, candidate, variable, self.tex)
