"""The rule for exact counterexamples: two expressions differ at explicit values."""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from .evaluate import value_at
from .exponential import Reader
from .identity import paired
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "exact counterexample"


@judged(RULE)
def differ(lhs: Expr, rhs: Expr, at: Mapping[Expr, Expr]) -> Verdict:
    """Decide lhs ≠ rhs at explicit values, for matrices in some entry.

    Parameters
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    at
        An exact value for every symbol.

    Returns
    -------
    Verdict
        Proved, with the two values; refuted when they are equal; undecided when a value is
        outside what is known about sums of e^r with rational r.
    """
    left, right = (sp.sympify(side).xreplace(dict(at)) for side in (lhs, rhs))
    pairs = list(paired(left, right))
    equation = Equation("the counterexample", left, right, relation="≠")
    undecided = False
    for _, a, b in pairs:
        reader = Reader((a, b))
        difference, form_a, form_b = reader.difference(a, b)
        if difference.atoms() - {0}:
            missing = ", ".join(sorted(str(s) for s in (a - b).free_symbols))
            raise KernelError(f"no value is given for {missing}")
        value = value_at(difference, {})
        undecided |= not (value.is_zero or value.is_nonzero)
        if value.is_nonzero:
            plain = form_a.den.is_one and form_b.den.is_one
            decimals = [
                value_at(f.num, {}).decimal() if plain else "" for f in (form_a, form_b)
            ]
            witness = Witness(_values(at), str(a), str(b), *decimals)
            return Verdict("proved", RULE, "the two sides differ there", witness, (equation,))
    if undecided:
        return Verdict("undecided", RULE, "it is not known whether the two sides are equal")
    witness = Witness(_values(at), str(left), str(right), relation="=")
    return Verdict("refuted", RULE, "the two sides are equal there", witness, (equation,))


def _values(at: Mapping[Expr, Expr]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(number)) for name, number in at.items())
