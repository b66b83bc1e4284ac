r"""Inequalities between sums over pairs, for every even size.

If $s_i \le t_i$ for a generic pair, then $\sum_i s_i \le \sum_i t_i$ for every number of pairs:
without pairs both are 0, and one pair more adds $t_i - s_i \ge 0$ to the difference. If
$s_0 > t_0$ somewhere, the sums of one pair are the wrong way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import sympy as sp

from .blocks import lemma_holds
from .nonnegative import at_most, certified
from .quotient import Expr
from .terms import Kind, Term
from .verdict import KernelError, Verdict, judged

RULE = "certificate of sign, pair by pair"


@judged(RULE)
def every_size_at_most(
    lhs: Term,
    rhs: Term,
    certificate: Expr | None = None,
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide lhs ≤ rhs for every number of pairs.

    Parameters
    ----------
    lhs, rhs
        Sums over one pair index.
    certificate
        What the generic pair's part of rhs - lhs is, in a form that cannot be negative.
    prefer
        Values that a witness should take, for symbols and for entries at pair 0.
    """
    pairs = {lhs.pair, rhs.pair}
    if {lhs.kind, rhs.kind} != {Kind.SUM} or None in pairs or len(pairs) > 1:
        raise KernelError(f"{lhs.tex} ≤ {rhs.tex}: two sums over one pair index are needed")
    for lemma in sorted(lhs.lemmas | rhs.lemmas):
        if not lemma_holds(lemma):
            raise KernelError(f"the lemma on blocks ({lemma}) failed its check")
    verdict = certified(lhs.block, rhs.block, certificate, (), ())
    if verdict.proved:
        reason = f"for each pair {verdict.reason}; one pair more adds such a part"
        return Verdict("proved", RULE, reason, None, verdict.equations)
    return _refuted(lhs, rhs, prefer or {})


def _refuted(lhs: Term, rhs: Term, prefer: Mapping[Expr, Expr]) -> Verdict:
    """Look for a witness with one pair, d = 2."""
    first = {lhs.pair: sp.Integer(0)}
    sides = tuple(side.block.xreplace(first) for side in (lhs, rhs))
    entries = set().union(*(side.atoms(sp.Indexed) for side in sides))
    names = {entry: sp.Symbol(str(entry), **_declared(entry)) for entry in entries}
    wanted = {names.get(key, key): value for key, value in prefer.items()}
    verdict = at_most(*(side.xreplace(names) for side in sides), prefer=wanted)
    if verdict.witness is None:
        return Verdict("undecided", RULE, verdict.reason)
    witness = replace(verdict.witness, note="d = 2")
    return Verdict("refuted", RULE, verdict.reason, witness, verdict.equations)


def _declared(entry: Expr) -> dict[str, bool]:
    """The declarations of an entry that matter for an inequality."""
    if entry.is_nonnegative:
        return {"nonnegative": True}
    if entry.is_real is not True:
        raise KernelError(f"{entry} is not declared: needs real=True")
    return {"real": True}
