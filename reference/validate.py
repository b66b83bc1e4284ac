"""One-purpose checks of single values; each returns the value in its plain Python type.

NumPy scalars are taken like Python's own numbers. `True` is no number here: a flag that
slipped into a numeric field is a mistake, not a 1.
"""

import math
from collections.abc import Iterable, Mapping
from numbers import Integral, Real
from typing import Any

from .errors import ConfigError

LARGEST_WHOLE = 2**63
"""The largest whole number where no smaller bound is named: a count of int64 positions."""

SMALLEST, LARGEST = 1e-35, 1e35
"""Between them lies the size of every number that is no 0: products of a few stay finite."""


def whole(key: str, value: Any, *, least: int, most: int | None = None, advice: str) -> int:
    """Return `value` as an int of at least `least`, and at most `most` where that is given.

    Raises
    ------
    ConfigError
        If it is no whole number, out of range, or beyond int64.
    """
    expected = f"a whole number of at least {least}"
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise ConfigError(key, value, expected, advice)
    number = int(value)
    if number < least or (most is not None and number > most):
        raise ConfigError(key, value, expected, advice)
    if number > LARGEST_WHOLE:
        raise ConfigError(key, value, f"a whole number from {least} to 2**63", advice)
    return number


def real(key: str, value: Any, *, above: float, advice: str) -> float:
    """Return `value` as a finite float strictly above `above`.

    Raises
    ------
    ConfigError
        If it is no number, NaN, infinite, not above `above`, or of a size that no model has.
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
    if number and not SMALLEST <= abs(number) <= LARGEST:
        expected += f", of a size from {SMALLEST:g} to {LARGEST:g}"
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


def listed(key: str, values: Any, expected: str) -> list[Any]:
    """Return the entries of a list, a tuple, a range or an array.

    Raises
    ------
    ConfigError
        If it is none of them.
    """
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise ConfigError(key, values, f"a list of {expected}", "put them in brackets")
    return list(values)


def wholes(
    key: str, values: Any, *, least: int, most: int | None = None, advice: str
) -> tuple[int, ...]:
    """Return a list of whole numbers as a tuple; limits and errors are those of `whole`."""
    entries = listed(key, values, "whole numbers")
    return tuple(whole(key, value, least=least, most=most, advice=advice) for value in entries)


def reals(key: str, values: Any, *, above: float, advice: str) -> tuple[float, ...]:
    """Return a non-empty list of finite numbers above `above` as a tuple.

    Raises
    ------
    ConfigError
        If it is no list, empty, or one of its entries is not such a number; that entry is
        named by its place.
    """
    given = listed(key, values, "numbers")
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


def nearest(
    value: Any, names: list[str], otherwise: str = "remove it or name one of these"
) -> str:
    """Advice for a misspelt name: the nearest known one if it may be meant, or `otherwise`.

    Near is within a third of the letters, or half of them where both names begin or end alike.

    Examples
    --------
    >>> from ropespec.reference.validate import nearest
    >>> nearest("lama3", ["linear", "llama3"]), nearest("cubic", ["linear", "llama3"])
    ("did you mean 'llama3'?", 'remove it or name one of these')
    """
    given = str(value).lower()[:80]
    slips = {name: distance(given, name.lower()) for name in names}
    near = min(slips, key=lambda name: (slips[name], -_alike(given, name)), default=None)
    if near is None:
        return otherwise
    shorter, longer = sorted((len(given), len(near)))
    alike = given[:3] == near[:3].lower() or given[-4:] == near[-4:].lower()
    meant = slips[near] <= (longer // 2 if alike else max(1, shorter // 3))
    return f"did you mean {near!r}?" if meant else otherwise


def _alike(one: str, other: str) -> int:
    """Return how many letters two names begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def distance(one: str, other: str) -> int:
    """Return the number of slips between two names: a letter more, less, other, or swapped.

    Optimal string alignment, the restricted edit distance of Damerau and Levenshtein.

    Examples
    --------
    >>> from ropespec.reference.validate import distance
    >>> distance("rope_tehta", "rope_theta"), distance("yarn", "linear")
    (1, 5)
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                best = min(best, before[j - 2] + 1)
            row.append(best)
        before, last = last, row
    return last[-1]
