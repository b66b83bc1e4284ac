"""Evaluate both sides of an equation at one random point, and bound the chance of an accident.

A side is a quotient of polynomials in the random numbers. By the lemma of Schwartz and Zippel a
non-zero polynomial of degree D vanishes at a point drawn from N numbers for each variable with
a probability of at most D/N.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from .exponents import Exponents
from .polynomials import (
    I_UNIT,
    ONE,
    ZERO,
    Gaussian,
    Monomial,
    Polynomial,
    conjugate,
    inverse,
    plus,
    power,
    times,
)
from .trees import RefusedError, Tree, number_of, walk, whole_exponent

RANGE_BITS = 192
"""Every random number is drawn from 1 … 2**192."""

_HALF: Gaussian = (Fraction(1, 2), Fraction(0))


@dataclass(frozen=True)
class Value:
    """A value at the point, with bounds for the degrees of its numerator and denominator."""

    at: Gaussian
    top: int = 0
    bottom: int = 0

    def __add__(self, other: Value) -> Value:
        """Add quotients."""
        top = max(self.top + other.bottom, other.top + self.bottom)
        return Value(plus(self.at, other.at), top, self.bottom + other.bottom)

    def __mul__(self, other: Value) -> Value:
        """Multiply quotients."""
        return Value(times(self.at, other.at), self.top + other.top, self.bottom + other.bottom)

    def raised(self, exponent: int) -> Value:
        """Raise to a whole power.

        Raises
        ------
        ZeroDivisionError
            For a negative power of zero.
        """
        top, bottom = (self.top, self.bottom) if exponent >= 0 else (self.bottom, self.top)
        size = abs(exponent)
        return Value(power(self.at, exponent), top * size, bottom * size)

    def conjugated(self) -> Value:
        """Conjugate: the point's numbers are real, its angles on the circle."""
        return Value(conjugate(self.at), self.top, self.bottom)


@dataclass
class Point:
    """One random point; its numbers are drawn when they are first asked for."""

    exponents: Exponents
    random: Random
    nonzero: list[Tree] = field(default_factory=list)
    _drawn: dict[tuple[str, Monomial | str], Value] = field(default_factory=dict)

    def value(self, tree: Tree) -> Value:
        """Evaluate an expression.

        Raises
        ------
        RefusedError
            When it is outside the language, or divides by what may be zero.
        ZeroDivisionError
            When something that divides happens to be zero at this point.
        """
        return _RULES[tree[0]](self, tree)

    def number(self, _: str, key: Monomial | str) -> Value:
        """Draw a whole number."""
        return self._once("number", key, lambda n: Value((Fraction(n), Fraction(0)), 1))

    def power_of_e(self, exponent: Polynomial) -> Value:
        """Evaluate e^exponent."""
        total = Value(ONE)
        for factor in self.exponents.factors(exponent):
            if len(factor) == 2:
                total *= Value(factor[1])
                continue
            kind, monomial, count = factor
            draw = _on_circle if kind == "circle" else _positive
            total *= self._once(kind, monomial, draw).raised(count)
        return total

    def _once(self, kind: str, key: Monomial | str, draw: Callable[[int], Value]) -> Value:
        if (kind, key) not in self._drawn:
            self._drawn[kind, key] = draw(self.random.randint(1, 2**RANGE_BITS))
        return self._drawn[kind, key]

    def may_divide(self, tree: Tree, value: Value) -> bool:
        """Whether an expression is known not to be zero: by its parts, or by declaration."""
        atoms = self.exponents.atoms
        if tree[0] in ("exp", "pi", "i", "e"):
            return True
        if tree[0] == "number":
            return number_of(tree) != 0
        if tree[0] == "atom" and (atoms[tree[1]].nonzero or atoms[tree[1]].positive):
            return True
        if tree[0] == "pow" and self.may_divide(tree[1], self.value(tree[1])):
            return True
        if tree[0] == "mul" and all(self.may_divide(p, self.value(p)) for p in tree[1:]):
            return True
        return any(self.value(one).at == value.at for one in self.nonzero)

    def require_real(self, tree: Tree) -> None:
        """Refuse to conjugate what is not declared real."""
        for part in walk(tree):
            if part[0] == "atom" and not self.exponents.atoms[part[1]].real:
                raise RefusedError(f"{part[1]} is conjugated and is not declared real")


def _on_circle(t: int) -> Value:
    """Return ((1 - t²) + 2ti) / (1 + t²), a rational point of the circle."""
    size = 1 + t * t
    return Value((Fraction(1 - t * t, size), Fraction(2 * t, size)), 2, 2)


def _positive(t: int) -> Value:
    return Value((Fraction(t), Fraction(0)), 1)


def _number(_: Point, tree: Tree) -> Value:
    return Value((number_of(tree), Fraction(0)))


def _atom(point: Point, tree: Tree) -> Value:
    if tree[1] in point.exponents.bases:
        return point.power_of_e(point.exponents.of_atom(tree[1]))
    return point.number("atom", tree[1])


def _add(point: Point, tree: Tree) -> Value:
    total = Value(ZERO)
    for part in tree[1:]:
        total += point.value(part)
    return total


def _mul(point: Point, tree: Tree) -> Value:
    total = Value(ONE)
    for part in tree[1:]:
        total *= point.value(part)
    return total


def _pow(point: Point, tree: Tree) -> Value:
    exponent = whole_exponent(tree)
    if exponent is None:
        return point.power_of_e(point.exponents.of_power(tree))
    value = point.value(tree[1])
    if exponent < 0 and not point.may_divide(tree[1], value):
        raise RefusedError(f"{tree[1]!r} divides and is not declared to be non-zero")
    return value.raised(exponent)


def _exp(point: Point, tree: Tree) -> Value:
    return point.power_of_e(point.exponents.polynomial(tree[1]))


def _turned(point: Point, tree: Tree) -> tuple[Value, Value]:
    """Return e^(ia) and e^(-ia)."""
    angle = point.exponents.polynomial(tree[1])
    if any(value[1] for value in angle.values()):
        raise RefusedError(f"the angle {tree[1]!r} is not real")
    up = point.power_of_e({key: times(value, I_UNIT) for key, value in angle.items()})
    down = Value(inverse(up.at), up.bottom, up.top)
    return up, down


def _cos(point: Point, tree: Tree) -> Value:
    up, down = _turned(point, tree)
    return (up + down) * Value(_HALF)


def _sin(point: Point, tree: Tree) -> Value:
    up, down = _turned(point, tree)
    return (up + down * Value((Fraction(-1), Fraction(0)))) * Value(
        times(_HALF, inverse(I_UNIT))
    )


def _conjugate(point: Point, tree: Tree) -> Value:
    point.require_real(tree[1])
    return point.value(tree[1]).conjugated()


def _re(point: Point, tree: Tree) -> Value:
    return (point.value(tree[1]) + _conjugate(point, tree)) * Value(_HALF)


def _im(point: Point, tree: Tree) -> Value:
    minus = _conjugate(point, tree) * Value((Fraction(-1), Fraction(0)))
    return (point.value(tree[1]) + minus) * Value(times(_HALF, inverse(I_UNIT)))


def _log(point: Point, tree: Tree) -> Value:
    ((monomial, _),) = point.exponents.polynomial(tree).items()
    return point.number("log", monomial[0][0])


_RULES: dict[str, Callable[[Point, Tree], Value]] = {
    "number": _number,
    "i": lambda _point, _tree: Value(I_UNIT),
    "pi": lambda point, _tree: point.number("pi", "pi"),
    "e": lambda point, _tree: point.power_of_e({(): ONE}),
    "atom": _atom,
    "add": _add,
    "mul": _mul,
    "pow": _pow,
    "exp": _exp,
    "cos": _cos,
    "sin": _sin,
    "log": _log,
    "conjugate": _conjugate,
    "re": _re,
    "im": _im,
}
