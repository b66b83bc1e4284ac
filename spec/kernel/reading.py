"""How each kind of SymPy expression is read: one small function for each kind, and a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .polynomial import I_UNIT, ONE, PI_ATOM, ExponentialPolynomial, gaussian
from .quotient import Expr, Quotient, whole
from .verdict import KernelError

if TYPE_CHECKING:
    from .exponential import Reader

HALF = gaussian(sp.QQ(1, 2))


def _atom(reader: Reader, atom: Expr) -> Quotient:
    if reader.is_base(atom):
        return _power_of_base(reader, atom, sp.Integer(1))
    return whole(ExponentialPolynomial.atom(reader.number_of(atom)))


def _power_of_base(reader: Reader, base: Expr, exponent: Expr) -> Quotient:
    """Read b^e for a positive symbol b as e^(e·log b)."""
    if not isinstance(base, sp.Symbol) or base.is_positive is not True:
        raise KernelError(f"{base} carries the exponent {exponent}: needs positive=True")
    return whole(
        ExponentialPolynomial.exponential(reader.exponent(exponent * sp.log(base), "a power"))
    )


def _logarithm(reader: Reader, logarithm: Expr) -> Quotient:
    (base,) = logarithm.args
    if not reader.is_base(base):
        raise KernelError(f"{logarithm} is known only for a base that carries exponents")
    return whole(ExponentialPolynomial.atom(reader.number_of(logarithm)))


def _rational(_: Reader, number: Expr) -> Quotient:
    return whole(ExponentialPolynomial.number(gaussian(sp.QQ(int(number.p), int(number.q)))))


def _unit(_: Reader, __: Expr) -> Quotient:
    return whole(ExponentialPolynomial.number(I_UNIT))


def _pi(_: Reader, __: Expr) -> Quotient:
    return whole(ExponentialPolynomial.atom(PI_ATOM))


def _euler(reader: Reader, _: Expr) -> Quotient:
    return whole(ExponentialPolynomial.exponential(reader.exponent(sp.Integer(1), "exp")))


def _add(reader: Reader, total: Expr) -> Quotient:
    parts = [reader.read(part) for part in total.args]
    return _fold(parts, whole(ExponentialPolynomial.number(gaussian(0))), Quotient.__add__)


def _mul(reader: Reader, product: Expr) -> Quotient:
    parts = [reader.read(part) for part in product.args]
    return _fold(parts, whole(ExponentialPolynomial.number(ONE)), Quotient.__mul__)


def _fold(
    parts: Iterable[Quotient], start: Quotient, join: Callable[[Quotient, Quotient], Quotient]
) -> Quotient:
    for part in parts:
        start = join(start, part)
    return start


def _pow(reader: Reader, power: Expr) -> Quotient:
    base, exponent = power.base, power.exp
    if base in UNIT_TURNS and exponent.is_integer and not exponent.is_Integer:
        turn = reader.exponent(sp.I * UNIT_TURNS[base] * exponent, "a power")
        return whole(ExponentialPolynomial.exponential(turn))
    if not exponent.is_Integer or reader.is_base(base):
        return _power_of_base(reader, base, exponent)
    value = reader.read(base)
    if exponent < 0:
        value, exponent = reader.inverse(value, base), -exponent
    return Quotient(value.num.power(int(exponent)), value.den.power(int(exponent)))


def _exp(reader: Reader, call: Expr) -> Quotient:
    return whole(ExponentialPolynomial.exponential(reader.exponent(call.args[0], "exp")))


def _cos(reader: Reader, call: Expr) -> Quotient:
    up, down = reader.turned(call.args[0], "cos")
    return whole((up + down).scale(HALF))


def _sin(reader: Reader, call: Expr) -> Quotient:
    up, down = reader.turned(call.args[0], "sin")
    return whole((up - down).scale(-I_UNIT * HALF))


def _conjugate(reader: Reader, call: Expr) -> Quotient:
    value = reader.read(call.args[0])
    for part in (value.num, value.den):
        reader.require_real(part, "conjugate")
    return Quotient(value.num.conjugate(), value.den.conjugate())


def _real_part(reader: Reader, call: Expr) -> Quotient:
    (inner,) = call.args
    half = whole(ExponentialPolynomial.number(HALF))
    return (reader.read(inner) + _conjugate(reader, call)) * half


def _imaginary_part(reader: Reader, call: Expr) -> Quotient:
    (inner,) = call.args
    flip = whole(ExponentialPolynomial.number(-ONE))
    half = whole(ExponentialPolynomial.number(-I_UNIT * HALF))
    return (reader.read(inner) + _conjugate(reader, call) * flip) * half


UNIT_TURNS = {sp.Integer(-1): sp.pi, sp.I: sp.pi / 2, -sp.I: -sp.pi / 2}
"""Angles of the units whose powers SymPy writes by itself, as in cos(πn) = (-1)^n."""

RULES: tuple[tuple[Any, Callable[[Reader, Expr], Quotient]], ...] = (
    (sp.Rational, _rational),
    (type(sp.I), _unit),
    (type(sp.pi), _pi),
    (type(sp.E), _euler),
    ((sp.Symbol, sp.Indexed, AppliedUndef), _atom),
    (sp.Add, _add),
    (sp.Mul, _mul),
    (sp.exp, _exp),
    (sp.Pow, _pow),
    (sp.cos, _cos),
    (sp.sin, _sin),
    (sp.conjugate, _conjugate),
    (sp.re, _real_part),
    (sp.im, _imaginary_part),
    (sp.log, _logarithm),
)
"""The kinds, tried in this order; anything else is refused."""
