"""Congruence under Σ: sums of any length are equal when their summands are.

If f(i) = g(i) for a generic index i, then Σ_{i=a}^{b} f(i) = Σ_{i=a}^{b} g(i) for every b. If
f and g differ at i = a, the sums of one term differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from .identity import decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "congruence under Σ"


@judged(RULE)
def congruence(lhs: Expr, rhs: Expr, prefer: Mapping[Expr, Expr] | None = None) -> Verdict:
    """Decide Σ f(i) = Σ g(i) over the same symbolic range.

    Parameters
    ----------
    lhs, rhs
        `sympy.Sum` objects with one and the same (index, first, last).
    prefer
        Values that a witness should take if it can.

    Returns
    -------
    Verdict
        Proved, or refuted with a witness for the sum of one term.
    """
    for side in (lhs, rhs):
        if not isinstance(side, sp.Sum) or len(side.limits) != 1:
            raise KernelError(f"{side} is not one sum over one index")
    if lhs.limits != rhs.limits:
        raise KernelError(f"the ranges {lhs.limits[0]} and {rhs.limits[0]} differ")
    index, first, last = lhs.limits[0]
    if last.free_symbols.isdisjoint(lhs.free_symbols) or not index.is_integer:
        raise KernelError(f"the sum over {index} needs an integer index and a symbolic length")
    equation = Equation("the generic summand", lhs.function, rhs.function)
    verdict = decide_all(
        (equation,),
        rule=RULE,
        reason="the summands agree for a generic index",
        fixed={index: first},
        prefer=prefer,
    )
    if verdict.witness is None:
        return verdict
    note = ", ".join(filter(None, ("one term", verdict.witness.note)))
    return replace(verdict, witness=replace(verdict.witness, note=note))
