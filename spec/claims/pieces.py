"""Claims about functions in pieces: ramps and bands of frequencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.pieces import Pieces, continuous, rising
from ropespec.spec.kernel.quotient import Expr

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class Continuous(Stated):
    """A function in pieces is continuous.

    Attributes
    ----------
    function
        The function.
    tex
        The LaTeX of the statement.
    prefer
        Values that a witness against it should take if it can.
    """

    function: Pieces
    tex: str
    prefer: Values = ()

    def check(self) -> Verdict:
        """Compare neighbours at their edges."""
        return continuous(self.function, dict(self.prefer))

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(self.function.replace(values), self.tex, self.prefer)


@dataclass(frozen=True)
class Rising(Stated):
    """A function in pieces does not fall anywhere.

    Attributes
    ----------
    function
        The function.
    certificates
        For each piece what its derivative is, in a form that cannot be negative; None to look
        for it.
    tex
        The LaTeX of the statement.
    given
        Hypotheses: expressions that are not negative.
    prefer
        Values that a witness against it should take.
    """

    function: Pieces
    certificates: tuple[Any, ...]
    tex: str
    given: tuple[Any, ...] = ()
    prefer: Values = ()

    def check(self) -> Verdict:
        """Look at the sign of every piece's derivative."""
        return rising(self.function, self.certificates, self.given, dict(self.prefer))

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return type(self)(
            self.function.replace(values),
            tuple(None if c is None else c.xreplace(table) for c in self.certificates),
            self.tex,
            tuple(one.xreplace(table) for one in self.given),
            self.prefer,
        )
