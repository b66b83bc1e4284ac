r"""Which integers a binary format of precision p holds.

A format of precision p holds the numbers $m\,2^e$ with integers m, e and $|m| < 2^p$ (its
range of exponents, which ends far above, is a matter of the single formats).

- Every integer n with $|n| \le 2^p$ is held: as $n\,2^0$ if $|n| < 2^p$, and else as
  $\pm1\cdot2^p$.
- An odd integer $n > 2^p$ is not: $n = m\,2^e$ with $e \ge 1$ would be even, and with
  $e \le 0$ it would give $|m| \ge n > 2^p$.
"""

from __future__ import annotations

import sympy as sp

from .identity import decide
from .quotient import Expr
from .verdict import KernelError, Verdict, Witness, judged

RULE = "significands"
TRIED = (*range(1, 12), 24, 53)
"""Precisions at which a witness is looked for."""


def odd_part(number: int) -> tuple[int, int]:
    """Write a positive integer as m·2^e with odd m; this is the smallest m."""
    exponent = (number & -number).bit_length() - 1
    return number >> exponent, exponent


def held(number: int, precision: int) -> bool:
    """Whether a format of a precision holds an integer."""
    return number == 0 or odd_part(abs(number))[0] < 2**precision


def rounded(number: int, precision: int) -> int:
    """Round a positive integer to a precision: to nearest, ties to the even significand."""
    drop = max(number.bit_length() - precision, 0)
    kept, rest = number >> drop, number & (2**drop - 1)
    half = 2**drop // 2
    up = rest > half or (drop > 0 and rest == half and kept % 2 == 1)
    return (kept + up) << drop


@judged(RULE)
def holds_up_to(limit: Expr, precision: Expr) -> Verdict:
    """Decide that every integer n with |n| ≤ limit is held, for every precision.

    Parameters
    ----------
    limit
        2^p plus an integer, or another expression in p.
    precision
        A symbol for p, a positive integer.
    """
    beyond = sp.expand(limit - 2 ** _declared(precision))
    if beyond.is_Integer and beyond <= 0:
        reason = "|n| < 2^p: n·2^0; |n| = 2^p: ±1·2^p; no integer lies between"
        return Verdict("proved", RULE, reason)
    for p in TRIED:
        first = 2**p + 1
        if limit.xreplace({precision: sp.Integer(p)}) >= first:
            return Verdict("refuted", RULE, "2^p + 1 is odd", _not_held(first, p))
    return Verdict("undecided", RULE, f"{limit} is not compared with 2^{precision}")


@judged(RULE)
def leaves_out(number: Expr, precision: Expr) -> Verdict:
    """Decide that an integer is not held, for every precision.

    Parameters
    ----------
    number
        2^p + c with an integer c.
    precision
        A symbol for p, a positive integer.
    """
    beyond = sp.expand(number - 2 ** _declared(precision))
    if not beyond.is_Integer:
        raise KernelError(f"{number} is not 2^{precision} plus an integer")
    if beyond > 0 and beyond % 2 == 1:
        half = sp.Symbol("h", integer=True)  # 2^(p-1), an integer as p is at least 1
        odd = decide(2 * half + beyond, 2 * (half + (beyond - 1) / 2) + 1, name="it is odd")
        reason = "odd and larger than 2^p: no factor 2 to take out, too large without"
        if odd.proved:
            return Verdict("proved", RULE, reason, None, odd.equations)
    for p in TRIED:
        value = 2**p + int(beyond)
        if value > 0 and held(value, p):
            significand, exponent = odd_part(value)
            shown = (("p", str(p)), ("m", str(significand)), ("e", str(exponent)))
            witness = Witness(shown, str(value), f"{significand}·2^{exponent}", relation="=")
            return Verdict("refuted", RULE, "it is held", witness)
    return Verdict("undecided", RULE, f"{number} may be held")


@judged(RULE)
def rounds_to(number: int, precision: int, result: int) -> Verdict:
    """Decide to which integer a format of a precision rounds a positive integer."""
    found = rounded(number, precision)
    if found == result:
        return Verdict("proved", RULE, f"the nearest of {precision} bits, ties to even")
    shown = (("p", str(precision)), ("n", str(number)))
    witness = Witness(shown, str(found), str(result))
    return Verdict("refuted", RULE, "it rounds to another integer", witness)


def _declared(precision: Expr) -> Expr:
    """The symbol of the precision, after a check that it is declared to be one."""
    if not (precision.is_integer and precision.is_positive):
        raise KernelError(f"{precision} is no precision: declare it integer and positive")
    return precision


def _not_held(number: int, precision: int) -> Witness:
    shown = (("p", str(precision)), ("n", str(number)))
    return Witness(shown, str(number), str(rounded(number, precision)))
