"""C6: without positions attention does not see the order of its tokens."""

from typing import Any

import sympy as sp

from ropespec.spec.claims.sums import SumsAgree, SumsDiffer
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.sums import VISIBLE, Permutation
from ropespec.spec.notation import i, rotary
from ropespec.spec.theorem import Altered, Source, Step, Theorem

from .notation import (
    COUNT,
    KAPPA,
    VALUES,
    column,
    count,
    example,
    kappa,
    keys,
    other_name,
    places,
    queries,
    row,
    score_name,
    values,
)

_ORDER = sp.Function("pi", integer=True, nonnegative=True)
_PERMUTATION = Permutation(_ORDER, sp.Integer(0), count - 1)
_MOVED = _ORDER(column)


def _parts(scores: Expr, value: Expr, weight: Expr = sp.S.One) -> tuple[Expr, Expr]:
    """Σ e^{κs}·v and Σ e^{κs}."""
    power = weight * sp.exp(kappa * scores)
    limits = (column, 0, count - 1)
    return sp.Sum(power * value, limits), sp.Sum(power, limits)


def _attention(scores: Expr, value: Expr, weight: Expr = sp.S.One) -> Expr:
    """Σ e^{κs}·v over Σ e^{κs}."""
    above, below = _parts(scores, value, weight)
    return above / below


def _tex(scores: str, value: str, mask: str = "") -> str:
    total = f"\\sum_{{n=0}}^{{N-1}}{mask} e^{{\\kappa\\,{scores}}}"
    return f"\\frac{{{total}\\,{value}}}{{{total}}}"


_BEFORE = _attention(score_name(_ORDER(row), column), values[column])
_AFTER = _attention(score_name(_ORDER(row), _MOVED), values[_MOVED])
_MOVED_TEX = _tex("s(x_{\\pi m}, x_{\\pi n})", "v_{\\pi n}")
_PLACE_TEX = _tex("s(x_{\\pi m}, x_n)", "v_n")
_SAME_TEX = f"{_MOVED_TEX} = {_PLACE_TEX}"
_PERMUTES = "\\; \\{\\pi 0,\\dots,\\pi(N-1)\\} = \\{0,\\dots,N-1\\}"
_SAME = SumsAgree(_AFTER, _BEFORE, f"{_SAME_TEX},{_PERMUTES}", permutations=(_PERMUTATION,))
_BELOW = SumsAgree(
    sp.Sum(sp.exp(kappa * score_name(_ORDER(row), _MOVED)), (column, 0, count - 1)),
    sp.Sum(sp.exp(kappa * score_name(_ORDER(row), column)), (column, 0, count - 1)),
    "\\sum_{n=0}^{N-1} e^{\\kappa\\,s(x_{\\pi m}, x_{\\pi n})} = "
    "\\sum_{n=0}^{N-1} e^{\\kappa\\,s(x_{\\pi m}, x_n)}",
    permutations=(_PERMUTATION,),
)

_SWAP = {_ORDER(0): 1, _ORDER(1): 0}
_SCORES = {score_name(j, n): j + n for j in (0, 1) for n in (0, 1)}


def _token(base: Any, index: Expr, tex: str) -> Term:
    """The vector of a token, by its entries 2i and 2i+1."""
    entries = sp.ImmutableMatrix([base[index, 2 * i], base[index, 2 * i + 1]])
    return Term(Kind.VECTOR, f"\\boldsymbol {base}_{{{tex}}}", entries, pair=i)


def _rotated(query_place: Expr, key: Expr, tex: str) -> Term:
    """The score of the query of token π(m), at a place, with a key at the place n."""
    query = rotary(places[query_place]) @ _token(queries, _ORDER(row), "{\\pi m}")
    return query.T @ (rotary(places[column]) @ _token(keys, key, tex))


_S, _R = score_name(row, column), other_name(row, column)
_NEW = _rotated(row, _MOVED, "{\\pi n}")
_OLD = _rotated(_ORDER(row), column, "n")
_NEW_TEX, _OLD_TEX = _tex("s_{mn}", "v_{\\pi n}"), _tex("r_{mn}", "v_n")
_NEW_ABOVE, _NEW_BELOW = _parts(_S, values[_MOVED])
_OLD_ABOVE, _OLD_BELOW = _parts(_R, values[column])
_WITH_ROPE = SumsDiffer(
    _NEW_ABOVE * _OLD_BELOW,
    _OLD_ABOVE * _NEW_BELOW,
    f"{_NEW_TEX} \\ne {_OLD_TEX},\\; s_{{mn}} = {_NEW.tex},\\; r_{{mn}} = {_OLD.tex}",
    example(_SWAP),
    ((_S, _NEW), (_R, _OLD)),
)
_LEFT_TEX = _tex("s(x_{\\pi m}, x_{\\pi n})", "v_n")
_MASKED_TEX = _tex("s(x_{\\pi m}, x_{\\pi n})", "v_{\\pi n}", " V_{mn}")
_MASKED_OLD_TEX = _tex("s(x_{\\pi m}, x_n)", "v_n", " V_{\\pi m,n}")
_SEEN = VISIBLE(row, column)
_SEEN_NUMBERS = {VISIBLE(j, n): int(n <= j) for j in (0, 1) for n in (0, 1)}


C6 = Theorem(
    id="C6",
    title="Without positions attention does not see the order of its tokens",
    source=Source("this project; the need for positions in RoFormer §2"),
    symbols=(COUNT, KAPPA, VALUES),
    statement=(_SAME, _WITH_ROPE),
    proof=(
        Step(
            "the same numbers in another order",
            "Put the tokens in the order $x_{\\pi 0},x_{\\pi 1},\\dots$ with any permutation "
            "$\\pi$ of $0,\\dots,N-1$. The summands are those of the old order, since $\\pi n$ "
            "runs through all tokens when n does; a sum does not depend on the order.",
            _BELOW,
        ),
        Step(
            "the output moves along",
            "The same holds for the numerator. So the output at place m is the old one at "
            "place $\\pi m$, whatever the score $s(x,y)$ of two tokens is.",
            _SAME,
        ),
        Step(
            "with rotations it does not",
            "Two tokens exchange their places, and the places keep their positions 0 and 1. "
            "Looking at itself and the other, token 0 had the weight $1/(1+e^{-1})$ for "
            "itself; in its new place it has $1/(1+e)$. "
            "Both sides are compared after multiplying by the two denominators, which are "
            "positive.",
            _WITH_ROPE,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: every place gets token 0",
            SumsAgree(
                _AFTER,
                _BEFORE,
                f"{_SAME_TEX}\\quad(\\pi n = 0)",
                example=example({_ORDER(0): 0, _ORDER(1): 0, **_SCORES}),
            ),
        ),
        Altered(
            "the output stays at its place",
            SumsAgree(
                _AFTER,
                _attention(score_name(row, column), values[column]),
                f"{_MOVED_TEX} = {_tex('s(x_m, x_n)', 'v_n')}",
                example=example({**_SWAP, **_SCORES, score_name(1, 1): 5}),
            ),
        ),
        Altered(
            "the values stay at their places",
            SumsAgree(
                _attention(score_name(_ORDER(row), _MOVED), values[column]),
                _BEFORE,
                f"{_LEFT_TEX} = {_PLACE_TEX}",
                example=example({**_SWAP, **_SCORES}),
            ),
        ),
        Altered(
            "hypothesis dropped: under a causal mask",
            SumsAgree(
                _attention(score_name(_ORDER(row), _MOVED), values[_MOVED], _SEEN),
                _attention(
                    score_name(_ORDER(row), column),
                    values[column],
                    VISIBLE(_ORDER(row), column),
                ),
                f"{_MASKED_TEX} = {_MASKED_OLD_TEX}",
                example=example({**_SWAP, **_SCORES, **_SEEN_NUMBERS}),
            ),
        ),
    ),
    meaning=(
        "To attention without positions, and without a mask, a text is a bag of words: 'the "
        "man escaped from the snake' and 'the snake escaped from the man' give every word the "
        "same output. Positions have to come in somewhere. With RoPE they come into the "
        "scores, and exchanging two words does change what is computed."
    ),
    not_implied=(
        ("positions-ignored", "This is what it is about: without positions all is consistent."),
        ("wrong-base", "No frequency occurs in it."),
        ("positions-reversed", "Which order of positions is the right one it does not say."),
    ),
    laws=("value",),
    depends=("C1",),
)
