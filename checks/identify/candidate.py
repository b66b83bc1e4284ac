"""A law with its numbers that explains the measured frequencies, and how simple it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from ropespec.reference.scaling import Scaling

from .evidence import Evidence, Law

COMMON_BASES = (10000.0, 500000.0, 1000000.0, 100.0, 150000.0, 50000.0, 160000.0, 10000000.0)
"""Bases that published models have."""

COMMON_FACTORS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 10.0, 40.0, 20.0)
"""Scaling factors that published models have, powers of two first."""

LENGTHS = tuple(2**n for n in range(8, 21))
"""Trained lengths that models usually have."""

LIKELIHOOD = 3.0
"""What a law costs besides its numbers, in digits."""


MOST_DIGITS = 9
"""Digits that a measurement gives: more mean nothing."""

AMPLITUDE = 6.0
"""What an amplitude that is not the law's own speaks against it, in digits."""


@dataclass(frozen=True)
class Candidate:
    """A base and a law.

    Attributes
    ----------
    base
        The base.
    law
        The law, None for plain frequencies.
    cost
        Digits that have to be said to name it: of two laws that explain the same the one
        with fewer is meant.
    untold
        What of it the frequencies do not tell, in sentences.
    """

    base: float
    law: Law
    cost: float
    untold: tuple[str, ...] = ()


def digits(value: float) -> int:
    """Count the significant digits of a number.

    Examples
    --------
    >>> digits(500000.0), digits(8192), digits(0.1), digits(31.622776601683793)
    (1, 4, 1, 17)
    """
    return len(Decimal(repr(value)).normalize().as_tuple().digits)


def price(value: float, usual: Iterable[float | None] = ()) -> float:
    """Return what a number costs: half a digit where it is usual, one for a power of two."""
    if value in usual:
        return 0.5
    power = value > 0 and math.isfinite(value) and math.log2(value) % 1 == 0
    return 1.0 if power else float(min(digits(value), MOST_DIGITS))


def base_price(evidence: Evidence, base: float) -> float:
    """Return what a base costs."""
    declared = evidence.declared
    return price(base, (*COMMON_BASES, None if declared is None else declared.base))


def amplitude_price(evidence: Evidence, law: Scaling) -> float:
    """Return what it costs that the measured amplitude is not the law's own."""
    away = abs(law.amplitude() - evidence.amplitude)
    return AMPLITUDE if away > evidence.amplitude_error else 0.0


def shortest_between(low: float, high: float, likely: Iterable[float | None] = ()) -> int:
    """Return a whole number between two: a likely one, a power of two, one of few digits.

    Examples
    --------
    >>> shortest_between(3900, 4400), shortest_between(4100, 8000)
    (4096, 5000)
    >>> shortest_between(3900, 4400, [4200])
    4200
    """
    for number in (*likely, *(2.0**n for n in range(1, 40))):
        if number is not None and number == int(number) and low <= number <= high:
            return int(number)
    for size in range(math.ceil(math.log10(max(high, 2))), -1, -1):
        unit = int(10**size)
        number = math.ceil(low / unit) * unit
        if number <= high:
            return number
    return max(1, round((low + high) / 2))
