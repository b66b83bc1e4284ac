r"""The symbols of the theorems, in the papers' notation.

$\boldsymbol R(\phi)$ is the rotation of the plane by $\phi$. $\theta_i$ are the angular
frequencies of the pairs, $i = 0, \dots, d/2-1$ (the RoFormer paper counts from 1), and
$\boldsymbol R_m = \operatorname{diag}(\boldsymbol R(m\theta_0), \dots)$. Theorems that do not
say otherwise hold for any real frequencies, $\theta_i = b^{-2i/d}$ among them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from .kernel import Kind, Term
from .kernel.quotient import Expr
from .kernel.reindex import PAIR
from .theorem import Quantified

alpha, beta, phi = sp.symbols("alpha beta phi", real=True)
m, n, t, theta = sp.symbols("m n t theta", real=True)
i = PAIR
d = sp.Symbol("d", integer=True, positive=True)
b = sp.Symbol("b", positive=True)
thetas = sp.IndexedBase("theta", real=True)
q, k, u, v, x = (sp.IndexedBase(name, real=True) for name in "qkuvx")

theta_i = thetas[i]
"""The angular frequency of the generic pair."""

FREQUENCY = b ** (-2 * i / d)
"""The frequencies of the RoFormer paper, with base b."""

UNIT_FREQUENCY = ((theta_i, sp.Integer(1)),)
"""A witness in one plane should have the true frequency of pair 0, which is 1."""

ANGLE = {
    alpha: Quantified("\\alpha", "any real angle", alpha),
    beta: Quantified("\\beta", "any real angle", beta),
    phi: Quantified("\\phi", "any real angle", phi),
    m: Quantified("m", "any real number, a position", m),
    n: Quantified("n", "any real number, a position", n),
    t: Quantified("t", "any real number, a shift of positions", t),
    theta: Quantified("\\theta", "any real number, an angular frequency", theta),
}
FREQUENCIES = Quantified("\\theta_i", "any real angular frequencies, one for each pair", thetas)


def real_vector(base: Any, size: str = "d") -> Quantified:
    """Quantify a real vector."""
    return Quantified(f"\\boldsymbol {base}", f"any real vector of {size} entries", base)


def _rotation(angle: Expr) -> Any:
    """The matrix of the rotation of the plane by an angle."""
    return sp.ImmutableMatrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])


def R(angle: Expr, tex: str | None = None) -> Term:  # noqa: N802 - the papers' letter
    r"""Write $\boldsymbol R(\phi)$, the rotation of one plane (RoFormer Eq. 13)."""
    written = tex or sp.latex(angle)
    return Term(Kind.MATRIX, f"\\boldsymbol R({written})", _rotation(angle))


J = Term(Kind.MATRIX, "\\boldsymbol J", sp.ImmutableMatrix([[0, -1], [1, 0]]))
r"""The quarter turn, $\boldsymbol J = \boldsymbol R(\pi/2)$."""

IDENTITY = Term(Kind.MATRIX, "\\boldsymbol I", sp.eye(2).as_immutable())
"""The identity of one plane."""


def number(value: Expr, tex: str | None = None) -> Term:
    """Write a scalar of one plane."""
    value = sp.sympify(value)
    return Term(Kind.SUM, tex or sp.latex(value), value)


def plane_vector(base: Any) -> Term:
    """Write a vector of one plane, with entries 0 and 1."""
    return Term(Kind.VECTOR, f"\\boldsymbol {base}", sp.ImmutableMatrix([base[0], base[1]]))


def as_complex(vector: Term) -> Term:
    """Read a vector of one plane as the complex number (first entry) + i·(second entry)."""
    name = f"({vector.tex})" if vector.lemmas else vector.tex.removeprefix("\\boldsymbol ")
    tex = f"{name}_0 + \\mathrm i\\,{name}_1"
    return Term(Kind.SUM, tex, vector.block[0] + sp.I * vector.block[1], rank=0)


def area(left: Term, right: Term) -> Term:
    r"""Write $\det(u, v) = u_0v_1 - u_1v_0$, the signed area between two vectors."""
    turned = Term(Kind.MATRIX, "\\boldsymbol J^\\top", J.block.T, left.pair)
    return replace(left.T @ turned @ right, tex=f"\\det({left.tex}, {right.tex})", rank=3)


def rotary(position: Expr, tex: str | None = None) -> Term:
    r"""Write $\boldsymbol R_m$, the rotary matrix of every even size (RoFormer Eq. 15)."""
    written = tex or sp.latex(position)
    return Term(
        Kind.MATRIX, f"\\boldsymbol R_{{{written}}}", _rotation(position * theta_i), pair=i
    )


def blockwise(tex: str, block: Any) -> Term:
    """Write a block-diagonal matrix by its block at the generic pair."""
    return Term(Kind.MATRIX, tex, sp.ImmutableMatrix(block), pair=i)


EYE = blockwise("\\boldsymbol I", [[1, 0], [0, 1]])
"""The identity of every even size."""

ONE = Term(Kind.PRODUCT, "1", sp.Integer(1), pair=i)
"""The product of as many ones as there are pairs."""


def vector(base: Any) -> Term:
    """Write a vector of every even size, by its entries 2i and 2i+1."""
    return Term(
        Kind.VECTOR,
        f"\\boldsymbol {base}",
        sp.ImmutableMatrix([base[2 * i], base[2 * i + 1]]),
        pair=i,
    )


def pair_number(base: Any) -> Expr:
    r"""Read pair i of a vector as the number $x_{[i]} = x_{2i} + \mathrm i\,x_{2i+1}$."""
    return base[2 * i] + sp.I * base[2 * i + 1]


def sum_over_pairs(summand: Expr, tex: str) -> Term:
    r"""Write $\sum_{i=0}^{d/2-1}$ of a summand."""
    return Term(Kind.SUM, f"\\sum_{{i=0}}^{{d/2-1}} {tex}", summand, pair=i, rank=1)
