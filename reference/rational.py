"""Frequencies that are rational parts of a turn, where phases can be exact.

A frequency of a rational number of radians never brings a whole position to a rational part
of a turn, because pi is irrational: a phase then is near a quarter turn and never on it.
Where frequencies are counted in turns (DINOv3's periods) it can be on it, exactly, and a
reduction that waits for enough correct bits of the distance would wait for ever.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from .arrangement import UNITS, Arrangement
from .config import RotaryConfig
from .layout import layout_channels


@lru_cache(maxsize=64)
def rational_turns(config: RotaryConfig) -> tuple[Fraction | None, ...]:
    """Return each pair's frequency in turns per position where that is a rational number.

    None means that no position but zero turns the pair by a rational part of a turn.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.arrangement import arrange
    >>> from ropespec.reference.rational import rational_turns
    >>> rational_turns(RotaryConfig(8, axes=(2, 2)))
    (None, None, None, None)
    >>> periods = arrange((2, 2), unit="turn")
    >>> [str(turn) for turn in rational_turns(RotaryConfig(8, base=100, arrangement=periods))]
    ['1', '1/10', '1', '1/10']
    """
    unit = UNITS[config.arrangement.unit] if config.arrangement else None
    if unit is None:
        return config.scaling.rational_turns((None,) * config.pairs)
    channels = layout_channels(config)
    own = config.arrangement.bases if isinstance(config.arrangement, Arrangement) else ()
    bases = [Fraction(own[axis]) if own else Fraction(config.base) for axis in channels.axis]
    powers = [
        _power(base, Fraction(-2 * int(index), int(width)))
        for base, index, width in zip(bases, channels.index, channels.width, strict=True)
    ]
    return config.scaling.rational_turns(
        tuple(None if power is None else unit * power for power in powers)
    )


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    """Return base ** exponent if it is rational."""
    raised = base**exponent.numerator
    numerator = _root(raised.numerator, exponent.denominator)
    denominator = _root(raised.denominator, exponent.denominator)
    if numerator is None or denominator is None:
        return None
    return Fraction(numerator, denominator)


def _root(number: int, degree: int) -> int | None:
    """Return the whole root of a positive whole number, if it has one (Newton's method)."""
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess if guess**degree == number else None
        guess = better
