"""C4: linear attention with RoPE, and why its denominator is not rotated."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.claims.bounds import NonnegativeFrom
from ropespec.spec.claims.sums import SumsAgree
from ropespec.spec.kernel import Kind, Term, squared_norm
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import FREQUENCIES, UNIT_FREQUENCY, R, i, number, rotary, t
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .notation import (
    COUNT,
    PLACES,
    VALUES,
    column,
    example,
    other_name,
    over_tokens,
    places,
    row,
    score_name,
    values,
)

_FQ, _FK = (sp.IndexedBase(name, positive=True) for name in ("f", "g"))
_S, _R = score_name(row, column), other_name(row, column)
_U = sp.Function("u", real=True)(row, column)
_M, _N = places[row], places[column]


def _features(base: Any, index: Expr, tex: str) -> Term:
    """The features of a query or key, positive numbers."""
    entries = sp.ImmutableMatrix([base[index, 2 * i], base[index, 2 * i + 1]])
    return Term(Kind.VECTOR, f"\\phi(\\boldsymbol {tex})", entries, pair=i)


_QUERY, _KEY = _features(_FQ, row, "q_m"), _features(_FK, column, "k_n")
_PLAIN = _QUERY.T @ _KEY


def _turned(query: Expr, key: Expr) -> Term:
    """The product of two turned feature vectors."""
    return (rotary(query) @ _QUERY).T @ (rotary(key) @ _KEY)


def _attention(name: Any) -> Expr:
    """Σ of turned products times values over Σ of products that are not turned."""
    return over_tokens(name * values[column]) / over_tokens(_U)


def _tex(product: str) -> str:
    below = f"\\sum_{{n=0}}^{{N-1}} {_PLAIN.tex}"
    return f"\\frac{{\\sum_{{n=0}}^{{N-1}} {product}\\,v_n}}{{{below}}}"


def _shifted(query: Expr, key: Expr, altered: bool = True) -> SumsAgree:
    """Claim that Eq. (19) gives the same at other positions."""
    moved = _turned(query, key)
    return SumsAgree(
        _attention(_S),
        _attention(_R),
        f"{_tex(moved.tex)} = {_tex(_turned(_M, _N).tex)}",
        ((_R, _turned(_M, _N)), (_S, moved), (_U, _PLAIN)),
        example=example(_NUMBERS) if altered else (),
    )


_NUMBERS = {
    t: 1,
    **{_FQ[n, e]: 1 for n in (0, 1) for e in (0, 1)},
    **{_FK[n, e]: 1 + e for n in (0, 1) for e in (0, 1)},
}
_SAME = _shifted(_M + t, _N + t, altered=False)
_NORM = EverySize(squared_norm(rotary(_M) @ _QUERY), squared_norm(_QUERY), UNIT_FREQUENCY)

_X = sp.Symbol("x", real=True)
_SIN, _COS = sp.sin(sp.Integer(1)), sp.cos(sp.Integer(1))
_QUARTER = sp.Rational(1, 4)


def _vector(tex: str, first: Expr, second: Expr) -> Term:
    return Term(Kind.VECTOR, tex, sp.ImmutableMatrix([first, second]))


_F = _vector("\\boldsymbol f", sp.Integer(1), sp.Integer(1))
_G0 = _vector("\\boldsymbol g_0", _SIN - _COS, _SIN - _COS)
_G1 = _vector("\\boldsymbol g_1", _SIN - _COS, _SIN + _COS + 2)
_AT = (
    "\\boldsymbol f = (1, 1),\\; \\boldsymbol g_0 = (\\sin1-\\cos1)\\,(1, 1),\\; "
    "\\boldsymbol g_1 = (\\sin1-\\cos1,\\, \\sin1+\\cos1+2)"
)


def _denominator(distance: Expr) -> Term:
    """The denominator of a query at 0 that sees keys at 0 and at a distance."""
    total = _F.T @ _G0 + _F.T @ R(distance) @ _G1
    return number(total.block, f"{total.tex}")


_VANISHES = PlaneIdentity(_denominator(sp.Integer(1)), number(0))
_POSITIVE = NonnegativeFrom(
    sp.sin(_X) - sp.cos(_X) - _QUARTER,
    _X,
    0,
    None,
    "\\sin x - \\cos x \\ge \\tfrac14\\ (1 \\le x \\le 2)",
    sp.Integer(1),
    sp.Integer(2),
)
_POSITIVE_TOO = NonnegativeFrom(
    sp.sin(_X) + sp.cos(_X) + 2 - _QUARTER,
    _X,
    0,
    None,
    "\\sin x + \\cos x + 2 \\ge \\tfrac14\\ (1 \\le x \\le 2)",
    sp.Integer(1),
    sp.Integer(2),
)

_WEIGHTS_TEX = _tex(_turned(_M, _N).tex).replace("\\,v_n", "") + " = 1"

C4 = Theorem(
    id="C4",
    title="Linear attention: a relative numerator, and a denominator without rotation",
    source=Source("RoFormer", "2104.09864", "Eq. (18)-(19)"),
    symbols=(
        COUNT,
        PLACES,
        VALUES,
        FREQUENCIES,
        Quantified("\\phi(\\boldsymbol q_m)", "positive features of the queries", _FQ),
        Quantified("\\phi(\\boldsymbol k_n)", "positive features of the keys", _FK),
        Quantified("t", "any real number, a shift of positions", t),
    ),
    statement=(_SAME, _NORM, _VANISHES, _POSITIVE, _POSITIVE_TOO),
    proof=(
        Step(
            "the numerator is relative",
            "B7 holds for any vectors, features among them.",
            EverySize(_turned(_M + t, _N + t), _turned(_M, _N), UNIT_FREQUENCY),
        ),
        Step(
            "the output",
            "No position occurs in the denominator, and it is positive because the features "
            "are. So Eq. (19) is unchanged by a shift of all positions.",
            _SAME,
        ),
        Step("norms are kept", "By B1 a rotation changes no length.", _NORM),
        Step(
            "rotated, the denominator can vanish",
            "Take $d=2$, $\\theta_0=1$, a query with the features $\\boldsymbol f$ at position "
            f"0 and keys at 0 and 1: ${_AT}$. The sum of the rotated products is exactly 0.",
            _VANISHES,
        ),
        Step(
            "the features are positive",
            "They are: by rational interval arithmetic $\\sin1-\\cos1$ is at least 1/4.",
            _POSITIVE,
        ),
        Step("all of them", "And so is $\\sin1+\\cos1+2$.", _POSITIVE_TOO),
    ),
    altered=(
        Altered("only the queries are shifted", _shifted(_M + t, _N)),
        Altered("sign: shifts in opposite directions", _shifted(_M + t, _N - t)),
        Altered(
            "the weights of Eq. (19) add up to 1",
            SumsAgree(
                over_tokens(_R) / over_tokens(_U),
                sp.Integer(1),
                _WEIGHTS_TEX,
                ((_R, _turned(_M, _N)), (_U, _PLAIN)),
                example=example(_NUMBERS),
            ),
        ),
        Altered(
            "the denominator of the example vanishes without rotation, too",
            PlaneIdentity(_denominator(sp.Integer(0)), number(0)),
        ),
        Altered(
            "sin x exceeds cos x from 0 on",
            NonnegativeFrom(
                _POSITIVE.function,
                _X,
                0,
                None,
                "\\sin x - \\cos x \\ge \\tfrac14\\ (0 \\le x \\le 2)",
                sp.Integer(0),
                sp.Integer(2),
            ),
        ),
    ),
    meaning=(
        "RoPE goes together with attention that never forms the table of scores: rotate the "
        "features in the numerator and leave the denominator alone. The result is relative, "
        "though its weights no longer add up to 1. Rotated products of positive features may "
        "be negative, and with the rotation in the denominator one may divide by exactly 0."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies."),
        ("positions-ignored", "Eq. (18), without positions, is relative trivially."),
        ("positions-off-by-one", "A common offset cancels in the numerator."),
    ),
    laws=("relative-position", "norm"),
    depends=("B1", "B7"),
)
