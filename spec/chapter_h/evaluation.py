"""H7: an evaluated bound is not below the bound."""

import sympy as sp

from ropespec.spec.bounds import OPERATIONS, RAISED_BITS, gamma, raised
from ropespec.spec.claims.bounds import AtMost, EveryProduct
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import COUNT, HIGHAM, UNIT, count, size, unit

_W = sp.Rational(1, 2**53)
_LEFT = size("s")
_VALUE = size("v")
_PRODUCT = EveryProduct(
    gamma(count, unit),
    count,
    unit,
    r"\Bigl|\prod_{j=1}^{n}(1+\delta_j)^{\pm1} - 1\Bigr| \le \gamma_n(u)",
)
_FEWER = AtMost(
    gamma(count, unit),
    gamma(count + _LEFT, unit),
    r"\gamma_n(u) \le \gamma_{n+s}(u)\quad\text{for } s \ge 0",
    positive=(1 - count * unit, 1 - (count + _LEFT) * unit, 1 - count * unit - _LEFT * unit),
)


def _evaluated(operations: int, bits: int) -> AtMost:
    """The evaluated and raised bound is at least the bound."""
    shrunk = 1 - gamma(sp.Integer(operations), _W)
    raise_by = 1 + sp.Rational(1, 2**bits)
    power = operations.bit_length() - 1
    return AtMost(
        _VALUE,
        _VALUE * shrunk * raise_by * (1 - _W),
        rf"v \le v\,\bigl(1-\gamma_{{2^{{{power}}}}}(w)\bigr)(1+2^{{-{bits}}})(1-w),"
        r"\quad w = 2^{-53}",
    )


_EVALUATED = _evaluated(OPERATIONS, RAISED_BITS)

H7 = Theorem(
    id="H7",
    title="Evaluating a bound in float64 does not lower it",
    source=HIGHAM,
    symbols=(
        UNIT,
        COUNT,
        Quantified("s", "a number of further roundings, at least 0", _LEFT),
        Quantified("v", "the exact value of a bound, at least 0", _VALUE),
    ),
    statement=(_EVALUATED,),
    proof=(
        Step(
            "nothing cancels",
            "The bounds of this chapter are sums, products and quotients of numbers that are "
            "not negative; only $1-nu$ subtracts, from 1 and at most a half. So an evaluated "
            "bound is the exact one with every term multiplied by at most $n$ factors "
            "$(1+\\delta)^{\\pm1}$ of float64, with 8 for each logarithm, exponential or norm. "
            "By H1 it is off by a factor within $\\gamma_n$ of 1.",
            _PRODUCT,
        ),
        Step("fewer operations", "Fewer roundings do no more than more of them.", _FEWER),
        Step(
            "raise it",
            f"With at most $2^{{{OPERATIONS.bit_length() - 1}}}$ of them, adding "
            f"$2^{{-{RAISED_BITS}}}$ of the value makes up for it, its own rounding included.",
            _EVALUATED,
        ),
        Step(
            "how it is done",
            "The sum of the value and its quotient by a power of two rounds once.",
            AtMost(
                raised(_VALUE),
                _VALUE * (1 + sp.Rational(1, 2**RAISED_BITS)),
                rf"v + v/2^{{{RAISED_BITS}}} \le v\,(1+2^{{-{RAISED_BITS}}})",
            ),
        ),
    ),
    altered=(
        Altered("not raised enough: by 2^-52", _evaluated(OPERATIONS, 52)),
        Altered("many more operations", _evaluated(OPERATIONS * 8, RAISED_BITS)),
        Altered(
            "more operations do less",
            AtMost(
                _FEWER.rhs,
                _FEWER.lhs,
                r"\gamma_{n+s}(u) \le \gamma_n(u)",
                positive=_FEWER.positive,
                prefer=((count, sp.Integer(1)), (_LEFT, sp.Integer(1))),
            ),
        ),
    ),
    meaning=(
        "The checks evaluate the bounds in float64, which rounds. A bound that came out a "
        "little too low could call an honest implementation wrong, so every evaluated bound is "
        "raised by one part in 2^40, which is more than all its roundings together and less "
        "than anyone could see."
    ),
    not_implied=(
        ("low-precision-phase", "It is about the bounds and not about what they bound."),
    ),
    laws=("value",),
    depends=("H1",),
)
