"""Examples: sums over tokens written out for a given number of tokens, with exact numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .evaluate import value_at
from .exponential import Reader
from .identity import decide
from .quotient import Expr
from .reindex import PAIR
from .terms import Term
from .verdict import Equation, KernelError, Witness
from .witness import admits

Table = tuple[tuple[Any, Any], ...]
"""Pairs of a symbol, an entry or a function value, and its exact number."""


def compared(
    sides: tuple[Expr, Expr], names: Mapping[Any, Term], example: Table
) -> tuple[Witness | None, tuple[Equation, ...]]:
    """Compare two expressions at exact numbers, with one pair (d = 2) and all sums written out.

    Returns
    -------
    tuple
        A witness that they differ, or None; the equality that fails.

    Raises
    ------
    KernelError
        When a number is missing or not allowed, or a denominator may be zero.
    """
    numbers = Numbers(dict(example))
    terms = {name: term.block.xreplace({PAIR: sp.Integer(0)}) for name, term in names.items()}
    left, right = (numbers.written_out(side.xreplace(terms)) for side in sides)
    below = tuple(base for side in (left, right) for base in denominators(side))
    for divisor in below:
        if not value_at(Reader((divisor,)).read(divisor).num, {}).is_nonzero:
            raise KernelError(f"{divisor} divides and may be zero")
    verdict = decide(left, right, nonzero=below)
    if verdict.witness is None:
        return None, ()
    values = tuple((str(name), str(value)) for name, value in example if name in numbers.used)
    note = "d = 2" if names else ""
    return Witness(values, str(left), str(right), note=note), verdict.equations


class Numbers:
    """Puts exact numbers in and writes sums out.

    Parameters
    ----------
    table
        A number for each symbol, entry or function value.

    Attributes
    ----------
    used
        Those that were put in so far.
    """

    def __init__(self, table: Mapping[Expr, Expr]) -> None:
        for name, value in table.items():
            if not admits(name, value):
                raise KernelError(f"{name} may not be {value}: its declarations forbid it")
        self._table = table
        self.used: set[Expr] = set()

    def written_out(self, value: Expr) -> Expr:
        """Work from the inside out.

        Raises
        ------
        KernelError
            When a range is not one of numbers, or a number is missing.
        """
        if isinstance(value, sp.Sum):
            return self._added(value)
        if isinstance(value, sp.Indexed):
            value = value.base[tuple(self.written_out(place) for place in value.indices)]
        elif value.args:
            value = value.func(*(self.written_out(part) for part in value.args))
        if not isinstance(value, sp.Symbol | sp.Indexed | AppliedUndef):
            return value
        if value not in self._table:
            raise KernelError(f"no value is given for {value}")
        self.used.add(value)
        return self._table[value]

    def _added(self, total: Expr) -> Expr:
        index, *ends = total.limits[0]
        first, last = (self.written_out(end) for end in ends)
        if not (first.is_Integer and last.is_Integer):
            raise KernelError(f"the range {first} … {last} of a sum is not known")
        summands = (
            total.function.xreplace({index: sp.Integer(j)})
            for j in range(int(first), int(last) + 1)
        )
        return sp.Add(*(self.written_out(one) for one in summands))


def denominators(value: Expr) -> set[Expr]:
    """Find everything that divides."""
    return {power.base for power in value.atoms(sp.Pow) if power.exp.is_negative}
