"""B13: rotation acts inside each head, for any number of heads and any grouping of keys."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.claims.sums import SumsAgree
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    i,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    t,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_HEAD = sp.Symbol("h", integer=True, nonnegative=True)
_HEADS = sp.Symbol("H", integer=True, positive=True)
_GROUP = sp.Function("gamma", integer=True, nonnegative=True)
_WEIGHT = sp.IndexedBase("w", real=True)
_NAMES = tuple(sp.Function(name, real=True) for name in ("s", "r"))


def _head(base: Any, head: Expr, tex: str) -> Term:
    """The vector of one head, by its entries 2i and 2i+1."""
    entries = sp.ImmutableMatrix([base[head, 2 * i], base[head, 2 * i + 1]])
    return Term(Kind.VECTOR, f"\\boldsymbol {base}_{{{tex}}}", entries, pair=i)


_Q = _head(q, _HEAD, "h")
_K = _head(k, _GROUP(_HEAD), "\\gamma(h)")
_OWN = _head(k, _HEAD, "h")


def _score(query: Expr, key: Expr, keys: Term = _K) -> Term:
    """The score of head h."""
    return (rotary(query) @ _Q).T @ (rotary(key) @ keys)


_DISTANCE = _Q.T @ rotary(n - m, "n-m") @ _K
_EACH = EverySize(_score(m, n), _DISTANCE, UNIT_FREQUENCY)
_OTHER_SPEEDS = Term(
    Kind.MATRIX,
    "\\boldsymbol R_{n+h}",
    rotary(n + _HEAD).block,
    pair=i,
)


def _total(name: Any) -> Expr:
    """The scores of all heads, each with a weight, added up."""
    return sp.Sum(_WEIGHT[_HEAD] * name(_HEAD), (_HEAD, 0, _HEADS - 1))


_SUM_TEX = "\\sum_{h=0}^{H-1} w_h\\,"
_ALL = SumsAgree(
    _total(_NAMES[0]),
    _total(_NAMES[1]),
    f"{_SUM_TEX}{_score(m + t, n + t).tex} = {_SUM_TEX}{_DISTANCE.tex}",
    ((_NAMES[0](_HEAD), _score(m + t, n + t)), (_NAMES[1](_HEAD), _DISTANCE)),
)

B13 = Theorem(
    id="B13",
    title="Every head is rotated by itself, and every head's score is relative",
    source=Source("RoFormer", "2104.09864", "Eq. (16), for each head of Vaswani's attention"),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        FREQUENCIES,
        Quantified("h", "any head, $0 \\le h < H$", _HEAD),
        Quantified("H", "any positive number of heads", _HEADS),
        real_vector(q, "each head's d"),
        real_vector(k, "each head's d"),
    ),
    statement=(_EACH, _ALL),
    proof=(
        Step(
            "the query of a head",
            "Every head has the same matrix $\\boldsymbol R_m$: the position belongs to the "
            "token, not to the head.",
            EverySize((rotary(m) @ _Q).T, _Q.T @ rotary(-m)),
        ),
        Step(
            "the score of a head",
            "Query head h meets the key head $\\gamma(h)$ of its group; $\\gamma(h)=h$ without "
            "groups, $\\gamma(h)=0$ with one key head. The proof of B2 uses nothing about "
            "which "
            "key it is.",
            _EACH,
        ),
        Step(
            "all heads",
            "What is added up over heads, with any weights, is relative too: the summands are "
            "the same for the generic head.",
            _ALL,
        ),
    ),
    altered=(
        Altered(
            "sign of the distance in a head",
            EverySize(_score(m, n), _Q.T @ rotary(m - n, "m-n") @ _K, UNIT_FREQUENCY),
        ),
        Altered(
            "index: the key of the head itself instead of its group's",
            EverySize(_score(m, n), _Q.T @ rotary(n - m, "n-m") @ _OWN, UNIT_FREQUENCY),
        ),
        Altered(
            "axes mixed up: the head's number is added to the position",
            EverySize((rotary(m) @ _Q).T @ (_OTHER_SPEEDS @ _K), _DISTANCE, UNIT_FREQUENCY),
        ),
        Altered(
            "only the query heads are rotated, not the keys they share",
            EverySize((rotary(m) @ _Q).T @ _K, _DISTANCE, UNIT_FREQUENCY),
        ),
    ),
    meaning=(
        "Rotation knows positions and channels, not heads. Each head, of any number of heads, "
        "sees distances alone, and so does everything that adds heads up; query heads may "
        "share "
        "keys in any way. A head's output does not depend on the other heads, which is what an "
        "implementation with swapped axes gets wrong."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies, the same in every head."),
        ("wrong-pairing", "It takes the pairs inside a head as given."),
        ("positions-off-by-one", "A common offset cancels in every head."),
    ),
    laws=("head-independence", "relative-position"),
    depends=("B2", "B7"),
)
