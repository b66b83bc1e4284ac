"""Quotients of exponential polynomials."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from .polynomial import ONE, ExponentialPolynomial

Expr: TypeAlias = Any
"""A SymPy expression; SymPy carries no types."""


@dataclass(frozen=True, eq=False)
class Quotient:
    """A numerator over a denominator that is known not to be zero."""

    num: ExponentialPolynomial
    den: ExponentialPolynomial

    def __add__(self, other: Quotient) -> Quotient:
        """Add fractions."""
        if self.den.is_one and other.den.is_one:
            return Quotient(self.num + other.num, self.den)
        return Quotient(self.num * other.den + other.num * self.den, self.den * other.den)

    def __mul__(self, other: Quotient) -> Quotient:
        """Multiply fractions."""
        return Quotient(self.num * other.num, self.den * other.den)


def whole(num: ExponentialPolynomial) -> Quotient:
    """Make a quotient with denominator 1."""
    return Quotient(num, ExponentialPolynomial.number(ONE))
