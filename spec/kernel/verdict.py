"""What a rule answers: proved, refuted with a witness, or undecided with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, ParamSpec

Status = Literal["proved", "refuted", "undecided"]
Relation = Literal["=", "≠", "≤"]
Arguments = ParamSpec("Arguments")


class KernelError(ValueError):
    """A statement that a rule cannot take: what it is, and what the rule needs."""


@dataclass(frozen=True)
class Equation:
    """One comparison of scalars or of explicit matrices that a verdict rests on.

    Attributes
    ----------
    name
        What it says, in a few words.
    lhs, rhs
        SymPy expressions, or explicit matrices of one shape.
    nonzero
        Expressions that are assumed not to be zero (denominators).
    relation
        Whether the sides are equal everywhere, differ (in some entry), or are ordered.
    """

    name: str
    lhs: Any
    rhs: Any
    nonzero: tuple[Any, ...] = ()
    relation: Relation = "="


@dataclass(frozen=True)
class Witness:
    """Exact values at which a statement fails.

    Attributes
    ----------
    assignment
        Pairs of a symbol and its exact value, both as text.
    left, right
        The two sides there, exactly, as text.
    left_decimal, right_decimal
        The same with the decimals that interval arithmetic guarantees; for reading only.
    note
        Where it fails, such as the size or the entry; may be empty.
    relation
        How the two sides compare there: `≠` when an equality fails.
    """

    assignment: tuple[tuple[str, str], ...]
    left: str
    right: str
    left_decimal: str = ""
    right_decimal: str = ""
    note: str = ""
    relation: str = "≠"

    def __str__(self) -> str:
        """Write it on one line."""
        values = ", ".join(f"{name} = {value}" for name, value in self.assignment)
        decimals = (
            f" ({self.left_decimal} {self.relation} {self.right_decimal})"
            if self.left_decimal
            else ""
        )
        where = ": ".join(filter(None, (self.note, values)))
        return f"{where or 'always'}: {self.left} {self.relation} {self.right}{decimals}"


@dataclass(frozen=True)
class Verdict:
    """The answer of one rule.

    Attributes
    ----------
    status
        `proved`, `refuted` or `undecided`.
    rule
        The rule that answered.
    reason
        Why, in one sentence.
    witness
        Where the statement fails, when it is refuted.
    equations
        The comparisons that the verdict rests on; certificates are written from them.
    """

    status: Status
    rule: str
    reason: str
    witness: Witness | None = None
    equations: tuple[Equation, ...] = ()

    @property
    def proved(self) -> bool:
        """Whether the statement is proved."""
        return self.status == "proved"

    @property
    def refuted(self) -> bool:
        """Whether the statement is refuted."""
        return self.status == "refuted"


def judged(rule: str) -> Callable[[Callable[Arguments, Verdict]], Callable[Arguments, Verdict]]:
    """Turn a `KernelError` inside a rule into an undecided verdict that says why."""

    def decorate(judge: Callable[Arguments, Verdict]) -> Callable[Arguments, Verdict]:
        @wraps(judge)
        def answer(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Verdict:
            try:
                return judge(*args, **kwargs)
            except KernelError as error:
                return Verdict("undecided", rule, str(error))

        return answer

    return decorate
