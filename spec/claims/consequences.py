"""Claims of what follows from equations that are assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import sympy as sp

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.consequence import Table, Use, follows
from ropespec.spec.kernel.matrix_slopes import differentiated
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.recurrence import only_sequence

from .base import Stated


@dataclass(frozen=True)
class Follows(Stated):
    """An equation follows from hypotheses.

    Attributes
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    uses
        The instances of hypotheses that give it, with their factors.
    tex
        The LaTeX of the implication.
    scale
        What both sides are multiplied with in the combination; not zero.
    model
        For an altered statement: values for which every hypothesis holds.
    """

    lhs: Any
    rhs: Any
    uses: tuple[Use, ...]
    tex: str
    scale: Any = sp.S.One
    model: Table = ()

    def check(self) -> Verdict:
        """Check the combination, or the model."""
        return follows(self.lhs, self.rhs, self.uses, scale=self.scale, model=self.model)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.lhs.xreplace(table),
            self.rhs.xreplace(table),
            tuple(use.replace(values) for use in self.uses),
            self.tex,
            self.scale.xreplace(table),
            tuple((name.xreplace(table), value.xreplace(table)) for name, value in self.model),
        )


@dataclass(frozen=True)
class OnlySequence(Stated):
    """The candidate is the only sequence over the integers with a start and a recurrence.

    Attributes
    ----------
    factor, inverse
        What takes a member to the next one, and back.
    start
        The member at 0.
    candidate
        A formula in the variable.
    variable
        An integer symbol.
    tex
        The LaTeX of the statement.
    """

    factor: Any
    inverse: Any
    start: Any
    candidate: Any
    variable: Any
    tex: str

    def check(self) -> Verdict:
        """Use induction upwards and downwards."""
        return only_sequence(
            self.factor, self.inverse, self.start, self.candidate, self.variable
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.factor.xreplace(table),
            self.inverse.xreplace(table),
            self.start.xreplace(table),
            self.candidate.xreplace(table),
            self.variable.xreplace(table),
            self.tex,
        )


@dataclass(frozen=True)
class Differentiated(Stated):
    """An equation between matrices of every size, differentiated by a variable.

    Attributes
    ----------
    equation
        The two sides of what holds for all values of the variable.
    slopes, there
        Letters with their derivatives, and their names at the value that is meant.
    lhs, rhs
        What comes out.
    tex
        The LaTeX of the statement.
    """

    equation: tuple[Any, Any]
    slopes: Table
    there: Table
    lhs: Any
    rhs: Any
    tex: str

    def check(self) -> Verdict:
        """Use the product rule."""
        return differentiated(self.equation, self.slopes, self.there, self.lhs, self.rhs)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        first, second = (side.xreplace(table) for side in self.equation)
        slopes, there = (
            tuple((name.xreplace(table), value.xreplace(table)) for name, value in pairs)
            for pairs in (self.slopes, self.there)
        )
        sides = (self.lhs.xreplace(table), self.rhs.xreplace(table))
        return type(self)((first, second), slopes, there, *sides, self.tex)
