r"""How far a left Riemann sum of a cosine is from its integral, and when that goes away.

For a function u that falls on [0, 1],
$$\Bigl|\frac1N\sum_{i<N}\cos u(\tfrac iN) - \int_0^1\cos u(x)\,dx\Bigr|
\le \frac{u(0)-u(1)}{N}.$$
On the piece from $\frac iN$ to $\frac{i+1}N$ the integrand is off by at most
$|\cos u(\frac iN)-\cos u(x)| \le u(\frac iN)-u(x) \le u(\frac iN)-u(\frac{i+1}N)$, over a
length of $\frac1N$; and these steps add up to $u(0)-u(1)$, by induction over the length. That
$|\cos a-\cos b|\le|a-b|$ is shown by the sign of a derivative, $1 \pm \sin$, which is a square.
Cited: the mean value theorem, and that integrals keep inequalities.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise

import sympy as sp

from .enclosure import Interval, enclose, point
from .length import by_induction
from .nonnegative import at_most, certified
from .quotient import Expr
from .slopes import nonnegative_from
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "Riemann sum of a cosine"
VANISHES = "a bound of order 1/N"
PIECES = 64
"""Into how many pieces an integral is cut for a witness."""

GRID = 2**32
"""Enclosures for a witness are widened to multiples of 1/GRID."""

_ZERO = sp.Integer(0)


@judged(RULE)
def riemann_within(
    inner: Expr,
    variable: Expr,
    count: Expr,
    bound: Expr,
    example: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide that the left Riemann sum of cos u is within a bound of the integral over [0, 1].

    Parameters
    ----------
    inner
        u(x); it falls, which its derivative shows by its form.
    variable
        The real symbol x.
    count
        The number N of summands, a positive integer symbol.
    bound
        The bound.
    example
        For an altered statement: numbers for every symbol, N among them.
    """
    if count.is_integer is not True or count.is_positive is not True:
        raise KernelError(f"the number of summands {count} needs integer=True, positive=True")
    if example:
        return _refuted(inner, variable, count, bound, example)
    start, end = (inner.xreplace({variable: sp.Integer(k)}) for k in (0, 1))
    verdicts = (
        *_lemmas(),
        certified(_ZERO, -inner.diff(variable), None, (), ()),
        certified((start - end) / count, bound, None, (), ()),
    )
    for one in verdicts:
        if not one.proved:
            return Verdict("undecided", RULE, one.reason)
    equations = tuple(equation for one in verdicts for equation in one.equations)
    reason = f"{inner} falls, and its steps add up; cited: mean value theorem, integrals keep ≤"
    return Verdict("proved", RULE, reason, None, equations)


@cache
def _lemmas() -> tuple[Verdict, ...]:
    """Check |cos a - cos b| ≤ |a - b| and the sum of steps; the answers are kept."""
    t, c = sp.symbols("t c", real=True)
    i, length = (sp.Symbol(name, integer=True, nonnegative=True) for name in "iN")
    u = sp.IndexedBase("u", real=True)
    half = (c + t) / 2
    squares = [(sp.cos(half) - sp.sin(half)) ** 2, (sp.cos(half) + sp.sin(half)) ** 2]
    change = sp.cos(c + t) - sp.cos(c)
    return (
        nonnegative_from(t + change, t, _ZERO, certificate=squares[0]),
        nonnegative_from(t - change, t, _ZERO, certificate=squares[1]),
        by_induction(sp.Sum(u[i] - u[i + 1], (i, 0, length - 1)), u[_ZERO] - u[length], length),
    )


def _refuted(
    inner: Expr, variable: Expr, count: Expr, bound: Expr, example: Mapping[Expr, Expr]
) -> Verdict:
    """Enclose sum, integral and bound at the example by rational interval arithmetic."""
    values = {name: _rational(value) for name, value in example.items()}
    number = int(example[count])
    left = _mean(inner, variable, values, [point(Fraction(k, number)) for k in range(number)])
    ends = [Fraction(k, PIECES) for k in range(PIECES + 1)]
    pieces = [Interval(a, b) for a, b in pairwise(ends)]
    right = _mean(inner, variable, values, pieces)
    gap = max(left.low - right.high, right.low - left.high)
    limit = enclose(bound, values).high
    if gap <= limit:
        raise KernelError("the sum is not known to be farther from the integral")
    shown = tuple((str(name), str(value)) for name, value in example.items())
    sides = (f"at least {_short(gap)}", f"at most {_short(limit, up=True)}")
    witness = Witness(shown, *sides, relation="≰", note="the distance and its bound")
    equation = Equation("the distance", _exact(gap), _exact(limit), relation="≤")
    return Verdict("refuted", RULE, "they are farther apart there", witness, (equation,))


def _mean(
    inner: Expr, variable: Expr, values: Mapping[Expr, Interval], places: list[Interval]
) -> Interval:
    """Enclose the mean of cos u over places or pieces."""
    total = point(0)
    for place in places:
        angle = _outward(enclose(inner, {**values, variable: place}))
        total = total + _outward(enclose(sp.cos(variable), {variable: angle}))
    return total * point(Fraction(1, len(places)))


def _outward(interval: Interval) -> Interval:
    """Widen an interval to ends with a small denominator, so that fractions stay short."""
    low, high = interval.low * GRID, interval.high * GRID
    return Interval(Fraction(low // 1, GRID), Fraction(-(-high // 1), GRID))


def _rational(value: Expr) -> Interval:
    return point(Fraction(int(value.p), int(value.q)))


def _exact(value: Fraction) -> Expr:
    return sp.Rational(value.numerator, value.denominator)


def _short(value: Fraction, *, up: bool = False) -> str:
    """A rational number with the denominator 1000, not above the value, or not below it."""
    thousandths = value * 1000
    return str(Fraction(-(-thousandths // 1) if up else thousandths // 1, 1000))


@judged(VANISHES)
def vanishes(bound: Expr, count: Expr) -> Verdict:
    """Decide that a bound tends to 0 as N grows: it is C/N with a C that does not hold N.

    Parameters
    ----------
    bound
        An expression in N and other symbols.
    count
        The positive integer symbol N.
    """
    constant = bound.xreplace({count: sp.Integer(1)})
    if not bound.has(count):
        verdict = at_most(bound, _ZERO)
        if verdict.witness is not None:
            reason = "it is positive there, and the same for all N"
            return Verdict("refuted", VANISHES, reason, verdict.witness, verdict.equations)
    verdict = certified(bound, constant / count, _ZERO, (), (count,))
    if not verdict.proved:
        return Verdict("undecided", VANISHES, f"{bound} is not of the form C/N")
    reason = f"it is C/N with C = {constant}; cited: 1/N tends to 0"
    return Verdict("proved", VANISHES, reason, None, verdict.equations)
