r"""The triangle inequality over sums of every length.

$\bigl|\sum_{i<N} z_iw_i\bigr| \le \sum_{i<N} t_i$ if $|z_i|\,|w_i| \le t_i$ for a generic
i: without summands both sides are 0, and one summand more gives
$|A+z_Nw_N| \le |A| + |z_N|\,|w_N| \le B + t_N$. The two facts about complex numbers are
checked in their parts: $|zw|^2=|z|^2|w|^2$, and with $|a| = p$, $|b| = q$

$$(p+q)^2-|a+b|^2 = 2(pq - \operatorname{Re} a\bar b),\qquad
p^2q^2-(\operatorname{Re} a\bar b)^2 = (\operatorname{Im} a\bar b)^2.$$
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy as sp

from .identity import decide
from .nonnegative import certified
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "triangle inequality"

Factors = tuple[tuple[Any, Any], ...]
"""The factors of a summand, each with the name of its absolute value."""

Table = tuple[tuple[Any, Any], ...]
"""Pairs of a symbol or an entry and its exact number."""


@judged(RULE)
def bounded_sum(
    factors: Factors,
    bound: Expr,
    index: tuple[Expr, Expr],
    given: tuple[Expr, ...] = (),
    certificate: Expr | None = None,
    example: Table = (),
) -> Verdict:
    """Decide |Σ Π factors| ≤ Σ bound over i = 0 … N - 1, for every N.

    Parameters
    ----------
    factors
        Complex factors of the generic summand, each with the name of its absolute value, an
        entry or a symbol that is declared not to be negative.
    bound
        The generic summand of the bound.
    index
        The index i and the length N.
    given
        Hypotheses: expressions in i that are not negative.
    certificate
        What bound - Π absolute values is, in a form that cannot be negative.
    example
        For an altered statement: numbers for everything, the length among them.
    """
    sizes = [size for _, size in factors]
    for size in sizes:
        if size.is_nonnegative is not True:
            raise KernelError(f"the absolute value {size} needs nonnegative=True")
    if example:
        return _refuted(factors, bound, index, given, dict(example))
    lemmas = _lemmas()
    summand = certified(sp.Mul(*sizes), bound, certificate, given, ())
    for verdict in (*lemmas, summand):
        if not verdict.proved:
            return Verdict("undecided", RULE, verdict.reason)
    equations = sum((one.equations for one in lemmas), summand.equations)
    reason = f"each summand is within its bound: {summand.reason}; induction over the summands"
    return Verdict("proved", RULE, reason, None, equations)


@cache
def _lemmas() -> tuple[Verdict, ...]:
    """Check the facts about complex numbers, in their real and imaginary parts."""
    a, b, c, d = sp.symbols("a b c d", real=True)
    square_1, square_2 = a**2 + b**2, c**2 + d**2
    real, imaginary = a * c + b * d, b * c - a * d
    product = (a * c - b * d) ** 2 + (a * d + b * c) ** 2
    total = (a + c) ** 2 + (b + d) ** 2
    return (
        decide(product, square_1 * square_2, name="|zw|² = |z|²|w|²"),
        decide(square_1 + square_2 - total, -2 * real, name="(p + q)² - |a + b|²"),
        decide(square_1 * square_2 - real**2, imaginary**2, name="p²q² - Re²"),
    )


def _refuted(
    factors: Factors,
    bound: Expr,
    index: tuple[Expr, Expr],
    given: tuple[Expr, ...],
    table: dict[Expr, Expr],
) -> Verdict:
    """Work the example out: hypotheses hold, and the sum is larger."""
    place, length = index
    left = right = sp.Integer(0)
    for number in range(int(table[length])):
        at = {place: sp.Integer(number)}
        for value, size in factors:
            if _square(_number(value, at, table)) != _number(size, at, table) ** 2:
                raise KernelError(f"{size} is not the absolute value of {value} at {number}")
        if any(_number(one, at, table).is_negative for one in given):
            raise KernelError(f"a hypothesis fails at {number}")
        left += sp.Mul(*(_number(value, at, table) for value, _ in factors))
        right += _number(bound, at, table)
    square = _square(sp.expand(left))
    if not (right.is_negative or square > right**2):
        raise KernelError("the sum is within the bound in the example")
    values = tuple((str(name), str(value)) for name, value in table.items())
    witness = Witness(values, f"|{sp.expand(left)}|", str(right), relation="≰")
    equation = Equation("the squares", square, right**2, relation="≤")
    return Verdict("refuted", RULE, "the sum is larger there", witness, (equation,))


def _number(value: Expr, at: dict[Expr, Expr], table: dict[Expr, Expr]) -> Expr:
    """Put numbers in.

    Raises
    ------
    KernelError
        When one is missing.
    """
    found = sp.expand(value.xreplace(at).xreplace(table))
    if found.free_symbols or not all(part.is_Rational for part in found.as_real_imag()):
        raise KernelError(f"no rational numbers are given for {value}")
    return found


def _square(value: Expr) -> Expr:
    """The square of the absolute value of a Gaussian rational."""
    real, imaginary = value.as_real_imag()
    return real**2 + imaginary**2
