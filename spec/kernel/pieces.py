r"""Functions in pieces: continuous when neighbours meet, rising when every piece rises.

A function has the first expression up to the first edge, the second up to the second edge, and
so on; at an edge either neighbour may be meant. It is *continuous* if each expression is (by
its form: sums, products, exponentials, quotients with positive divisors) and neighbours agree
at their edge. It *rises* if it is continuous, the edges are in order, and the derivative of
each expression is not negative on its piece (mean value theorem, which is cited).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp

from .identity import decide
from .nonnegative import Form, at_most
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "pieces"


@dataclass(frozen=True)
class Pieces:
    """A function in pieces.

    Attributes
    ----------
    variable
        A real symbol.
    expressions
        The function from left to right.
    edges
        Where one expression ends and the next begins; one fewer than expressions.
    """

    variable: Any
    expressions: tuple[Any, ...]
    edges: tuple[Any, ...]

    def __post_init__(self) -> None:
        """Check the number of edges."""
        if len(self.edges) + 1 != len(self.expressions):
            raise KernelError(f"{len(self.expressions)} pieces need one edge between each two")

    def replace(self, values: Mapping[Expr, Expr]) -> Pieces:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return Pieces(
            self.variable.xreplace(table),
            tuple(part.xreplace(table) for part in self.expressions),
            tuple(edge.xreplace(table) for edge in self.edges),
        )

    def meetings(self) -> Iterator[Equation]:
        """Write down what neighbours are at their edge."""
        neighbours = zip(self.expressions, self.expressions[1:], self.edges, strict=False)
        for left, right, edge in neighbours:
            at = {self.variable: edge}
            yield Equation(f"at {edge}", left.xreplace(at), right.xreplace(at))

    def places(self) -> Iterator[tuple[Expr, tuple[Expr, ...]]]:
        """Go through the pieces, each with what is not negative on it."""
        x = self.variable
        for k, part in enumerate(self.expressions):
            after = (x - self.edges[k - 1],) if k else ()
            before = (self.edges[k] - x,) if k < len(self.edges) else ()
            yield part, (*after, *before)


@judged(RULE)
def continuous(function: Pieces, prefer: Mapping[Expr, Expr] | None = None) -> Verdict:
    """Decide that a function in pieces is continuous.

    Parameters
    ----------
    function
        The function.
    prefer
        Values that a witness should take if it can.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.pieces import Pieces, continuous
    >>> x = sp.Symbol("x", real=True)
    >>> zero, one = sp.Integer(0), sp.Integer(1)
    >>> continuous(Pieces(x, (zero, x, one), (zero, one))).status
    'proved'
    >>> print(continuous(Pieces(x, (zero, x + 1, one), (zero, one))).witness)
    always: 0 ≠ 1
    """
    _declared(function)
    for part in function.expressions:
        if not _smooth(part):
            return Verdict("undecided", RULE, f"{part} is not known to be continuous")
    equations: tuple[Equation, ...] = ()
    for one in function.meetings():
        verdict = decide(one.lhs, one.rhs, prefer=prefer, name=one.name)
        if not verdict.proved:
            reason = f"the pieces do not meet {one.name}: {verdict.reason}"
            return Verdict(verdict.status, RULE, reason, verdict.witness, verdict.equations)
        equations += verdict.equations
    return Verdict(
        "proved", RULE, "each piece is continuous and neighbours meet", None, equations
    )


@judged(RULE)
def rising(
    function: Pieces,
    certificates: tuple[Expr | None, ...],
    given: tuple[Expr, ...] = (),
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide that a function in pieces does not fall anywhere.

    Parameters
    ----------
    function
        The function.
    certificates
        For each piece what its derivative is, in a form that cannot be negative; None to look
        for it.
    given
        Hypotheses: expressions that are not negative.
    prefer
        Values that a witness should take.
    """
    joined = continuous(function)
    if not joined.proved:
        return Verdict("undecided", RULE, joined.reason)
    equations = joined.equations
    for low, high in zip(function.edges, function.edges[1:], strict=False):
        order = at_most(low, high, given=given)
        if not order.proved:
            return Verdict("undecided", RULE, f"the edges {low} and {high} are not in order")
        equations += order.equations
    zero = sp.Integer(0)
    for (part, place), certificate in zip(function.places(), certificates, strict=True):
        slope = part.diff(function.variable)
        known = (*given, *place)
        verdict = at_most(zero, slope, certificate=certificate, given=known, prefer=prefer)
        if not verdict.proved:
            reason = f"the piece {part}: {verdict.reason}"
            return Verdict(verdict.status, RULE, reason, verdict.witness, verdict.equations)
        equations += verdict.equations
    reason = "it is continuous and no piece falls; cited: mean value theorem"
    return Verdict("proved", RULE, reason, None, equations)


def _declared(function: Pieces) -> None:
    if function.variable.is_real is not True:
        raise KernelError(f"{function.variable} is not declared: needs real=True")


def _smooth(part: Expr) -> bool:
    """Whether an expression is continuous by its form."""
    if part.is_Rational or isinstance(part, sp.Symbol):
        return True
    if isinstance(part, sp.Pow):
        whole = bool(part.exp.is_Integer)
        return whole and (_smooth(part.base) if part.exp > 0 else Form().strict(part.base))
    return isinstance(part, sp.Add | sp.Mul | sp.exp) and all(map(_smooth, part.args))
