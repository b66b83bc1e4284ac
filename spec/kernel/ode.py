r"""Uniqueness of solutions of linear differential equations, $X' = AX$ with constant $A$.

Let $C$ satisfy $C(0)=I$, $C'=AC$ and $C(m)C(-m)=I$. For any solution $S$, the product
$C(-m)S(m)$ has derivative zero, so it keeps its value $S(0)$ at $m = 0$ (mean value theorem),
and $S(m) = C(m)S(0)$: $C$ is the one solution that starts at $I$.

The exponential series $\sum_k (mA)^k/k!$ may be differentiated term by term, so it solves the
same equation from the same start, and $\exp(mA) = C(m)$.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

from .identity import decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "linear ODE"


@judged(RULE)
def only_solution(
    generator: Expr, candidate: Expr, variable: Expr, prefer: Mapping[Expr, Expr] | None = None
) -> Verdict:
    """Decide that the candidate is the only solution of X' = generator·X, X(0) = I.

    Parameters
    ----------
    generator
        A square explicit matrix that does not depend on the variable.
    candidate
        A matrix of the same shape, a function of the variable.
    variable
        A real symbol.
    prefer
        Values that a witness should take if it can.
    """
    if generator.has(variable) or generator.shape != candidate.shape or not generator.is_square:
        raise KernelError(f"X' = AX needs a constant square matrix A, not {generator}")
    solves = (
        Equation(
            "the start", candidate.xreplace({variable: sp.Integer(0)}), _identity(generator)
        ),
        Equation("the equation", candidate.diff(variable), generator * candidate),
    )
    verdict = decide_all(solves, rule=RULE, reason="", prefer=prefer)
    if not verdict.proved:
        return verdict
    unique = (
        Equation(
            "C(m)C(-m) = I", candidate * _reversed(candidate, variable), _identity(generator)
        ),
        Equation(
            "the derivative of C(-m)S(m)",
            _drift(generator, candidate, variable),
            sp.zeros(*generator.shape).as_immutable(),
        ),
    )
    reason = "it starts at I and solves the equation; C(-m)S(m) is constant for any solution S"
    answer = decide_all((*solves, *unique), rule=RULE, reason=reason)
    if answer.refuted:  # the candidate does solve the equation: nothing is refuted by this
        return Verdict("undecided", RULE, f"no uniqueness argument: {answer.reason}")
    return answer


def _identity(like: Expr) -> Expr:
    return sp.eye(like.rows).as_immutable()


def _reversed(candidate: Expr, variable: Expr) -> Expr:
    return candidate.xreplace({variable: -variable})


def _drift(generator: Expr, candidate: Expr, variable: Expr) -> Expr:
    """The derivative of C(-m)S(m), with S' replaced by AS, for unknown real functions S."""
    size = generator.rows
    unknown = sp.ImmutableMatrix(
        size,
        size,
        lambda j, k: sp.Function(f"s_{j}{k}", real=True)(variable),
    )
    slopes = generator * unknown
    rules = {entry.diff(variable): slope for entry, slope in zip(unknown, slopes, strict=True)}
    product = _reversed(candidate, variable) * unknown
    return product.diff(variable).xreplace(rules)
