r"""The notation of chapter F: positions with several coordinates.

A position $\boldsymbol x$ has one coordinate for each axis: row and column of an image patch,
time, height and width of a video patch. Pair i of the vector is given one axis, $a(i)$, and
turns by $\theta_i$ times the coordinate there. The map a may be any; blocks of pairs for one
axis after the other, axes in turn, and sections of other sizes are examples. Any frequencies
are allowed, so every axis may have a series of its own.
"""

from typing import Any

import sympy as sp

from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import R, blockwise, i, k, q, theta_i, vector
from ropespec.spec.theorem import Quantified

AXIS = sp.Function("a", integer=True)(i)
"""The axis of the generic pair: an unknown function of its index."""

x, y, t = (sp.IndexedBase(name, real=True) for name in "xyt")
"""Coordinates: of a query, of a key, of a shift."""

AXIAL_WORDS = "pair $i$ turns by $\\theta_i x_{a(i)}$, $a(i)$ being its axis"
"""How a position with several coordinates turns a vector."""

QUERY, KEY = vector(q), vector(k)


def position(base: Any, words: str) -> Quantified:
    """Quantify a position by its coordinates."""
    text = f"{words}: any real coordinates, one for each of any number of axes"
    return Quantified(f"\\boldsymbol {base}", text, base)


def on_axis(base: Any) -> Expr:
    """Read the coordinate that the generic pair turns by."""
    return base[AXIS]


def turn(angle: Expr, tex: str) -> Term:
    r"""Write the block-diagonal matrix whose pair i turns by an angle."""
    return blockwise(f"\\boldsymbol R_{{{tex}}}", R(angle).block)


def axial(coordinate: Expr, tex: str) -> Term:
    r"""Write $\operatorname{diag}(\boldsymbol R(\theta_i x_{a(i)}))$."""
    return turn(theta_i * coordinate, tex)


def score(query: Term, key: Term) -> Term:
    """Write the score of q and k under two matrices."""
    return (query @ QUERY).T @ (key @ KEY)
