"""The error bounds of chapter H as plain formulas, which need no SymPy.

Each function is one formula that a theorem of chapter H proves: the theorem calls it with
SymPy symbols and has the kernel judge the expression, the checks call it with numbers or
arrays. So the number that a check uses is the formula that was proved.

No formula subtracts but `gamma`, whose denominator is near 1; so nothing cancels when it is
evaluated, and `raised` makes up for what the evaluation itself rounds away (H7).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

Value: TypeAlias = Any
"""A number, an array of numbers, or a SymPy expression."""

RAISED_BITS = 40
"""Evaluated bounds are raised by 2**-40 of their value."""

OPERATIONS = 2**11
"""So many roundings to float64 may an evaluated bound have behind it (H7)."""


def gamma(count: Value, unit: Value) -> Value:
    """Bound what `count` factors (1 + delta) or 1/(1 + delta), |delta| <= unit, do (H1).

    Parameters
    ----------
    count
        Number of roundings; an error of k units in the last place counts as 2k of them.
    unit
        Unit roundoff of the format, with count * unit < 1.

    Returns
    -------
    Value
        The largest relative error, n u / (1 - n u).

    Examples
    --------
    >>> from fractions import Fraction
    >>> from ropespec.spec.bounds import gamma
    >>> gamma(3, Fraction(1, 256))
    Fraction(3, 253)
    """
    return count * unit / (1 - count * unit)


def joined(first: Value, *others: Value) -> Value:
    """Join relative errors of factors: (1 + a)(1 + b) - 1 = a + b + ab (H1)."""
    for other in others:
        first = first + other + first * other
    return first


def frequency(
    exponent: Value, exponent_error: Value, error: Value, expm1: Callable[[Value], Value]
) -> Value:
    """Bound the relative error of a frequency e**-E (H1).

    Parameters
    ----------
    exponent
        E = ln(1/theta), not negative.
    exponent_error
        Bound of the relative error of E as it was computed.
    error
        Bound of the relative error of what follows the exponent.
    expm1
        The function x -> e**x - 1.
    """
    return joined(expm1(exponent * exponent_error), error)


def ramp(
    share: Value, width: Value, numerator_error: Value, width_error: Value, unit: Value
) -> Value:
    """Bound the error of a rounded quotient, a share of the way along a ramp (H8).

    Parameters
    ----------
    share
        The exact share, from 0 to 1.
    width
        Length of the ramp, the quotient's denominator.
    numerator_error, width_error
        Bounds of the errors of numerator and denominator; the latter below `width`.
    unit
        Bound of the relative error of the quotient's rounding.
    """
    moved = share * width * unit + numerator_error * (1 + unit) + share * width_error
    return moved / (width - width_error)


def blend(plain: Value, scaled: Value, used: Value, error: Value, share_error: Value) -> Value:
    """Bound the error of a blended frequency (H8).

    Parameters
    ----------
    plain, scaled
        The two frequencies that are blended.
    used
        What comes of it exactly.
    error
        Bound of the relative error of either with its weight's and its own roundings.
    share_error
        Bound of the error of the share.
    """
    return used * error + (plain + scaled) * share_error * (1 + error)


def angle(size: Value, frequency_error: Value, position_error: Value, unit: Value) -> Value:
    """Bound the error of a rounded product of a position and a frequency (H2).

    Parameters
    ----------
    size
        |p| theta, the size of the true angle.
    frequency_error, position_error
        Bounds of the relative errors of the two factors.
    unit
        Bound of the relative error of the product.
    """
    return size * joined(frequency_error, position_error, unit)


def component(
    norm: Value,
    angle_error: Value,
    errors: tuple[Value, Value, Value],
    smallest: Value,
    amplitude: Value,
) -> Value:
    """Bound the error of a component of a rotated pair (H3).

    Parameters
    ----------
    norm
        Norm of the input pair.
    angle_error
        Bound of the error of its angle.
    errors
        Bounds of the relative errors of a table's entry, of a product, and of the sum with
        all that follows it.
    smallest
        The smallest positive number of the format, so that underflow costs at most half.
    amplitude
        The factor multiplied into cos and sin.
    """
    arc = amplitude * norm * angle_error
    return arc + amplitude * norm * joined(*errors) + underflow(norm, errors, smallest)


def underflow(norm: Value, errors: tuple[Value, Value, Value], smallest: Value) -> Value:
    """Bound what subnormal numbers cost a component (H3).

    Two tables, two products and the output are each off by half of `smallest`; |x| + |x'| is
    at most 3/2 of the norm.

    Parameters
    ----------
    norm, errors, smallest
        As `component` takes them.
    """
    _, product, total = errors
    tables = 3 * norm / 2 * (1 + product)
    return smallest / 2 * ((tables + 2) * (1 + total) + 1)


def score(norms: tuple[Value, Value], errors: tuple[Value, Value]) -> Value:
    """Bound what a pair's part of a score is off by (H5).

    Parameters
    ----------
    norms
        Norms of the rotated pairs of the query and of the key.
    errors
        Bounds of the errors of their components.
    """
    (query, key), (query_error, key_error) = norms, errors
    return (3 * key * query_error + 3 * query * key_error) / 2 + 2 * query_error * key_error


def fixed_point(position: Value, steps: Value) -> Value:
    """Bound the error of a fixed-point phase in turns (H6).

    Parameters
    ----------
    position
        |p|.
    steps
        Steps of one turn, 2**N.
    """
    return position / (2 * steps)


def raised(value: Value) -> Value:
    """Raise an evaluated bound, so that it is not below its exact value (H7)."""
    return value + value / 2**RAISED_BITS
