"""Claims about linear differential equations and the matrix exponential."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import sympy as sp

from ropespec.spec.kernel import Term, Verdict, only_solution
from ropespec.spec.kernel.quotient import Expr


@dataclass(frozen=True)
class OnlySolution:
    """The candidate is the only solution of X' = AX, X(0) = I; equally, it is exp(mA).

    Attributes
    ----------
    generator, candidate
        Terms of one plane: the constant A, and a function of the variable.
    variable
        A real symbol.
    stated
        Whether the claim is written as uniqueness or as an exponential.
    """

    generator: Term
    candidate: Term
    variable: Any
    stated: Literal["solution", "exponential"] = "solution"

    def check(self) -> Verdict:
        """Use the uniqueness of solutions of linear differential equations."""
        return only_solution(self.generator.block, self.candidate.block, self.variable)

    def latex(self) -> str:
        """Write the uniqueness or the exponential."""
        name, a = sp.latex(self.variable), self.generator.tex
        if self.stated == "exponential":
            return f"\\exp({name}\\,{a}) = {self.candidate.tex}"
        equation = f"\\frac{{d\\boldsymbol X}}{{d{name}}} = {a}\\,\\boldsymbol X"
        start = "\\boldsymbol X(0) = \\boldsymbol I"
        answer = f"\\boldsymbol X({name}) = {self.candidate.tex}"
        return f"{equation},\\; {start} \\iff {answer}"

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(
            self.generator.replace(values),
            self.candidate.replace(values),
            self.variable.xreplace(dict(values)),
            self.stated,
        )
