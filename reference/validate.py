"""One-purpose checks of single values; each returns the value in its plain Python type.

NumPy scalars are taken like Python's own numbers. `True` is no number here: a flag that
slipped into a numeric field is a mistake, not a 1.
"""

import difflib
import math
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any

from .errors import ConfigError


def whole(key: str, value: Any, *, least: int, most: int | None = None, advice: str) -> int:
    """Return `value` as an int of at least `least`, and at most `most` where that is given.

    Raises
    ------
    ConfigError
        If it is no whole number or out of range.
    """
    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ConfigError(key, value, expected, advice)
    number = int(value)
    if number < least or (most is not None and number > most):
        raise ConfigError(key, value, expected, advice)
    return number


def real(key: str, value: Any, *, above: float, advice: str) -> float:
    """Return `value` as a finite float strictly above `above`.

    Raises
    ------
    ConfigError
        If it is no number, NaN, infinite, too large for a float, or not above `above`.
    """
    expected = f"a finite number above {above:g}"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ConfigError(key, value, expected, advice)
    try:
        number = float(value)
    except OverflowError:
        raise ConfigError(key, value, expected, advice) from None
    if not (math.isfinite(number) and number > above):
        raise ConfigError(key, value, expected, advice)
    return number


def flag(key: str, value: Any, *, advice: str) -> bool:
    """Return `value` if it is True or False.

    Raises
    ------
    ConfigError
        If it is anything else; 0 and 1 are numbers, not switches.
    """
    if not isinstance(value, bool):
        raise ConfigError(key, value, "true or false", advice)
    return value


def reals(key: str, values: Any, *, above: float, advice: str) -> tuple[float, ...]:
    """Return a non-empty list of finite numbers above `above` as a tuple.

    Raises
    ------
    ConfigError
        If it is no list, empty, or one of its entries is not such a number; that entry is
        named by its place.
    """
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise ConfigError(key, values, "a list of numbers", advice)
    given = list(values)
    if not given:
        raise ConfigError(key, given, "a list with at least one number", advice)
    return tuple(
        real(f"{key}[{place}]", value, above=above, advice=advice)
        for place, value in enumerate(given)
    )


def choice(key: str, value: Any, options: Iterable[str], *, advice: str = "") -> str:
    """Return `value` if it is one of `options`; otherwise suggest the nearest of them.

    Raises
    ------
    ConfigError
        If it is none of them.
    """
    names = list(options)
    if isinstance(value, str) and value in names:
        return value
    raise ConfigError(key, value, "one of " + ", ".join(names), advice or nearest(value, names))


def known_keys(where: str, given: Iterable[Any], known: Iterable[str]) -> None:
    """Refuse the first key of `given` that is not in `known`.

    Raises
    ------
    ConfigError
        Naming the unknown key and the known ones.
    """
    names = list(known)
    for key in given:
        if key not in names:
            expected = "only the keys " + ", ".join(names)
            raise ConfigError(where, key, expected, nearest(key, names))


def nearest(value: Any, names: list[str]) -> str:
    """Advice for a misspelt name: the nearest known one, if any is near."""
    close = difflib.get_close_matches(str(value).lower(), names, n=1, cutoff=0.4)
    return f"did you mean {close[0]!r}?" if close else "remove it or name one of these"
