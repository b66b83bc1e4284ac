r"""The symbols of chapter H: unit roundoffs, errors of relative size, and how they are said.

The model: $\operatorname{fl}(x \circ y) = (x \circ y)(1+\delta)$ with $|\delta| \le u$, u the
unit roundoff of the format, as long as nothing overflows; underflow is counted apart (H3).
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from ropespec.spec.theorem import Quantified, Source

HIGHAM = Source(
    "Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed.", "", "Lemma 3.1"
)
"""The counting of roundings by n u/(1 - n u)."""

OWN = Source("this project")

unit = sp.Symbol("u", nonnegative=True)
count = sp.Symbol("n", integer=True, nonnegative=True)
further = sp.Symbol("k", nonnegative=True)

norm, amplitude, smallest = sp.symbols("r A s", nonnegative=True)


def size(name: str) -> Any:
    """Make a symbol for a bound, which is not negative."""
    return sp.Symbol(name, nonnegative=True)


def signed(name: str) -> Any:
    """Make a symbol for a quantity of either sign."""
    return sp.Symbol(name, real=True)


def expm1(value: Any) -> Any:
    """Write e^x - 1."""
    return sp.exp(value) - 1


UNIT = Quantified("u", "the unit roundoff of a format, at least 0", unit)
COUNT = Quantified("n", "a number of roundings, an integer of at least 0", count)


def bound_of(tex: str, symbol: Any) -> Quantified:
    """Quantify a bound."""
    return Quantified(tex, "a bound, at least 0", symbol)


def error(tex: str, symbol: Any, limit: str) -> Quantified:
    """Quantify an error with its limit."""
    return Quantified(tex, f"any real error with $|{tex}| \\le {limit}$", symbol)
