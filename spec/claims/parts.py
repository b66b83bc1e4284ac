"""Claims about vectors in two parts, and about full matrices of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.parts import Split, equal_parts, grid_products
from ropespec.spec.kernel.quotient import Expr

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class EqualParts:
    """Two vectors or numbers in two parts are equal, of every size.

    Attributes
    ----------
    lhs, rhs
        Vectors, or numbers, with pairs that turn and channels that pass.
    prefer
        Values that a witness against it should take if it can.
    tex
        The LaTeX of the statement, when it is not lhs = rhs.
    """

    lhs: Split
    rhs: Split
    prefer: Values = ()
    tex: str = ""

    def check(self) -> Verdict:
        """Compare part by part."""
        return equal_parts(self.lhs, self.rhs, dict(self.prefer))

    def latex(self) -> str:
        """Write lhs = rhs."""
        return self.tex or f"{self.lhs.tex} = {self.rhs.tex}"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        sides = (self.lhs.replace(values), self.rhs.replace(values))
        return type(self)(*sides, self.prefer, self.tex)


@dataclass(frozen=True)
class BlockProducts(Stated):
    """How a block-diagonal matrix multiplies a full one, block by block, for every size."""

    tex: str

    def check(self) -> Verdict:
        """Use induction over blocks."""
        return grid_products()

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Return itself: it holds no symbol of a theorem."""
        _ = values
        return self
