"""Exponential polynomials: finite sums of c·x^a·e^P with Gaussian-rational numbers.

An element is a table from (monomial, exponent) to a coefficient c = a + bi with rational a
and b. A monomial is a product of powers of numbered atoms; an exponent is itself a Laurent
polynomial P over the atoms. Only e^P·e^Q = e^(P+Q) and the laws of a ring are used here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sympy.polys.domains import QQ_I

Gaussian: TypeAlias = Any
"""A Gaussian rational a + bi; SymPy's exact domain elements, which carry no types."""

Monomial: TypeAlias = tuple[tuple[int, int], ...]
"""Atom numbers and their non-zero powers, in increasing order of atoms; () is 1."""

Exponent: TypeAlias = frozenset[tuple[Monomial, Gaussian]]
"""A Laurent polynomial as its set of terms; the empty set is 0, and e^0 = 1."""

Key: TypeAlias = tuple[Monomial, Exponent]

ONE: Gaussian = QQ_I(1, 0)
I_UNIT: Gaussian = QQ_I(0, 1)
NO_EXPONENT: Exponent = frozenset()
PI_ATOM = 0
"""The number of the atom π, wherever atoms are numbered."""


def gaussian(real: Any, imaginary: Any = 0) -> Gaussian:
    """Make the number real + imaginary·i from rationals."""
    return QQ_I(real, imaginary)


def conjugate_number(value: Gaussian) -> Gaussian:
    """Take the complex conjugate of a Gaussian rational."""
    return QQ_I(value.x, -value.y)


def multiply_monomials(left: Monomial, right: Monomial) -> Monomial:
    """Add the powers, atom by atom."""
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted((atom, power) for atom, power in powers.items() if power))


def add_exponents(left: Exponent, right: Exponent) -> Exponent:
    """Add two Laurent polynomials that stand in exponents."""
    if not left or not right:
        return left or right
    terms = dict(left)
    for monomial, value in right:
        terms[monomial] = terms.get(monomial, QQ_I.zero) + value
    return frozenset((monomial, value) for monomial, value in terms.items() if value)


@dataclass(frozen=True, eq=False)
class ExponentialPolynomial:
    """A finite sum of coefficient × monomial × e^exponent, no coefficient being zero."""

    terms: Mapping[Key, Gaussian]

    @classmethod
    def collect(cls, pieces: Iterator[tuple[Key, Gaussian]]) -> ExponentialPolynomial:
        """Add up terms that may repeat a key."""
        table: dict[Key, Gaussian] = {}
        for key, value in pieces:
            table[key] = table.get(key, QQ_I.zero) + value
        return cls({key: value for key, value in table.items() if value})

    @classmethod
    def number(cls, value: Gaussian) -> ExponentialPolynomial:
        """Make a constant."""
        return cls({((), NO_EXPONENT): value} if value else {})

    @classmethod
    def atom(cls, index: int, power: int = 1) -> ExponentialPolynomial:
        """Make a power of one atom."""
        return cls({(((index, power),), NO_EXPONENT): ONE})

    @classmethod
    def exponential(cls, exponent: Exponent) -> ExponentialPolynomial:
        """Make e^exponent."""
        return cls({((), exponent): ONE})

    @property
    def is_zero(self) -> bool:
        """Whether no term is left."""
        return not self.terms

    @property
    def is_one(self) -> bool:
        """Whether it is the constant 1."""
        return dict(self.terms) == {((), NO_EXPONENT): ONE}

    def __add__(self, other: ExponentialPolynomial) -> ExponentialPolynomial:
        """Add term by term."""
        return self.collect(iter((*self.terms.items(), *other.terms.items())))

    def __sub__(self, other: ExponentialPolynomial) -> ExponentialPolynomial:
        """Subtract term by term."""
        return self + other.scale(-ONE)

    def __mul__(self, other: ExponentialPolynomial) -> ExponentialPolynomial:
        """Multiply every term by every term."""
        return self.collect(
            (
                (multiply_monomials(mono, mono2), add_exponents(expo, expo2)),
                value * value2,
            )
            for (mono, expo), value in self.terms.items()
            for (mono2, expo2), value2 in other.terms.items()
        )

    def scale(self, factor: Gaussian) -> ExponentialPolynomial:
        """Multiply by a number."""
        return ExponentialPolynomial(
            {key: value * factor for key, value in self.terms.items()} if factor else {}
        )

    def power(self, count: int) -> ExponentialPolynomial:
        """Multiply `count` ≥ 0 copies."""
        result = self.number(ONE)
        for _ in range(count):
            result = result * self
        return result

    def conjugate(self) -> ExponentialPolynomial:
        """Conjugate every number: right when every atom is real, which the caller checks."""
        return ExponentialPolynomial(
            {
                (mono, frozenset((m, conjugate_number(c)) for m, c in expo)): conjugate_number(
                    v
                )
                for (mono, expo), v in self.terms.items()
            }
        )

    def as_exponent(self) -> Exponent | None:
        """Read as a Laurent polynomial; None when an exponential occurs in it."""
        if any(expo for _, expo in self.terms):
            return None
        return frozenset((mono, value) for (mono, _), value in self.terms.items())

    def atoms(self) -> frozenset[int]:
        """The numbers of all atoms that occur, in monomials and in exponents."""
        return frozenset(
            atom
            for mono, expo in self.terms
            for part in (mono, *(m for m, _ in expo))
            for atom, _ in part
        )
