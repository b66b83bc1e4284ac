"""The symbols of chapter E: other frequencies, the factor of a scaling, lengths."""

from __future__ import annotations

from typing import Any

import sympy as sp

from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import i, rotary, theta_i
from ropespec.spec.theorem import Quantified

factor = sp.Symbol("s", positive=True)
"""The factor of a scaling."""

omegas = sp.IndexedBase("omega", real=True)
omega_i = omegas[i]
"""A frequency that replaces the frequency of the generic pair."""

excess = sp.Symbol("z", nonnegative=True)
"""s - 1, where a theorem needs a factor of at least 1."""

ANY_FACTOR = Quantified("s", "any positive factor", factor)
OTHER_FREQUENCIES = Quantified(
    "\\omega_i", "any real angular frequencies, one for each pair", omegas
)


def turned_by(position: Expr, frequency: Any, tex: str) -> Term:
    """Write the rotary matrix with another frequency at the generic pair."""
    return Term(
        rotary(position).kind,
        tex,
        rotary(position).block.xreplace({theta_i: frequency}),
        pair=i,
    )
