"""The rule for identities: two expressions, or two explicit matrices, are equal everywhere.

Equal means that the normal form of the difference is the zero polynomial. If it is not, exact
rational values are tried until the difference is certainly not zero: the witness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sympy as sp

from .exponential import Reader
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged
from .witness import Search

RULE = "identity"


@judged(RULE)
def decide(
    lhs: Expr,
    rhs: Expr,
    *,
    nonzero: tuple[Expr, ...] = (),
    fixed: Mapping[Expr, Expr] | None = None,
    prefer: Mapping[Expr, Expr] | None = None,
    name: str = "",
) -> Verdict:
    """Decide lhs = rhs for all values of the atoms; matrices entry by entry.

    Parameters
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    nonzero
        Expressions that are declared not to be zero.
    fixed, prefer
        Values that a witness must take, and values that it should take if it can.
    name
        What the equation says, for certificates.

    Returns
    -------
    Verdict
        Proved, refuted with a witness, or undecided.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel import decide
    >>> a = sp.Symbol("a", real=True)
    >>> decide(sp.cos(a) ** 2 + sp.sin(a) ** 2, 1).status
    'proved'
    >>> print(decide(sp.sin(2 * a), sp.sin(a)).witness)
    a = 1: sin(2) ≠ sin(1) (0.909297426826 ≠ 0.841470984808)
    """
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    equation = Equation(name, lhs, rhs, nonzero)
    pairs = list(paired(lhs, rhs))
    reader = Reader([side for _, *sides in pairs for side in sides], nonzero)
    for where, left, right in pairs:
        difference, left_form, right_form = reader.difference(left, right)
        if not difference.is_zero:
            search = Search(reader, dict(fixed or {}), dict(prefer or {}))
            witness = search.witness(where, (left, right), (left_form, right_form), difference)
            if witness is None:
                return Verdict("undecided", RULE, f"not equal in form, but no witness: {left}")
            return Verdict("refuted", RULE, "the sides differ", witness, (equation,))
    reason = "the normal form of the difference is the zero polynomial"
    return Verdict("proved", RULE, reason, None, (equation,))


def decide_all(
    equations: tuple[Equation, ...],
    *,
    rule: str,
    reason: str,
    fixed: Mapping[Expr, Expr] | None = None,
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide several equations; proved when each is."""
    for equation in equations:
        verdict = decide(
            equation.lhs,
            equation.rhs,
            nonzero=equation.nonzero,
            fixed=fixed,
            prefer=prefer,
            name=equation.name,
        )
        if not verdict.proved:
            why = f"{equation.name}: {verdict.reason}" if equation.name else verdict.reason
            return Verdict(verdict.status, rule, why, verdict.witness, (equation,))
    return Verdict("proved", rule, reason, None, equations)


def paired(lhs: Expr, rhs: Expr) -> Iterator[tuple[str, Expr, Expr]]:
    """Go through the pairs of entries to compare, each with the name of its place.

    Raises
    ------
    KernelError
        When the two sides have different shapes.
    """
    left_is, right_is = isinstance(lhs, sp.MatrixBase), isinstance(rhs, sp.MatrixBase)
    if not left_is and not right_is:
        yield "", lhs, rhs
        return
    if not (left_is and right_is) or lhs.shape != rhs.shape:
        shapes = [
            side.shape if isinstance(side, sp.MatrixBase) else "a scalar" for side in (lhs, rhs)
        ]
        raise KernelError(f"cannot compare {shapes[0]} with {shapes[1]}: give one shape")
    for row in range(lhs.rows):
        for column in range(lhs.cols):
            where = f"entry ({row}, {column})" if lhs.cols > 1 else f"entry {row}"
            yield where, lhs[row, column], rhs[row, column]
