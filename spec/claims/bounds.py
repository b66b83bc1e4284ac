"""Claims of inequality: certificates of sign, rounding errors, integers in formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.growth import exponential_within
from ropespec.spec.kernel.nonnegative import at_most
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses, every_product, every_sum, within
from ropespec.spec.kernel.significands import holds_up_to, leaves_out, rounds_to
from ropespec.spec.kernel.slopes import nonnegative_from

from .base import Stated
from .identities import Values


def _replaced(items: tuple[Any, ...], table: Mapping[Expr, Expr]) -> tuple[Any, ...]:
    return tuple(None if item is None else item.xreplace(dict(table)) for item in items)


def _replaced_pairs(pairs: Values, table: Mapping[Expr, Expr]) -> Values:
    return tuple((a.xreplace(dict(table)), b.xreplace(dict(table))) for a, b in pairs)


@dataclass(frozen=True)
class AtMost(Stated):
    """One expression is at most another.

    Attributes
    ----------
    lhs, rhs
        The two sides.
    tex
        The LaTeX of the statement, hypotheses included.
    certificate
        What rhs - lhs is, in a form that cannot be negative; None lets the rule look for it.
    given, positive
        Hypotheses: expressions that are not negative, and that are positive.
    prefer
        Values that a witness against it should take.
    """

    lhs: Any
    rhs: Any
    tex: str
    certificate: Any = None
    given: tuple[Any, ...] = ()
    positive: tuple[Any, ...] = ()
    prefer: Values = ()

    def check(self) -> Verdict:
        """Use a certificate of sign."""
        return at_most(
            self.lhs,
            self.rhs,
            certificate=self.certificate,
            given=self.given,
            positive=self.positive,
            prefer=dict(self.prefer),
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        lhs, rhs, certificate = _replaced((self.lhs, self.rhs, self.certificate), values)
        return type(self)(
            lhs,
            rhs,
            self.tex,
            certificate,
            _replaced(self.given, values),
            _replaced(self.positive, values),
            _replaced_pairs(self.prefer, values),
        )


@dataclass(frozen=True)
class NonnegativeFrom(Stated):
    """A function of one variable is not negative from a point on.

    Attributes
    ----------
    function, variable
        The function and its variable.
    order
        How many derivatives the proof takes.
    certificate
        What the last derivative is; None for rational interval arithmetic.
    tex
        The LaTeX of the statement.
    start, end
        The interval; no end when None.
    """

    function: Any
    variable: Any
    order: int
    certificate: Any
    tex: str
    start: Any
    end: Any = None

    def check(self) -> Verdict:
        """Use the sign of a derivative."""
        return nonnegative_from(
            self.function,
            self.variable,
            self.start,
            self.end,
            order=self.order,
            certificate=self.certificate,
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        function, variable, certificate = _replaced(
            (self.function, self.variable, self.certificate), values
        )
        return type(self)(
            function, variable, self.order, certificate, self.tex, self.start, self.end
        )


@dataclass(frozen=True)
class ExponentialWithin(Stated):
    """The exponential of a small number is near 1: |e^w - 1| ≤ bound for all |w| ≤ size."""

    size: Any
    bound: Any
    tex: str

    def check(self) -> Verdict:
        """Use the growth of the exponential."""
        return exponential_within(self.size, self.bound)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        size, bound = _replaced((self.size, self.bound), values)
        return type(self)(size, bound, self.tex)


@dataclass(frozen=True)
class Within(Stated):
    """A computed value is within a bound of the exact one.

    Attributes
    ----------
    computed, exact
        Polynomials in the data and the errors, or quotients of such.
    sizes
        For each signed quantity a bound of its absolute value.
    bound
        The bound.
    tex
        The LaTeX of the statement.
    hypotheses
        Further assumptions, the certificate, and values for a witness.
    """

    computed: Any
    exact: Any
    sizes: Values
    bound: Any
    tex: str
    hypotheses: Hypotheses = Hypotheses()  # noqa: RUF009 - it is frozen

    def check(self) -> Verdict:
        """Use the error calculus."""
        return within(self.computed, self.exact, dict(self.sizes), self.bound, self.hypotheses)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        computed, exact, bound = _replaced((self.computed, self.exact, self.bound), values)
        sizes = _replaced_pairs(self.sizes, values)
        hypotheses = self.hypotheses.replace(values)
        return type(self)(computed, exact, sizes, bound, self.tex, hypotheses)


@dataclass(frozen=True)
class EverySum(Stated):
    """A bound of the generic summand carries over to sums of every length."""

    summand: Within
    tex: str

    def check(self) -> Verdict:
        """Use the error calculus and induction over the summands."""
        return every_sum(self.summand.check())

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(self.summand.replace(values), self.tex)


@dataclass(frozen=True)
class EveryProduct(Stated):
    """A product of any number of factors 1 + δ and 1/(1 + δ) is within a bound of 1."""

    bound: Any
    count: Any
    unit: Any
    tex: str

    def check(self) -> Verdict:
        """Use the error calculus and induction over the factors."""
        return every_product(self.bound, self.count, self.unit)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        bound, count, unit = _replaced((self.bound, self.count, self.unit), values)
        return type(self)(bound, count, unit, self.tex)


@dataclass(frozen=True)
class HoldsIntegers(Stated):
    """A format of precision p holds every integer up to a limit, for every p."""

    limit: Any
    precision: Any
    tex: str

    def check(self) -> Verdict:
        """Use the form of significands."""
        return holds_up_to(self.limit, self.precision)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        limit, precision = _replaced((self.limit, self.precision), values)
        return type(self)(limit, precision, self.tex)


@dataclass(frozen=True)
class LeavesOut(Stated):
    """A format of precision p does not hold an integer, for every p."""

    number: Any
    precision: Any
    tex: str

    def check(self) -> Verdict:
        """Use the form of significands."""
        return leaves_out(self.number, self.precision)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        number, precision = _replaced((self.number, self.precision), values)
        return type(self)(number, precision, self.tex)


@dataclass(frozen=True)
class RoundsTo:
    """A format rounds integers to given ones.

    Attributes
    ----------
    format
        Its name.
    precision
        Its precision p.
    number, result
        The integer and what it is rounded to.
    """

    format: str
    precision: int
    number: int
    result: int

    def check(self) -> Verdict:
        """Round exactly."""
        return rounds_to(self.number, self.precision, self.result)

    def latex(self) -> str:
        """Write the rounding."""
        return (
            f"\\operatorname{{fl}}_{{\\text{{{self.format}}}}}({self.number}) = {self.result}"
        )

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Return itself: it holds no symbol."""
        _ = values
        return self
