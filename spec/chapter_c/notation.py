r"""Symbols of attention: tokens, their positions, and scores between them.

Token n stands at the position $p_n$, any real number, and has a query $q_n$, a key $k_n$ and a
value; $v_n$ is any one channel of its value, and $o_m$ that channel of the output. There are
$N \ge 1$ tokens, and scores are multiplied by any real number κ, $1/\sqrt d$ as a rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.unrolling import Table
from ropespec.spec.notation import i, rotary, thetas
from ropespec.spec.theorem import Quantified

row, column = sp.symbols("m n", integer=True, nonnegative=True)
count = sp.Symbol("N", integer=True, positive=True)
kappa = sp.Symbol("kappa", real=True)
places, values = sp.IndexedBase("p", real=True), sp.IndexedBase("v", real=True)
queries, keys = sp.IndexedBase("q", real=True), sp.IndexedBase("k", real=True)
score_name, other_name = (sp.Function(name, real=True) for name in ("s", "r"))

COUNT = Quantified("N", "any positive number of tokens", count)
KAPPA = Quantified("\\kappa", "any real number, $1/\\sqrt d$ as a rule", kappa)
PLACES = Quantified("p_n", "any real positions, one for each token", places)
VALUES = Quantified("v_n", "any channel of the values, real numbers", values)
QUERIES = Quantified("\\boldsymbol q_n", "any real queries of d entries", queries)
KEYS = Quantified("\\boldsymbol k_n", "any real keys of d entries", keys)


def token(base: Any, index: Expr, tex: str) -> Term:
    """Write the vector of a token, by its entries 2i and 2i+1."""
    entries = sp.ImmutableMatrix([base[index, 2 * i], base[index, 2 * i + 1]])
    return Term(Kind.VECTOR, f"\\boldsymbol {base}_{tex}", entries, pair=i)


def score(query_place: Expr, key_place: Expr) -> Term:
    """Write the score of the query of token m with the key of token n, at two places."""
    query = rotary(query_place) @ token(queries, row, "m")
    return query.T @ (rotary(key_place) @ token(keys, column, "n"))


def over_tokens(summand: Expr, last: Expr = count - 1) -> Any:
    """Add up over the tokens n = 0 … last."""
    return sp.Sum(summand, (column, 0, last))


def softmax(scores: Expr, last: Expr = count - 1, weight: Expr = sp.S.One) -> Expr:
    """Write Σ e^{κs}·v_n over Σ e^{κs}, with another factor on both summands."""
    power = weight * sp.exp(kappa * scores)
    return over_tokens(power * values[column], last) / over_tokens(power, last)


def softmax_tex(scores: str, last: str = "N-1", value: str = "v_n", mask: str = "") -> str:
    """Write the same in LaTeX."""
    total = f"\\sum_{{n=0}}^{{{last}}}{mask} e^{{\\kappa\\,{scores}}}"
    return f"\\frac{{{total}\\,{value}}}{{{total}}}"


def example(changes: Mapping[Expr, Expr | int] | None = None) -> Table:
    """Give numbers for two tokens of one pair that turns a quarter per position.

    The row m is token 1; queries are (1, 0) and keys (0, 1); token 0 has the value 1, token 1
    the value 0.

    Parameters
    ----------
    changes
        Further numbers, and other ones for those above.
    """
    table: dict[Any, Any] = {
        row: 1,
        count: 2,
        kappa: 1,
        thetas[0]: sp.pi / 2,
        values[0]: 1,
        values[1]: 0,
    }
    for index in (0, 1):
        table |= {places[index]: index, queries[index, 0]: 1, queries[index, 1]: 0}
        table |= {keys[index, 0]: 0, keys[index, 1]: 1}
    table |= changes or {}
    return tuple((name, sp.sympify(value)) for name, value in table.items())
