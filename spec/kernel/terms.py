r"""Terms: the matrices, vectors and scores that statements are made of.

A term is a formula that keeps its own writing (`tex`) beside its meaning (`block`). A leaf
without a pair index is a thing of one plane, given in full. A leaf with a pair index i is a
thing of every even size d, given by its part at a generic pair: a block-diagonal matrix
$\operatorname{diag}(A_0,\dots,A_{d/2-1})$ by $A_i$, a vector by its entries 2i and 2i+1, a
number $\sum_i s_i$ by $s_i$, a number $\prod_i p_i$ by $p_i$.

The operations below are those that respect such parts; anything else is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import sympy as sp

from .quotient import Expr
from .verdict import KernelError


class Kind(Enum):
    """What a term is, with the shape of its part at one pair."""

    MATRIX = (2, 2)
    VECTOR = (2, 1)
    ROW = (1, 2)
    SUM = ()
    PRODUCT = (0,)


@dataclass(frozen=True)
class Term:
    """A formula with its meaning at one pair.

    Attributes
    ----------
    kind
        Matrix, vector, row, a sum over pairs or a product over pairs.
    tex
        Its LaTeX.
    block
        Its part at the generic pair: an explicit immutable matrix, or a scalar.
    pair
        The index of that pair; None for a thing of one plane.
    lemmas
        The facts about blocks that its construction uses, by name (`blocks.LEMMAS`).
    rank
        How tightly its LaTeX holds together: 0 a sum, 1 a product, 2 a power, 3 a symbol.
    """

    kind: Kind
    tex: str
    block: Any
    pair: Any = None
    lemmas: frozenset[str] = frozenset()
    rank: int = 3

    def __post_init__(self) -> None:
        """Check the shape of the part against the kind."""
        shape = self.block.shape if isinstance(self.block, sp.MatrixBase) else ()
        wanted = () if self.kind is Kind.PRODUCT else self.kind.value
        if shape != wanted:
            raise KernelError(
                f"{self.tex}: a {self.kind.name.lower()} has no part {self.block}"
            )

    def __matmul__(self, other: Term) -> Term:
        """Multiply matrices, vectors and rows; a row times a vector is a sum over pairs."""
        kinds = (self.kind, other.kind)
        if kinds not in _MATMUL:
            raise KernelError(f"{self.tex} times {other.tex} does not respect pairs")
        kind, lemma = _MATMUL[kinds]
        block = self.block * other.block
        return _joined(
            kind,
            f"{_tight(self, 1)}\\,{_tight(other, 1)}",
            block[0, 0] if kind is Kind.SUM else block,
            (self, other),
            lemma,
        )

    @property
    def T(self) -> Term:  # noqa: N802 - the transpose's usual name
        """Transpose a matrix, a vector or a row."""
        if self.kind not in _TRANSPOSED:
            raise KernelError(f"{self.tex} is a number: it has no transpose")
        tex = f"{_tight(self, 3)}^\\top"
        return _joined(_TRANSPOSED[self.kind], tex, self.block.T, (self,), "transpose", rank=2)

    def __add__(self, other: Term) -> Term:
        """Add terms of one kind."""
        self._need_same_kind(other)
        tex = f"{self.tex} + {other.tex}"
        return _joined(self.kind, tex, self.block + other.block, (self, other), "sum", rank=0)

    def __mul__(self, factor: Expr) -> Term:
        """Scale by a number that is the same for all pairs."""
        factor = sp.sympify(factor)
        if self.kind is Kind.PRODUCT or (self.pair is not None and factor.has(self.pair)):
            raise KernelError(f"{factor} times {self.tex} does not respect pairs")
        tex = f"{sp.latex(factor)}\\,{_tight(self, 1)}"
        return _joined(self.kind, tex, factor * self.block, (self,), "scale")

    def entrywise(self, other: Term) -> Term:
        """Multiply two vectors entry by entry: the diagonal matrix of one, times the other."""
        if (self.kind, other.kind) != (Kind.VECTOR, Kind.VECTOR):
            raise KernelError(f"{self.tex} ⊙ {other.tex}: two vectors are needed")
        first, second = self.block
        block = sp.ImmutableMatrix([[first, 0], [0, second]]) * other.block
        tex = f"{_tight(self, 1)} \\odot {_tight(other, 1)}"
        return _joined(Kind.VECTOR, tex, block, (self, other), "application", rank=0)

    def _need_same_kind(self, other: Term) -> None:
        if self.kind is not other.kind or self.kind is Kind.PRODUCT:
            raise KernelError(
                f"{self.tex} + {other.tex}: terms of one additive kind are needed"
            )

    def replace(self, values: Mapping[Expr, Expr]) -> Term:
        """Put other values in place of symbols; the LaTeX stays."""
        return replace(self, block=self.block.xreplace(dict(values)))


_MATMUL = {
    (Kind.MATRIX, Kind.MATRIX): (Kind.MATRIX, "product"),
    (Kind.MATRIX, Kind.VECTOR): (Kind.VECTOR, "application"),
    (Kind.ROW, Kind.MATRIX): (Kind.ROW, "row"),
    (Kind.ROW, Kind.VECTOR): (Kind.SUM, "bilinear"),
}
_TRANSPOSED = {Kind.MATRIX: Kind.MATRIX, Kind.VECTOR: Kind.ROW, Kind.ROW: Kind.VECTOR}


def determinant(matrix: Term) -> Term:
    """Take the determinant of a matrix: a product over pairs."""
    if matrix.kind is not Kind.MATRIX:
        raise KernelError(f"{matrix.tex} is no matrix: it has no determinant")
    (a, b), (c, d) = matrix.block.tolist()
    tex = f"\\det {_tight(matrix, 2)}"
    return _joined(Kind.PRODUCT, tex, a * d - b * c, (matrix,), "determinant")


def real_part(total: Term) -> Term:
    """Take the real part of a sum over pairs."""
    if total.kind is not Kind.SUM:
        raise KernelError(f"Re {total.tex}: a sum over pairs is needed")
    block = sp.re(total.block, evaluate=False)
    return _joined(Kind.SUM, f"\\operatorname{{Re}} {total.tex}", block, (total,), "real part")


def squared_norm(vector: Term) -> Term:
    """Take the squared length of a vector, a sum over pairs."""
    return replace(vector.T @ vector, tex=f"\\lVert {vector.tex} \\rVert^2")


def _joined(
    kind: Kind, tex: str, block: Any, parts: tuple[Term, ...], lemma: str, rank: int = 1
) -> Term:
    """Build a composed term, after a check that its parts count the same pairs."""
    pairs = {part.pair for part in parts}
    if len(pairs) > 1:
        shown = " and ".join(part.tex for part in parts)
        raise KernelError(f"{shown}: not block-wise over one pair index")
    lemmas = frozenset({lemma}).union(*(part.lemmas for part in parts))
    return Term(kind, tex, block, pairs.pop(), lemmas, rank)


def _tight(term: Term, rank: int) -> str:
    """The LaTeX of a term where one of at least this rank may stand."""
    return term.tex if term.rank >= rank else f"({term.tex})"
