"""The numbers of chapter D as plain formulas, which need no SymPy.

The theorem calls the formula with SymPy symbols and has the kernel judge the expression; tests
and pictures call it with numbers.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A number, an array of numbers, or a SymPy expression."""


def finite_sum_error(distance: Value, base: Value, pairs: Value) -> Value:
    """Bound how far (2/d) sum cos(delta theta_i) is from its limit as d grows (D3).

    Parameters
    ----------
    distance
        delta, positive.
    base
        b, above 1.
    pairs
        d/2.

    Returns
    -------
    Value
        delta (1 - 1/b) / (d/2); no number of turns enters, so it says little once it is
        above 2.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from ropespec.spec.decay import finite_sum_error
    >>> finite_sum_error(4, Fraction(10000), 64)
    Fraction(9999, 160000)
    """
    return distance * (1 - 1 / base) / pairs
