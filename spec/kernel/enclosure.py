r"""Rational interval arithmetic: enclosures of exact expressions, with exp, cos and sin.

An enclosure is an interval with rational ends that holds every value of an expression, while
its symbols run through rational intervals. Sums, products, quotients and whole powers follow
the ends. The functions come from their Taylor polynomials:

- $e^x$ for $0 \le x \le 1$ lies between $\sum_{k<n} x^k/k!$ and that plus $2x^n/n!$, and
  $e^x=(e^{x/2})^2$, $e^{-x}=1/e^x$; the exponential grows, so the ends of x give the ends.
- $|\cos x - \sum_{k<n} (-1)^k x^{2k}/(2k)!| \le |x|^{2n}/(2n)!$, and the like for the sine:
  Taylor's remainder with derivatives of at most 1. Over an interval both change by at most
  the distance from its middle.

Cited: Taylor's theorem. Nothing here is floating point.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import sympy as sp

from .quotient import Expr
from .verdict import KernelError

TERMS = 12
"""Terms of the Taylor polynomials."""


@dataclass(frozen=True)
class Interval:
    """All real numbers from `low` to `high`.

    Attributes
    ----------
    low, high
        Rational ends, low at most high.
    """

    low: Fraction
    high: Fraction

    def __add__(self, other: Interval) -> Interval:
        """Add."""
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other: Interval) -> Interval:
        """Multiply: the ends of the product are products of ends."""
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def inverse(self) -> Interval:
        """Take the reciprocal of an interval without 0.

        Raises
        ------
        KernelError
            When 0 lies in it.
        """
        if self.low <= 0 <= self.high:
            raise KernelError(f"a divisor may be zero: it lies in [{self.low}, {self.high}]")
        return Interval(1 / self.high, 1 / self.low)

    def power(self, count: int) -> Interval:
        """Take a whole power."""
        if count < 0:
            return self.inverse().power(-count)
        if count % 2 == 0 and self.low < 0:
            size = max(-self.low, self.high)
            least = Fraction(0) if self.high >= 0 else -self.high
            return Interval(least**count, size**count)
        return Interval(self.low**count, self.high**count)


def point(value: Fraction | int) -> Interval:
    """Make the interval of one number."""
    return Interval(Fraction(value), Fraction(value))


def enclose(expression: Expr, values: Mapping[Expr, Interval]) -> Interval:
    """Enclose an expression.

    Parameters
    ----------
    expression
        Rational numbers, symbols, +, ·, whole powers, exp, cos, sin.
    values
        An interval for each symbol.

    Returns
    -------
    Interval
        It holds every value that the expression takes.

    Raises
    ------
    KernelError
        For anything else in the expression, or where a divisor may be zero.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.enclosure import enclose
    >>> third = enclose(sp.Rational(1, 3) ** 2, {})
    >>> third.low, third.high
    (Fraction(1, 9), Fraction(1, 9))
    """
    if expression in values:
        return values[expression]
    if isinstance(expression, sp.Rational):
        return point(Fraction(int(expression.p), int(expression.q)))
    if expression is sp.E:
        return _exponential(point(1))
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return enclose(expression.base, values).power(int(expression.exp))
    rule = next((rule for kind, rule in _RULES if isinstance(expression, kind)), None)
    if rule is not None:
        return rule([enclose(part, values) for part in expression.args])
    raise KernelError(f"{expression} cannot be enclosed: no value, or no known function")


def _sum(parts: list[Interval]) -> Interval:
    return reduce(Interval.__add__, parts)


def _product(parts: list[Interval]) -> Interval:
    return reduce(Interval.__mul__, parts)


def _exponential(argument: Interval) -> Interval:
    return Interval(_exp_ends(argument.low)[0], _exp_ends(argument.high)[1])


def _exp_ends(x: Fraction) -> tuple[Fraction, Fraction]:
    """Rational numbers below and above e^x."""
    if x < 0:
        low, high = _exp_ends(-x)
        return 1 / high, 1 / low
    if x > 1:
        low, high = _exp_ends(x / 2)
        return low**2, high**2
    total, term = Fraction(0), Fraction(1)
    for k in range(TERMS):
        total += term
        term *= x / (k + 1)
    return total, total + 2 * term


def _cosine(argument: Interval) -> Interval:
    return _wave(argument, 0)


def _sine(argument: Interval) -> Interval:
    return _wave(argument, 1)


def _wave(argument: Interval, first: int) -> Interval:
    """Cosine (first = 0) or sine (first = 1): the Taylor polynomial at the middle."""
    middle = (argument.low + argument.high) / 2
    total, term = Fraction(0), middle**first
    for k in range(first, 2 * TERMS + first, 2):
        total += term
        term *= -(middle**2) / ((k + 1) * (k + 2))
    reach = abs(term) + (argument.high - argument.low) / 2
    return Interval(max(total - reach, Fraction(-1)), min(total + reach, Fraction(1)))


_RULES: tuple[tuple[type, Callable[[list[Interval]], Interval]], ...] = (
    (sp.Add, _sum),
    (sp.Mul, _product),
    (sp.exp, lambda parts: _exponential(parts[0])),
    (sp.cos, lambda parts: _cosine(parts[0])),
    (sp.sin, lambda parts: _sine(parts[0])),
)
