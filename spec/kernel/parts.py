r"""Vectors and matrices that are not block-diagonal throughout, for every number of pairs.

Two shapes occur beside the block-diagonal one. A *split* vector has pairs that turn and, after
them, any number of channels that pass through: $(u; x)$ with $\operatorname{diag}(D, S)$
acting on it, S diagonal. A *grid* is a full matrix with a 2×2 block at every two pairs j, k.
The lemmas below are about blocks of symbolic size; they are checked once, when first used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sympy as sp

from .blocks import block_induction
from .identity import decide_all
from .quotient import Expr
from .terms import Kind, Term
from .verdict import Equation, KernelError, Verdict, judged

SPLIT_RULE = "two parts"
GRID_RULE = "grid of blocks"

_H = sp.Symbol("h", integer=True, nonnegative=True)
_P = sp.Symbol("p", integer=True, nonnegative=True)


@dataclass(frozen=True)
class Split:
    """A vector or a number in two parts: pairs that turn, channels that pass.

    Attributes
    ----------
    tex
        Its LaTeX.
    turning
        The part of the pairs, a vector or a sum over pairs.
    passing
        The entry of a vector, or the summand of a number, at the generic passing channel.
    """

    tex: str
    turning: Term
    passing: Any

    def turned(self, matrix: Term, factor: Expr = sp.S.One, tex: str = "") -> Split:
        """Apply diag(matrix, factor·I), written as `tex`."""
        written = tex or matrix.tex
        return Split(f"{written}\\,{self.tex}", matrix @ self.turning, factor * self.passing)

    def dot(self, other: Split) -> Split:
        """Take the inner product with another vector."""
        tex = f"({self.tex})^\\top({other.tex})"
        return Split(tex, self.turning.T @ other.turning, self.passing * other.passing)

    def replace(self, values: Mapping[Expr, Expr]) -> Split:
        """Put other values in place of symbols; the LaTeX stays."""
        table = dict(values)
        return Split(self.tex, self.turning.replace(table), self.passing.xreplace(table))


@judged(SPLIT_RULE)
def equal_parts(lhs: Split, rhs: Split, prefer: Mapping[Expr, Expr] | None = None) -> Verdict:
    """Decide lhs = rhs for every number of pairs and of passing channels.

    Parameters
    ----------
    lhs, rhs
        Two vectors, or two numbers.
    prefer
        Values that a witness should take if it can.

    Returns
    -------
    Verdict
        Proved, or refuted with a witness that has one pair or one passing channel.
    """
    if lhs.turning.kind not in (Kind.VECTOR, Kind.SUM):
        raise KernelError(f"{lhs.tex} is no vector and no number in two parts")
    if not split_lemma():
        raise KernelError("the lemma on two parts failed its check")
    pairs = block_induction(lhs.turning, rhs.turning, prefer)
    if not pairs.proved:
        return replace(pairs, rule=SPLIT_RULE)
    equation = Equation("the generic passing channel", lhs.passing, rhs.passing)
    reason = "the pairs agree by induction, the generic passing channel agrees"
    rest = decide_all((equation,), rule=SPLIT_RULE, reason=reason, prefer=prefer)
    equations = (*pairs.equations, *rest.equations)
    return replace(rest, equations=equations if rest.proved else rest.equations)


@cache
def split_lemma() -> bool:
    """diag(D, S)(u; x) = (Du; Sx) and (u; x)ᵀ(v; y) = uᵀv + xᵀy, of any two sizes."""
    d, s = sp.MatrixSymbol("D", 2 * _H, 2 * _H), sp.MatrixSymbol("S", _P, _P)
    u, v = (sp.MatrixSymbol(name, 2 * _H, 1) for name in "uv")
    x, y = (sp.MatrixSymbol(name, _P, 1) for name in "xy")
    matrix = sp.BlockMatrix([[d, sp.ZeroMatrix(2 * _H, _P)], [sp.ZeroMatrix(_P, 2 * _H), s]])
    first, second = sp.BlockMatrix([[u], [x]]), sp.BlockMatrix([[v], [y]])
    acts = sp.block_collapse(matrix * first) == sp.BlockMatrix([[d * u], [s * x]])
    return bool(acts and sp.block_collapse(first.T * second) == u.T * v + x.T * y)


@judged(GRID_RULE)
def grid_products() -> Verdict:
    r"""Decide how a block-diagonal matrix multiplies a grid W of blocks, for every size.

    The block of $\operatorname{diag}(A_0,\dots)\,W$ at (j, k) is $A_jW_{jk}$, that of
    $W\operatorname{diag}(A_0,\dots)$ is $W_{jk}A_k$. Without pairs there is no block; with one
    pair more, $W = \begin{pmatrix}X&Y\\Z&V\end{pmatrix}$ and the lemma leaves X, where it
    holds, and the blocks of the new row and column. So two products are equal exactly when
    their generic blocks are.
    """
    if not grid_lemma():
        raise KernelError("the lemma on grids of blocks failed its check")
    return Verdict("proved", GRID_RULE, "no pairs: no blocks; one pair more: the lemma")


@cache
def grid_lemma() -> bool:
    """diag(D, A)·(X, Y; Z, V) = (DX, DY; AZ, AV), and from the right (XD, YA; ZD, VA)."""
    shapes = {
        "D": (2 * _H, 2 * _H),
        "A": (2, 2),
        "X": (2 * _H, 2 * _H),
        "Y": (2 * _H, 2),
        "Z": (2, 2 * _H),
        "V": (2, 2),
    }
    d, a, x, y, z, v = (sp.MatrixSymbol(name, *shape) for name, shape in shapes.items())
    grid = sp.BlockMatrix([[x, y], [z, v]])
    diagonal = sp.BlockMatrix([[d, sp.ZeroMatrix(2 * _H, 2)], [sp.ZeroMatrix(2, 2 * _H), a]])
    left = sp.block_collapse(diagonal * grid) == sp.BlockMatrix(
        [[d * x, d * y], [a * z, a * v]]
    )
    right = sp.block_collapse(grid * diagonal) == sp.BlockMatrix(
        [[x * d, y * a], [z * d, v * a]]
    )
    return bool(left and right)
