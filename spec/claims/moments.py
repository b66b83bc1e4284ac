"""Claims about expected values of scores of independent random vectors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ropespec.spec.kernel import Term, Verdict
from ropespec.spec.kernel.expectation import Moments, expected_square, expected_sum
from ropespec.spec.kernel.quotient import Expr

from .base import Stated


@dataclass(frozen=True)
class ExpectedSum(Stated):
    """The expected value of a sum over pairs, for every even size d.

    Attributes
    ----------
    score
        The sum.
    moments
        What is known of the independent vectors in it.
    part
        What a generic pair adds to the expected value.
    tex
        The LaTeX of the statement.
    """

    score: Term
    moments: tuple[Moments, ...]
    part: Any
    tex: str

    def check(self) -> Verdict:
        """Take the expected value of a generic pair's part."""
        return expected_sum(self.score, self.moments, self.part)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        moments = tuple(one.replace(values) for one in self.moments)
        part = self.part.xreplace(dict(values))
        return type(self)(self.score.replace(values), moments, part, self.tex)


@dataclass(frozen=True)
class ExpectedSquare(ExpectedSum):
    """The expected value of the square of a sum over pairs, for every even size d."""

    def check(self) -> Verdict:
        """Take the expected values of a generic pair's part and of two different ones."""
        return expected_square(self.score, self.moments, self.part)
