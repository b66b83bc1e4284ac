"""Guessing the number that somebody typed from a measurement of it."""

import math

CHANCE = 0.2
"""How likely a number may be to have a short one within its tolerance by chance."""


def simplest(value: float, tolerance: float, *likely: float | None) -> float:
    """Return the likeliest number within a tolerance of a measured value.

    Parameters
    ----------
    value
        The measurement.
    tolerance
        How far off it can be.
    likely
        Numbers to prefer, in order; None is passed over.

    Returns
    -------
    float
        A likely number, or else one of few digits if it is no coincidence that it is so
        near, or else the measurement without the digits that mean nothing.

    Examples
    --------
    >>> simplest(499998.7, 40.0)
    500000.0
    >>> simplest(8.0001, 0.01, 7.995)
    7.995
    >>> simplest(316.2277, 0.6)
    316.228
    """
    for number in likely:
        if number is not None and abs(number - value) <= tolerance:
            return number
    if value == 0 or tolerance == 0 or not math.isfinite(value):
        return value
    relative = tolerance / abs(value)
    for digits in range(1, 17):
        number = _rounded(value, digits)
        if 10**digits * relative < CHANCE and abs(number - value) <= tolerance:
            return number
    return _rounded(value, max(1, 3 - math.floor(math.log10(relative))))


def _rounded(value: float, digits: int) -> float:
    """Round to significant digits."""
    return float(f"{value:.{min(digits, 17) - 1}e}")
