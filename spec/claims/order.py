"""Claims about sums of every length: ordered pair by pair, or equal by induction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Term, Verdict
from ropespec.spec.kernel.length import ZERO, Ends, by_induction
from ropespec.spec.kernel.ordered import every_size_at_most
from ropespec.spec.kernel.quotient import Expr

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class EverySizeAtMost:
    """One sum over pairs is at most another, for every even size d.

    Attributes
    ----------
    lhs, rhs
        Sums over one pair index.
    certificate
        What the generic pair's part of rhs - lhs is, in a form that cannot be negative.
    prefer
        Values that a witness against it should take.
    """

    lhs: Term
    rhs: Term
    certificate: Any = None
    prefer: Values = ()

    def check(self) -> Verdict:
        """Use a certificate of sign, pair by pair."""
        return every_size_at_most(self.lhs, self.rhs, self.certificate, dict(self.prefer))

    def latex(self) -> str:
        """Write lhs ≤ rhs."""
        return f"{self.lhs.tex} \\le {self.rhs.tex}"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        certificate = self.certificate
        if certificate is not None:
            certificate = certificate.xreplace(dict(values))
        sides = (self.lhs.replace(values), self.rhs.replace(values))
        return type(self)(*sides, certificate, self.prefer)


@dataclass(frozen=True)
class EveryLength(Stated):
    """Two expressions built from sums of one symbolic length are equal for every length.

    Attributes
    ----------
    lhs, rhs
        Expressions built from `sympy.Sum` over 0 … length - 1.
    length
        An integer symbol that is not negative.
    tex
        The LaTeX of the statement, hypotheses included.
    remainder
        What lhs - rhs is without the hypotheses.
    ends
        Hypotheses on single entries.
    """

    lhs: Any
    rhs: Any
    length: Any
    tex: str
    remainder: Any = ZERO
    ends: Ends = ()

    def check(self) -> Verdict:
        """Use induction over the length."""
        return by_induction(self.lhs, self.rhs, self.length, self.remainder, self.ends)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        lhs, rhs, length, remainder = (
            part.xreplace(table) for part in (self.lhs, self.rhs, self.length, self.remainder)
        )
        ends = tuple((name.xreplace(table), value) for name, value in self.ends)
        return type(self)(lhs, rhs, length, self.tex, remainder, ends)
