"""Guessing the number that somebody typed from a measurement of it."""


def simplest(value: float, tolerance: float, *likely: float | None) -> float:
    """Return the likeliest number within a tolerance of a measured value.

    Parameters
    ----------
    value
        The measurement.
    tolerance
        How far off it can be.
    likely
        Numbers to prefer, in order; None is passed over. Then the fewest digits decide.

    Examples
    --------
    >>> simplest(499998.7, 40.0)
    500000.0
    >>> simplest(8.0001, 0.01, 7.995)
    7.995
    """
    for number in likely:
        if number is not None and abs(number - value) <= tolerance:
            return number
    for digits in range(1, 17):
        number = float(f"{value:.{digits - 1}e}")
        if abs(number - value) <= tolerance:
            return number
    return value
