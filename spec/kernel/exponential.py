r"""The normal form of trigonometric expressions, which decides their equality.

An expression built from numbers, π, atoms (symbols, entries $x_{2i}$, values $f(t)$ of
unknown functions), $+$, $\cdot$, whole powers, $\cos$, $\sin$, $\exp$, conjugate, real and
imaginary part is rewritten with $\cos a = (e^{ia}+e^{-ia})/2$ as a quotient of exponential
polynomials $\sum_j c_j\,x^{a_j}\,e^{P_j}$ with Gaussian-rational $c_j$ and polynomials $P_j$.

*Sound*: the rewriting uses the ring laws, $e^Pe^Q=e^{P+Q}$, $e^{i\pi/2}=i$ and
$e^{2\pi i n}=1$ for integer $n$. If all coefficients of a difference cancel, it is zero.

*Complete* (π aside): let some coefficient survive. Collect by exponent, so that the $P_j$ are
distinct polynomials with rational coefficients and each has a non-zero polynomial factor.
Finitely many non-zero polynomials (these factors, and the differences $P_j-P_k$) have a
common rational point where none vanishes. There the sum is $\sum_j c_j e^{r_j}$ with distinct
algebraic $r_j$ and algebraic $c_j \ne 0$, which is not zero by the theorem of Lindemann and
Weierstrass. So a false identity always has an exact witness at a rational point.

Every atom must be declared to be a number (`complex=True` or stronger); under cos, sin, exp,
conjugate, re and im it must be declared `real=True`; a denominator must be declared non-zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import sympy as sp

from .polynomial import (
    I_UNIT,
    ONE,
    PI_ATOM,
    Exponent,
    ExponentialPolynomial,
    Gaussian,
    Key,
    Monomial,
    gaussian,
)
from .quotient import Expr, Quotient, whole
from .reading import RULES, UNIT_TURNS
from .verdict import KernelError


class Reader:
    r"""Reads expressions over one common set of atoms.

    Parameters
    ----------
    expressions
        Everything that will be read; a symbol b that carries a symbolic exponent somewhere
        (as in $b^{-2i/d}$) is read as $e^{\log b}$ everywhere.
    nonzero
        Expressions that are declared not to be zero.
    """

    def __init__(self, expressions: Iterable[Expr], nonzero: Iterable[Expr] = ()) -> None:
        self.atoms: list[Expr] = [sp.pi]
        self._numbers: dict[Expr, int] = {sp.pi: PI_ATOM}
        self._bases = {
            power.base
            for expression in expressions
            for power in expression.atoms(sp.Pow)
            if not power.exp.is_Integer and power.base not in UNIT_TURNS
        }
        self._nonzero_expressions = tuple(nonzero)

    @cached_property
    def _nonzero(self) -> list[ExponentialPolynomial]:
        return [self.canonical(self.read(item).num) for item in self._nonzero_expressions]

    def read(self, expression: Expr) -> Quotient:
        """Bring an expression into normal form.

        Raises
        ------
        KernelError
            When it holds something outside the language, or an atom lacks a declaration.
        """
        for kind, rule in RULES:
            if isinstance(expression, kind):
                return rule(self, expression)
        raise KernelError(
            f"{expression} is outside exponential polynomials: it is built with "
            f"{type(expression).__name__}"
        )

    def difference(
        self, lhs: Expr, rhs: Expr
    ) -> tuple[ExponentialPolynomial, Quotient, Quotient]:
        """Return the canonical numerator of lhs - rhs, which is zero when they are equal."""
        left, right = self.read(lhs), self.read(rhs)
        return self.canonical(left.num * right.den - right.num * left.den), left, right

    def canonical(self, value: ExponentialPolynomial) -> ExponentialPolynomial:
        """Reduce whole turns and quarter turns in the exponents."""
        return ExponentialPolynomial.collect(
            self._reduced(key, number) for key, number in value.terms.items()
        )

    def _reduced(self, key: Key, number: Gaussian) -> tuple[Key, Gaussian]:
        mono, expo = key
        kept: list[tuple[Monomial, Gaussian]] = []
        for part, turns in expo:
            rest = tuple(item for item in part if item[0] != PI_ATOM)
            half_turns = turns
            if (PI_ATOM, 1) in part and not turns.x and self._whole(rest):
                half_turns = gaussian(0, _modulo_two(turns.y))
                if not rest:
                    quarters = 2 * half_turns.y
                    if quarters.denominator != 1:
                        raise KernelError(
                            f"e^(i·{half_turns.y}·π): only multiples of π/2 are known"
                        )
                    number = number * I_UNIT ** int(quarters)
                    half_turns = gaussian(0)
            if half_turns:
                kept.append((part, half_turns))
        return (mono, frozenset(kept)), number

    def _whole(self, mono: Monomial) -> bool:
        """Whether a product of powers takes whole values only."""
        return all(power > 0 and self.atoms[atom].is_integer for atom, power in mono)

    def number_of(self, atom: Expr) -> int:
        """Number an atom, after a check that it is declared to be a number."""
        if atom not in self._numbers:
            if atom.is_complex is not True or atom.is_commutative is not True:
                raise KernelError(f"{atom} is not declared: real=True is needed")
            self._numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
        return self._numbers[atom]

    def require_real(self, value: ExponentialPolynomial, where: str) -> None:
        """Refuse when an atom that has to be real is not declared so."""
        for index in sorted(value.atoms()):
            if self.atoms[index].is_real is not True:
                raise KernelError(f"{self.atoms[index]} stands under {where}: needs real=True")

    def exponent(self, argument: Expr, where: str) -> Exponent:
        """Read the argument of exp, cos or sin: a Laurent polynomial in real atoms."""
        value = self.read(argument)
        self.require_real(value.num, where)
        exponent = value.num.as_exponent()
        if exponent is None or not value.den.is_one:
            raise KernelError(f"the argument {argument} of {where} is no polynomial")
        return exponent

    def turned(
        self, argument: Expr, where: str
    ) -> tuple[ExponentialPolynomial, ExponentialPolynomial]:
        """Read e^{ia} and e^{-ia} for a real angle a."""
        exponent = self.exponent(argument, where)
        if any(value.y for _, value in exponent):
            raise KernelError(f"the angle {argument} of {where} is not real")
        up = frozenset((mono, value * I_UNIT) for mono, value in exponent)
        down = frozenset((mono, -value * I_UNIT) for mono, value in exponent)
        return ExponentialPolynomial.exponential(up), ExponentialPolynomial.exponential(down)

    def inverse(self, value: Quotient, shown: Expr) -> Quotient:
        """Take the reciprocal of something that is declared not to be zero."""
        num = self.canonical(value.num)
        if num.is_zero:
            raise KernelError(f"{shown} is zero and divides")
        if len(num.terms) == 1:
            ((mono, expo), number) = next(iter(num.terms.items()))
            for atom, _ in mono:
                if self.atoms[atom].is_zero is not False and not self._declared(atom):
                    raise KernelError(f"{self.atoms[atom]} divides: needs nonzero=True")
            flipped = tuple((atom, -power) for atom, power in mono)
            key = (flipped, frozenset((m, -c) for m, c in expo))
            return whole(ExponentialPolynomial({key: ONE / number}) * value.den)
        if any(dict(item.terms) == dict(num.terms) for item in self._nonzero):
            return Quotient(value.den, value.num)
        raise KernelError(f"{shown} divides: declare that it is not zero")

    def _declared(self, atom: int) -> bool:
        return self.atoms[atom] in self._nonzero_expressions

    def is_base(self, symbol: Expr) -> bool:
        """Whether a symbol is read as e^(its logarithm)."""
        return symbol in self._bases


def _modulo_two(number: Any) -> Any:
    """Bring a rational into [0, 2)."""
    over, under = int(number.numerator), int(number.denominator)
    return sp.QQ(over % (2 * under), under)
