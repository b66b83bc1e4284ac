"""A claim made of parts, such as the two directions of an equivalence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.quotient import Expr

from .base import Claim, Stated

RULE = "all parts"


@dataclass(frozen=True)
class Together(Stated):
    """Several claims at once: proved when each is, refuted when one is.

    Attributes
    ----------
    parts
        The claims; each is also the claim of a step, so that it can be read by itself.
    tex
        What they say together.
    """

    parts: tuple[Claim, ...]
    tex: str

    def check(self) -> Verdict:
        """Judge part by part, up to the first that is not proved."""
        verdicts = []
        for part in self.parts:
            verdict = part.check()
            if not verdict.proved:
                return Verdict(
                    verdict.status, RULE, verdict.reason, verdict.witness, verdict.equations
                )
            verdicts.append(verdict)
        rules = ", ".join(dict.fromkeys(verdict.rule for verdict in verdicts))
        equations = tuple(one for verdict in verdicts for one in verdict.equations)
        return Verdict("proved", RULE, f"each part is proved ({rules})", None, equations)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(tuple(part.replace(values) for part in self.parts), self.tex)
