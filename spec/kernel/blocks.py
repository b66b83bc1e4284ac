r"""Induction over blocks: one proof for every even size d.

Two terms that are given by their parts at a generic pair are equal for all numbers of pairs h
if their parts are equal for a generic pair:

- *no pairs*: matrices and vectors without entries are equal, empty sums are 0, empty products
  are 1;
- *one pair more*: let the terms agree for the first h pairs. A matrix with one pair more is
  $\operatorname{diag}(D, A)$, a vector is $(u; a)$, and by the lemmas below every operation
  acts on $D, u$ and on $A, a$ separately. So the terms agree for h + 1 pairs if the parts of
  the last pair agree; these do, being the generic pair.

The lemmas are about blocks of symbolic size 2h; they are checked once, when first used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache

import sympy as sp

from .identity import decide, decide_all
from .quotient import Expr
from .terms import Term
from .verdict import Equation, KernelError, Verdict, judged

RULE = "block induction"


@judged(RULE)
def block_induction(lhs: Term, rhs: Term, prefer: Mapping[Expr, Expr] | None = None) -> Verdict:
    """Decide lhs = rhs for every number of pairs.

    Parameters
    ----------
    lhs, rhs
        Terms of one kind over one pair index.
    prefer
        Values that a witness should take if it can.

    Returns
    -------
    Verdict
        Proved, or refuted with a witness of size d = 2 (one pair, i = 0).
    """
    pair = _common_pair(lhs, rhs)
    for lemma in sorted(lhs.lemmas | rhs.lemmas):
        if not lemma_holds(lemma):
            raise KernelError(f"the lemma on blocks ({lemma}) failed its check")
    equation = Equation("the generic pair", lhs.block, rhs.block)
    reason = "no pairs: equal; one pair more: the lemmas leave the last pair, which is equal"
    first = {pair: sp.Integer(0)}
    prefer = {key.xreplace(first): value for key, value in (prefer or {}).items()}
    verdict = decide_all((equation,), rule=RULE, reason=reason, fixed=first, prefer=prefer)
    if verdict.witness is None:
        return verdict
    note = ", ".join(filter(None, ("d = 2", verdict.witness.note)))
    return replace(verdict, witness=replace(verdict.witness, note=note))


def _common_pair(lhs: Term, rhs: Term) -> Expr:
    """The pair index that both sides run over."""
    for term in (lhs, rhs):
        if term.pair is None:
            raise KernelError(f"{term.tex} is not block-wise: it has no pair index")
    if lhs.pair != rhs.pair or lhs.kind is not rhs.kind:
        raise KernelError(f"{lhs.tex} and {rhs.tex} are not of one kind over one pair index")
    return lhs.pair


@cache
def lemma_holds(name: str) -> bool:
    """Check one lemma about blocks of symbolic size; the answer is kept."""
    return LEMMAS[name]()


_H = sp.Symbol("h", integer=True, nonnegative=True)


def _matrix(head: str, last: str) -> tuple[Expr, Expr, Expr]:
    """diag(D, A) with D of size 2h and A of size 2."""
    d, a = sp.MatrixSymbol(head, 2 * _H, 2 * _H), sp.MatrixSymbol(last, 2, 2)
    return _diagonal(d, a), d, a


def _diagonal(d: Expr, a: Expr) -> Expr:
    return sp.BlockMatrix([[d, sp.ZeroMatrix(2 * _H, 2)], [sp.ZeroMatrix(2, 2 * _H), a]])


def _vector(head: str, last: str) -> tuple[Expr, Expr, Expr]:
    """(u; a) with u of size 2h and a of size 2."""
    u, a = sp.MatrixSymbol(head, 2 * _H, 1), sp.MatrixSymbol(last, 2, 1)
    return sp.BlockMatrix([[u], [a]]), u, a


def _product() -> bool:
    """diag(D, A)·diag(E, B) = diag(DE, AB)."""
    (x, d, a), (y, e, b) = _matrix("D", "A"), _matrix("E", "B")
    return bool(sp.block_collapse(x * y) == _diagonal(d * e, a * b))


def _application() -> bool:
    """diag(D, A)·(u; a) = (Du; Aa)."""
    (x, d, a), (y, u, b) = _matrix("D", "A"), _vector("u", "a")
    return bool(sp.block_collapse(x * y) == sp.BlockMatrix([[d * u], [a * b]]))


def _row() -> bool:
    """(u; a)ᵀ·diag(D, A) = (uᵀD, aᵀA)."""
    (x, d, a), (y, u, b) = _matrix("D", "A"), _vector("u", "a")
    return bool(sp.block_collapse(y.T * x) == sp.BlockMatrix([[u.T * d, b.T * a]]))


def _bilinear() -> bool:
    """(u; a)ᵀ(v; b) = uᵀv + aᵀb."""
    (x, u, a), (y, v, b) = _vector("u", "a"), _vector("v", "b")
    return bool(sp.block_collapse(x.T * y) == u.T * v + a.T * b)


def _transpose() -> bool:
    """diag(D, A)ᵀ = diag(Dᵀ, Aᵀ), and a row's transpose is the vector."""
    (x, d, a), (y, _, _) = _matrix("D", "A"), _vector("u", "a")
    return bool(sp.block_collapse(x.T) == _diagonal(d.T, a.T) and sp.block_collapse(y.T.T) == y)


def _sum() -> bool:
    """diag(D, A) + diag(E, B) = diag(D + E, A + B), and the like for vectors."""
    (x, d, a), (y, e, b) = _matrix("D", "A"), _matrix("E", "B")
    (p, u, s), (q, v, t) = _vector("u", "a"), _vector("v", "b")
    return bool(
        sp.block_collapse(x + y) == _diagonal(d + e, a + b)
        and sp.block_collapse(p + q) == sp.BlockMatrix([[u + v], [s + t]])
    )


def _scale() -> bool:
    """c·diag(D, A) = diag(cD, cA), and the like for vectors."""
    c = sp.Symbol("c", complex=True)
    (x, d, a), (p, u, s) = _matrix("D", "A"), _vector("u", "a")
    return bool(
        sp.block_collapse(c * x) == _diagonal(c * d, c * a)
        and sp.block_collapse(c * p) == sp.BlockMatrix([[c * u], [c * s]])
    )


def _determinant() -> bool:
    r"""Split det diag(D, A) = det D · det A by expansion along the last two rows.

    The last row of diag(D, A) is (0, a₁₀, a₁₁). Laplace expansion along it leaves minors whose
    last row has one entry, a₀₁ and a₀₀, before det D.
    """
    delta, *entries = sp.symbols("Delta a0:4", complex=True)
    a00, a01, a10, a11 = entries
    expanded = a11 * (a00 * delta) - a10 * (a01 * delta)
    return decide(expanded, delta * (a00 * a11 - a01 * a10)).proved


def _real_part() -> bool:
    """Re(s + t) = Re s + Re t."""
    a, b, c, d = sp.symbols("a b c d", real=True)
    s, t = a + sp.I * b, c + sp.I * d
    whole = sp.re(s + t, evaluate=False)
    return decide(whole, sp.re(s, evaluate=False) + sp.re(t, evaluate=False)).proved


LEMMAS: dict[str, Callable[[], bool]] = {
    "product": _product,
    "application": _application,
    "row": _row,
    "bilinear": _bilinear,
    "transpose": _transpose,
    "sum": _sum,
    "scale": _scale,
    "determinant": _determinant,
    "real part": _real_part,
}
"""The facts about blocks, by the names that terms carry."""
