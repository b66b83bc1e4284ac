r"""Induction over the length of sums: an identity of sums of every length N.

Both sides are built from sums $\sum_{i=0}^{N-1} f(i)$ of one symbolic length N, and from
entries such as $h_N$. The identity holds for all N if it holds for N = 0, where every sum is
empty, and if the difference of the sides is the same for N + 1 as for N: a sum with one summand
more is the sum before and $f(N)$.

With hypotheses, equations such as $h_N = 0$ for single entries at the ends, the claim is that
the two sides are equal when these hold. The proof is an identity without hypotheses,
lhs = rhs + remainder, in which the remainder is 0 by the hypotheses.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from .identity import decide, decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "induction over the length"
ZERO = sp.Integer(0)
LENGTHS = (1, 2, 3)
"""The lengths at which a witness against an identity is looked for."""

Ends = tuple[tuple[Any, Any], ...]
"""Hypotheses: pairs of an entry at an end, and what it is equal to."""


@judged(RULE)
def by_induction(
    lhs: Expr,
    rhs: Expr,
    length: Expr,
    remainder: Expr = ZERO,
    ends: Ends = (),
) -> Verdict:
    """Decide lhs = rhs for every length.

    Parameters
    ----------
    lhs, rhs
        Expressions built from `sympy.Sum` over 0 … length - 1 and from entries.
    length
        An integer symbol that is not negative.
    remainder
        What lhs - rhs is without the hypotheses.
    ends
        The hypotheses; they are used once, to make the remainder 0.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.length import by_induction
    >>> i, N = sp.symbols("i N", integer=True, nonnegative=True)
    >>> a = sp.IndexedBase("a", real=True)
    >>> total = sp.Sum(a[i + 1] - a[i], (i, 0, N - 1))
    >>> by_induction(total, a[N] - a[0], N).status
    'proved'
    >>> print(by_induction(total, a[N], N).witness)
    N = 1: a[0] = 1, a[1] = 1: 0 ≠ 1
    """
    if not (isinstance(length, sp.Symbol) and length.is_integer and length.is_nonnegative):
        raise KernelError(f"the length {length} needs integer=True, nonnegative=True")
    sums = _sums((lhs, rhs, remainder), length)
    gap = lhs - rhs - remainder
    start = gap.xreplace(dict.fromkeys(sums, ZERO)).xreplace({length: ZERO})
    names = {one: sp.Symbol(f"Sigma_{k}", complex=True) for k, one in enumerate(sums)}
    grown = {one: names[one] + _last(one, length) for one in sums}
    before = gap.xreplace(names)
    after = _at_next(gap, names, grown, length)
    equations = (
        Equation("length 0", start, ZERO),
        Equation("one summand more", after, before),
        Equation("the remainder by the hypotheses", remainder.xreplace(dict(ends)), ZERO),
    )
    reason = "it holds for length 0, and one summand more keeps it"
    verdict = decide_all(equations, rule=RULE, reason=reason)
    return verdict if verdict.proved else _refuted(lhs, rhs, length, ends, verdict.reason)


def _sums(sides: tuple[Expr, ...], length: Expr) -> list[Expr]:
    """All sums, after a check of their ranges."""
    found = sorted(set().union(*(side.atoms(sp.Sum) for side in sides)), key=str)
    for one in found:
        index, first, last = one.limits[0]
        inner = len(one.limits) > 1 or one.function.has(sp.Sum, length)
        if first != 0 or last != length - 1 or inner or index.is_integer is not True:
            raise KernelError(f"{one} is no plain sum over 0 … {length} - 1")
    return found


def _last(total: Expr, length: Expr) -> Expr:
    """The summand that comes with one more."""
    return total.function.xreplace({total.limits[0][0]: length})


def _at_next(gap: Expr, names: dict[Expr, Expr], grown: dict[Expr, Expr], length: Expr) -> Expr:
    """The gap at the length plus 1, its sums written as the sums before and the last summand.

    Entries at the length move on by one; the summands that are added must not.
    """
    moved = gap.xreplace(names).xreplace({length: length + 1})
    return moved.xreplace({names[one]: value for one, value in grown.items()})


def _refuted(lhs: Expr, rhs: Expr, length: Expr, ends: Ends, why: str) -> Verdict:
    """Look for a witness at a small length, with all sums written out."""
    for count in LENGTHS:
        at = {length: sp.Integer(count)}
        fixed = {name.xreplace(at): value for name, value in ends}
        left, right = (_written(side, at).xreplace(fixed) for side in (lhs, rhs))
        verdict = decide(left, right)
        if verdict.witness is not None:
            given = tuple((str(name), str(value)) for name, value in fixed.items())
            witness = replace(
                verdict.witness,
                assignment=(*verdict.witness.assignment, *given),
                note=f"{length} = {count}",
            )
            reason = f"the sides differ for {count} summands"
            return Verdict("refuted", RULE, reason, witness, verdict.equations)
    return Verdict("undecided", RULE, why)


def _written(side: Expr, at: dict[Expr, Expr]) -> Expr:
    """Write every sum out."""
    table = {}
    for one in side.atoms(sp.Sum):
        index, _, last = one.limits[0]
        stop = int(last.xreplace(at)) + 1
        parts = (one.function.xreplace({index: sp.Integer(j)}) for j in range(stop))
        table[one] = sp.Add(*parts)
    return side.xreplace(table).xreplace(at)
