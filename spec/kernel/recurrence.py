r"""Uniqueness of sequences with $X_{m+1} = A\,X_m$ over all integers m.

Let A be invertible. A sequence with $X_0 = S$ is known at 0; if it is known at m, it is known
at m + 1 by the recurrence and at m - 1 by $X_{m-1} = A^{-1}X_m$. By induction in both
directions there is at most one, and a candidate that starts at S and obeys the recurrence is
it. (The logarithmic form: numbers $x_{m+1} - x_m = c$ are an arithmetic progression.)
"""

from __future__ import annotations

import sympy as sp

from .identity import decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "recurrence"


@judged(RULE)
def only_sequence(
    factor: Expr, inverse: Expr, start: Expr, candidate: Expr, variable: Expr
) -> Verdict:
    """Decide that the candidate is the only X with X(m+1) = factor·X(m), X(0) = start.

    Parameters
    ----------
    factor, inverse
        A scalar or an explicit square matrix that does not depend on m, and its inverse.
    start
        The value at 0.
    candidate
        A function of m.
    variable
        m, declared to be an integer.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.recurrence import only_sequence
    >>> m = sp.Symbol("m", integer=True)
    >>> half = sp.Rational(1, 2)
    >>> only_sequence(sp.exp(half), sp.exp(-half), sp.Integer(1), sp.exp(m / 2), m).status
    'proved'
    """
    if variable.is_integer is not True:
        raise KernelError(f"{variable} is not declared: needs integer=True")
    if factor.has(variable) or inverse.has(variable) or start.has(variable):
        raise KernelError(f"the factor {factor} and the start {start} may not move with m")
    one = sp.eye(factor.rows).as_immutable() if isinstance(factor, sp.MatrixBase) else 1
    known = decide_all(
        (Equation("the inverse", factor * inverse, one),), rule=RULE, reason="it is invertible"
    )
    if not known.proved:
        raise KernelError(f"{inverse} is not known to be the inverse of {factor}")
    equations = (
        Equation("the start", candidate.xreplace({variable: sp.Integer(0)}), start),
        Equation("one step", candidate.xreplace({variable: variable + 1}), factor * candidate),
    )
    reason = "it starts there and obeys the recurrence; induction upwards and downwards"
    verdict = decide_all(equations, rule=RULE, reason=reason)
    if not verdict.proved:
        return verdict
    return Verdict("proved", RULE, reason, None, (*known.equations, *verdict.equations))
