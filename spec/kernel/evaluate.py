"""Exact values of exponential polynomials at rational points, and when they are zero.

A value is a finite sum of c·π^p·e^r with Gaussian-rational c and r. Distinct r make the e^r
linearly independent over the algebraic numbers (Lindemann and Weierstrass), so a sum with one
power of π throughout is zero only when every c is. When no e^r is left over, it is a polynomial
in the transcendental number π, and the same holds. A mixture is left undecided.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import mpmath

from .polynomial import (
    I_UNIT,
    ONE,
    PI_ATOM,
    ExponentialPolynomial,
    Gaussian,
    Monomial,
    gaussian,
)
from .verdict import KernelError

Point = Mapping[int, Gaussian]
"""The value of every atom but π, by its number."""

DIGITS = 12
"""Significant digits of a decimal that is shown."""


def _product(mono: Monomial, point: Point) -> tuple[Gaussian, int]:
    """Evaluate a monomial: a number and the power of π that is left."""
    value, pi_power = ONE, 0
    for atom, power in mono:
        if atom == PI_ATOM:
            pi_power = power
        else:
            value = value * point[atom] ** power
    return value, pi_power


@dataclass(frozen=True)
class ExactValue:
    """A finite sum of c·π^p·e^r, keyed by (p, r) with r as a pair of rationals."""

    terms: Mapping[tuple[int, tuple[Any, Any]], Gaussian]

    @property
    def is_zero(self) -> bool:
        """Whether it is certainly zero: all coefficients cancel."""
        return not self.terms

    @property
    def is_nonzero(self) -> bool:
        """Whether it is certainly not zero."""
        one_power_of_pi = len({power for power, _ in self.terms}) == 1
        no_exponential = all(exponent == (0, 0) for _, exponent in self.terms)
        return bool(self.terms) and (one_power_of_pi or no_exponential)

    @property
    def is_rational(self) -> bool:
        """Whether it is written as a Gaussian rational."""
        return all(key == (0, (0, 0)) for key in self.terms)

    def decimal(self) -> str:
        """Write the digits that interval arithmetic guarantees, for reading only."""
        context = mpmath.iv
        saved = context.prec
        context.prec = 120
        try:
            total_re, total_im = context.mpf(0), context.mpf(0)
            for (power, (rate, turn)), value in self.terms.items():
                size = _interval(context, 1) * context.pi**power
                size = size * context.exp(_interval(context, rate))
                angle = _interval(context, turn)
                c, s = context.cos(angle), context.sin(angle)
                a, b = _interval(context, value.x), _interval(context, value.y)
                total_re += size * (a * c - b * s)
                total_im += size * (a * s + b * c)
            return _shown(total_re, total_im)
        finally:
            context.prec = saved


def _interval(context: Any, number: Any) -> Any:
    return context.mpf(int(number.numerator)) / context.mpf(int(number.denominator))


def _shown(real: Any, imaginary: Any) -> str:
    parts = [_digits(real)]
    if not _is_point_zero(imaginary):
        parts.append(f"{_digits(imaginary)}i")
    return " + ".join(parts)


def _is_point_zero(interval: Any) -> bool:
    """Whether an interval is 0 or a tiny neighbourhood of it (shown as 0)."""
    return bool(interval.a <= 0 <= interval.b)


def _digits(interval: Any) -> str:
    low = mpmath.nstr(mpmath.mpf(interval.a), DIGITS)
    high = mpmath.nstr(mpmath.mpf(interval.b), DIGITS)
    if _is_point_zero(interval):
        return "0"
    return low if low == high else f"[{low}, {high}]"


def value_at(element: ExponentialPolynomial, point: Point) -> ExactValue:
    """Evaluate at a point, exactly.

    Raises
    ------
    KernelError
        When an angle comes out as a multiple of π other than of π/2.
    """
    table: dict[tuple[int, tuple[Any, Any]], Gaussian] = {}
    for (mono, expo), number in element.terms.items():
        factor, pi_power = _product(mono, point)
        exponent, turn = gaussian(0), ONE
        for part, rate in expo:
            part_value, part_pi = _product(part, point)
            if part_pi == 0:
                exponent = exponent + rate * part_value
            else:
                turn = turn * _turn(rate * part_value, part_pi)
        key = (pi_power, (exponent.x, exponent.y))
        table[key] = table.get(key, gaussian(0)) + number * factor * turn
    return ExactValue({key: value for key, value in table.items() if value})


def _turn(rate: Gaussian, pi_power: int) -> Gaussian:
    """Evaluate e^(rate·π^p) where that is a power of i."""
    if not rate:
        return ONE
    quarters = 2 * rate.y
    if rate.x or pi_power != 1 or quarters.denominator != 1:
        raise KernelError("an angle there is no multiple of π/2")
    return I_UNIT ** (int(quarters) % 4)
