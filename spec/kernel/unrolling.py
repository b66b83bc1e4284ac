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
    table = dict(example)
    for name, value in table.items():
        if not admits(name, value):
            raise KernelError(f"{name} may not be {value}: its declarations forbid it")
    terms = {name: term.block.xreplace({PAIR: sp.Integer(0)}) for name, term in names.items()}
    left, right = (written_out(side.xreplace(terms), table) for side in sides)
    below = tuple(bases for side in (left, right) for bases in denominators(side))
    for divisor in below:
        if not value_at(Reader((divisor,)).read(divisor).num, {}).is_nonzero:
            raise KernelError(f"{divisor} divides and may be zero")
    verdict = decide(left, right, nonzero=below)
    if verdict.witness is None:
        return None, ()
    values = tuple((str(name), str(value)) for name, value in example)
    return Witness(values, str(left), str(right), note="d = 2"), verdict.equations


def written_out(value: Expr, table: Mapping[Expr, Expr]) -> Expr:
    """Put numbers in, from the inside out, and write every sum out.

    Raises
    ------
    KernelError
        When a range is not one of numbers, or a number is missing.
    """
    if value in table:
        return table[value]
    if isinstance(value, sp.Sum):
        index, *ends = value.limits[0]
        first, last = (written_out(end, table) for end in ends)
        if not (first.is_Integer and last.is_Integer):
            raise KernelError(f"the range {first} … {last} of a sum is not known")
        summands = (value.function.xreplace({index: sp.Integer(j)})
                    for j in range(int(first), int(last) + 1))  # fmt: skip
        return sp.Add(*(written_out(one, table) for one in summands))
    if isinstance(value, sp.Indexed):
        places = [written_out(place, table) for place in value.indices]
        value = value.base[tuple(places)]
    elif value.args:
        value = value.func(*(written_out(part, table) for part in value.args))
    if value in table:
        return table[value]
    if isinstance(value, sp.Symbol | sp.Indexed | AppliedUndef):
        raise KernelError(f"no value is given for {value}")
    return value


def denominators(value: Expr) -> set[Expr]:
    """Find everything that divides."""
    return {power.base for power in value.atoms(sp.Pow) if power.exp.is_negative}
