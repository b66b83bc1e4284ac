r"""What follows from π being irrational.

The one fact that is cited and not proved here: **π is irrational** (Lambert, 1761). So integers
n and k with $n = r\pi k$, r a non-zero rational, are both 0.
"""

from __future__ import annotations

import sympy as sp

from .identity import decide
from .quotient import Expr
from .verdict import Verdict, Witness, judged

RULE = "π is irrational"


@judged(RULE)
def forced_zero(ratio: Expr) -> Verdict:
    """Decide that integers n, k with n = ratio·k are both zero.

    Parameters
    ----------
    ratio
        An exact number; the rule knows rational numbers and rational multiples of π and 1/π.
    """
    ratio = sp.sympify(ratio)
    if ratio.is_Rational:
        n, k = (ratio.p, ratio.q) if ratio else (0, 1)
        witness = Witness((("n", str(n)), ("k", str(k))), str(n), "0", note=f"n = {ratio}·k")
        return Verdict("refuted", RULE, "a rational ratio has integer solutions", witness)
    for factor in (ratio / sp.pi, ratio * sp.pi):
        if factor.is_Rational and factor != 0:
            reason = f"otherwise π would be rational, since n = ({ratio})·k"
            return Verdict("proved", RULE, reason)
    return Verdict("undecided", RULE, f"nothing is known about integers with n = ({ratio})·k")


@judged(RULE)
def injective(frequency: Expr, positions: tuple[Expr, Expr]) -> Verdict:
    """Decide that R(mθ) = R(nθ) only if m = n, for two positions m and n.

    R(mθ) = R(nθ) gives R((m-n)θ) = I, so (m-n)θ = 2πk with an integer k, so m-n = (2π/θ)k.

    Parameters
    ----------
    frequency
        The exact number θ, not zero.
    positions
        The symbols m and n; the statement is about integers when both are declared so.
    """
    frequency, (m, n) = sp.sympify(frequency), positions
    if frequency == 0:
        witness = _equal_rotations(m, n, sp.Integer(1), frequency)
        return Verdict("refuted", RULE, "every angle is zero", witness)
    if not (m.is_integer and n.is_integer):
        witness = _equal_rotations(m, n, 2 * sp.pi / frequency, frequency)
        return Verdict("refuted", RULE, "positions need not be integers", witness)
    turn = (
        sp.cos(m * frequency),
        sp.sin(m * frequency),
        sp.cos(n * frequency),
        sp.sin(n * frequency),
    )
    difference = decide(sp.cos((m - n) * frequency), turn[0] * turn[2] + turn[1] * turn[3])
    verdict = forced_zero(2 * sp.pi / frequency)
    if verdict.refuted and verdict.witness is not None:
        step = sp.Integer(verdict.witness.left)
        witness = _equal_rotations(m, n, step, frequency)
        return Verdict("refuted", RULE, verdict.reason, witness)
    if verdict.proved and not difference.proved:
        return Verdict("undecided", RULE, difference.reason)
    return Verdict(verdict.status, RULE, verdict.reason, None, difference.equations)


def _equal_rotations(m: Expr, n: Expr, step: Expr, frequency: Expr) -> Witness:
    """Two different positions whose rotations are the same."""
    values = ((str(m), str(step)), (str(n), "0"), ("theta", str(frequency)))
    return Witness(values, str(step), "0", note="the rotations agree, the positions do not")
