"""The symbols of chapter D: entries of sums, their length, distances."""

from __future__ import annotations

import sympy as sp

from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import i
from ropespec.spec.theorem import Quantified

length = sp.Symbol("N", integer=True, nonnegative=True)
"""The number of pairs, d/2."""

delta = sp.Symbol("delta", real=True)
"""A distance."""

LENGTH = Quantified("N", "any number of pairs $d/2$, an integer of at least 0", length)
DISTANCE = Quantified("\\delta", "any real distance", delta)


def total(summand: Expr) -> Expr:
    """Write the sum over all pairs."""
    return sp.Sum(summand, (i, 0, length - 1))
