"""B11: rotating the embeddings instead of queries and keys."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import Differ, PlaneIdentity
from ropespec.spec.claims.matrix_words import SameWords
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.matrix_words import Relation
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import R, m, n, plane_vector, t, u, v
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_M, _RM, _RN, _RT = sp.symbols("M R_m^T R_n R_t", commutative=False)
_RTT, _RD = sp.symbols("R_t^T R_n-m", commutative=False)
_UNIT = sp.Integer(1)
_TURNED_BACK = (Relation(_RTT * _RT, _UNIT), Relation(_RT * _RTT, _UNIT))

_M_TEX = "\\boldsymbol M = \\boldsymbol W_q^\\top\\boldsymbol W_k"
_COMMUTES_TEX = "\\boldsymbol R_t\\boldsymbol M = \\boldsymbol M\\boldsymbol R_t\\ \\forall t"
_SCORE_TEX = (
    "(\\boldsymbol W_q\\boldsymbol R_m\\boldsymbol x)^\\top(\\boldsymbol W_k\\boldsymbol R_n"
    "\\boldsymbol y)"
)
_SHIFTED_TEX = (
    "\\boldsymbol R_{m+t}^\\top\\boldsymbol M\\boldsymbol R_{n+t} = "
    "\\boldsymbol R_m^\\top\\boldsymbol M\\boldsymbol R_n"
)

_INSERTED = SameWords(
    _RT * _RTT * _M * _RT,
    _M * _RT,
    "\\boldsymbol R_t\\,(\\boldsymbol R_t^\\top\\boldsymbol M\\boldsymbol R_t) = "
    "\\boldsymbol M\\boldsymbol R_t",
    _TURNED_BACK,
)
_NECESSARY = SameWords(
    _RT * _RTT * _M * _RT,
    _RT * _M,
    "\\boldsymbol R_t^\\top\\boldsymbol M\\boldsymbol R_t = \\boldsymbol M \\implies "
    "\\boldsymbol R_t\\,(\\boldsymbol R_t^\\top\\boldsymbol M\\boldsymbol R_t) = "
    "\\boldsymbol R_t\\boldsymbol M",
    (Relation(_RTT * _M * _RT, _M),),
)
_SUFFICIENT = SameWords(
    _RM * _RTT * _M * _RT * _RN,
    _RM * _M * _RN,
    f"{_COMMUTES_TEX} \\implies {_SHIFTED_TEX}",
    (Relation(_M * _RT, _RT * _M), *_TURNED_BACK),
)
_DISTANCE = SameWords(
    _RM * _M * _RN,
    _M * _RD,
    "\\boldsymbol R_t\\boldsymbol M = \\boldsymbol M\\boldsymbol R_t \\implies "
    "\\boldsymbol R_m^\\top\\boldsymbol M\\boldsymbol R_n = \\boldsymbol M\\boldsymbol R_{n-m}",
    (Relation(_RM * _M, _M * _RM), Relation(_RM * _RN, _RD)),
)
_IFF = Together(
    (_INSERTED, _NECESSARY, _SUFFICIENT, _DISTANCE),
    f"{_SCORE_TEX} = g(\\boldsymbol x, \\boldsymbol y, n-m)\\ \\forall\\,\\boldsymbol x, "
    f"\\boldsymbol y, m, n \\iff {_COMMUTES_TEX},\\; {_M_TEX}",
)

_A, _B = sp.symbols("a b", real=True)
_X, _Y = plane_vector(u), plane_vector(v)


def _matrix(tex: str, entries: Any) -> Term:
    """Write an explicit matrix of one plane."""
    return Term(Kind.MATRIX, tex, sp.ImmutableMatrix(entries))


_FIRST = _matrix("\\begin{pmatrix}1&0\\\\0&0\\end{pmatrix}", [[1, 0], [0, 0]])
_TURNING = _matrix("(a\\boldsymbol I + b\\boldsymbol J)", [[_A, -_B], [_B, _A]])
_FLIP = _matrix("\\begin{pmatrix}1&0\\\\0&-1\\end{pmatrix}", [[1, 0], [0, -1]])


def _score(inner: Term, query: Expr, key: Expr) -> Term:
    """(R(query) u)ᵀ M (R(key) v) in one plane."""
    return (R(query) @ _X).T @ inner @ (R(key) @ _Y)


_E0 = ((u[0], _UNIT), (u[1], sp.Integer(0)), (v[0], _UNIT), (v[1], sp.Integer(0)))
_LOST = Differ(
    _score(_FIRST, sp.Integer(1), sp.Integer(1)).block,
    _score(_FIRST, sp.Integer(0), sp.Integer(0)).block,
    _E0,
    "\\boldsymbol x^\\top\\boldsymbol R(1)^\\top\\boldsymbol M\\boldsymbol R(1)\\boldsymbol y "
    "\\ne "
    "\\boldsymbol x^\\top\\boldsymbol M\\boldsymbol y\\quad(\\boldsymbol M = "
    f"{_FIRST.tex},\\, \\boldsymbol x = \\boldsymbol y = \\boldsymbol e_0)",
)

B11 = Theorem(
    id="B11",
    title="Rotated embeddings keep relative scores only for projections that commute",
    source=Source("this project; the order of RoFormer Eq. (14) turned around"),
    symbols=(
        Quantified(
            "\\boldsymbol M",
            "$\\boldsymbol W_q^\\top\\boldsymbol W_k$, any square matrix of the embeddings' "
            "size",
            _M,
        ),
        Quantified("\\boldsymbol R_t", "the rotary matrix of a shift by any real t", _RT),
    ),
    statement=(_IFF, _LOST),
    proof=(
        Step(
            "turn back",
            "Let the scores be relative. They are so for all $\\boldsymbol x$ and "
            "$\\boldsymbol y$, unit vectors among them, so the matrices are: shifted from 0 to "
            "t, "
            "$\\boldsymbol R_t^\\top\\boldsymbol M\\boldsymbol R_t=\\boldsymbol M$. On the one "
            "hand the two rotations on the left cancel (B1).",
            _INSERTED,
        ),
        Step(
            "so M commutes",
            "On the other hand the bracket is $\\boldsymbol M$. Together: "
            "$\\boldsymbol M\\boldsymbol R_t=\\boldsymbol R_t\\boldsymbol M$.",
            _NECESSARY,
        ),
        Step(
            "the converse",
            "Let $\\boldsymbol M$ commute. By B1 $\\boldsymbol R_{m+t}=\\boldsymbol "
            "R_t\\boldsymbol "
            "R_m$; move $\\boldsymbol R_t$ past $\\boldsymbol M$, where it meets its "
            "transpose.",
            _SUFFICIENT,
        ),
        Step(
            "the distance",
            "Then the score is the one with $\\boldsymbol M\\boldsymbol R_{n-m}$ in the "
            "middle.",
            _DISTANCE,
        ),
        Step(
            "the condition",
            "Both directions. By B10 it says that $\\boldsymbol M$ turns and stretches each "
            "pair "
            "and mixes none.",
            _IFF,
        ),
        Step(
            "a projection that does not",
            "Let $\\boldsymbol W_q=\\boldsymbol W_k$ keep the first channel and drop the "
            "second. "
            "The score of $\\boldsymbol e_0$ with itself at distance 0 is 1 at position 0 and "
            "$\\cos^2 1$ at position 1.",
            _LOST,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: any M keeps relative scores",
            PlaneIdentity(_score(_FLIP, m + t, n + t), _score(_FLIP, m, n)),
        ),
        Altered(
            "each projection has to commute by itself, as diag(1, -1) for both shows: "
            "their product is the identity",
            PlaneIdentity(R(t) @ _FLIP, _FLIP @ R(t)),
        ),
        Altered(
            "sign of the distance",
            PlaneIdentity(_score(_TURNING, m, n), _X.T @ _TURNING @ R(m - n, "m-n") @ _Y),
        ),
        Altered(
            "the example shows it at every position, a half turn among them",
            Differ(
                _score(_FIRST, sp.pi, sp.pi).block,
                _LOST.rhs,
                _E0,
                "\\boldsymbol x^\\top\\boldsymbol R(\\pi)^\\top\\boldsymbol M\\boldsymbol "
                "R(\\pi)"
                "\\boldsymbol y \\ne \\boldsymbol x^\\top\\boldsymbol M\\boldsymbol y",
            ),
        ),
    ),
    meaning=(
        "A module that rotates token embeddings and projects them afterwards looks like RoPE "
        "and is not: after a trained projection the score depends on where the two tokens "
        "stand, not only on how far apart they are. It is relative exactly when the product of "
        "the two projections commutes with every rotation. Rotating embeddings shows what a "
        "rotation does; a model has to rotate queries and keys."
    ),
    not_implied=(
        ("rotated-twice", "Rotating queries and keys once more is a matter of its own."),
        ("wrong-base", "It holds for any frequencies."),
        ("positions-ignored", "Without rotations every M commutes."),
    ),
    laws=("relative-position",),
    depends=("B1", "B2", "B10"),
)
