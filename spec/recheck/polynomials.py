"""Laurent polynomials with Gaussian-rational coefficients, as dictionaries.

A monomial is a sorted tuple of (atom, power); a polynomial maps monomials to coefficients; a
coefficient is a pair of fractions, real and imaginary part.
"""

from __future__ import annotations

from fractions import Fraction

Gaussian = tuple[Fraction, Fraction]
Monomial = tuple[tuple[str, int], ...]
Polynomial = dict[Monomial, Gaussian]

ZERO: Gaussian = (Fraction(0), Fraction(0))
ONE: Gaussian = (Fraction(1), Fraction(0))
I_UNIT: Gaussian = (Fraction(0), Fraction(1))


def times(a: Gaussian, b: Gaussian) -> Gaussian:
    """Multiply complex numbers."""
    return a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]


def plus(a: Gaussian, b: Gaussian) -> Gaussian:
    """Add complex numbers."""
    return a[0] + b[0], a[1] + b[1]


def conjugate(a: Gaussian) -> Gaussian:
    """Change the sign of the imaginary part."""
    return a[0], -a[1]


def inverse(a: Gaussian) -> Gaussian:
    """Take the reciprocal.

    Raises
    ------
    ZeroDivisionError
        For zero.
    """
    size = a[0] * a[0] + a[1] * a[1]
    return a[0] / size, -a[1] / size


def power(a: Gaussian, exponent: int) -> Gaussian:
    """Raise to a whole power, negative ones included."""
    if exponent < 0:
        return power(inverse(a), -exponent)
    result = ONE
    while exponent:
        if exponent & 1:
            result = times(result, a)
        a, exponent = times(a, a), exponent >> 1
    return result


def constant(value: Gaussian) -> Polynomial:
    """Make the polynomial of degree 0."""
    return {(): value} if value != ZERO else {}


def add(p: Polynomial, q: Polynomial) -> Polynomial:
    """Add polynomials."""
    total = dict(p)
    for monomial, value in q.items():
        total[monomial] = plus(total.get(monomial, ZERO), value)
    return {monomial: value for monomial, value in total.items() if value != ZERO}


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    """Multiply polynomials."""
    total: Polynomial = {}
    for left, a in p.items():
        for right, b in q.items():
            powers = dict(left)
            for atom, exponent in right:
                powers[atom] = powers.get(atom, 0) + exponent
            monomial = tuple(sorted((atom, n) for atom, n in powers.items() if n))
            total[monomial] = plus(total.get(monomial, ZERO), times(a, b))
    return {monomial: value for monomial, value in total.items() if value != ZERO}


def raised(p: Polynomial, exponent: int) -> Polynomial:
    """Raise to a whole power; a negative one needs a polynomial of one term.

    Raises
    ------
    ZeroDivisionError
        For a negative power of a polynomial of several terms, or of zero.
    """
    if exponent < 0:
        if len(p) != 1:
            raise ZeroDivisionError
        ((monomial, value),) = p.items()
        p = {tuple((atom, -n) for atom, n in monomial): inverse(value)}
    result = constant(ONE)
    for _ in range(abs(exponent)):
        result = multiply(result, p)
    return result
