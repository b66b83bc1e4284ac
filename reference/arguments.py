"""Checks of arguments that are arrays: read once, at the door of every public function.

NumPy mixes kinds in silence: `[2**63 + 1, 1]` becomes float64, `[True, 5]` becomes whole
numbers, `["1.5"]` can become a number, and rows of different length raise an error of its
own. Here numbers stay what they were, and whatever is no number is named in one line. Single
values are checked in `validate`.
"""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np

from .arrays import FloatArray, IntArray, Numbers
from .config import RotaryConfig
from .errors import InputError, shown

Shape = Sequence[Any]
"""Lengths of the dimensions: a number where one is fixed, a name where any will do, `...` in
the first place for any leading dimensions."""

EXACT = 2**53
"""Up to here float64 holds every whole number."""


def numbers(name: str, given: Any, expected: str = "whole or real numbers") -> Numbers:
    """Return numbers as an array that has lost nothing of them.

    Parameters
    ----------
    name
        The argument's name.
    given
        A number, an array, or rows of numbers.
    expected
        What the message says was expected.

    Returns
    -------
    Numbers
        Whole or real; an object array where Python's ints or fractions need one.

    Raises
    ------
    InputError
        If a value is no real number (text, truth values, complex, None), or rows differ in
        length.

    Examples
    --------
    >>> from ropespec.reference.arguments import numbers
    >>> numbers("positions", [2**63 + 1, 1]).tolist()
    [9223372036854775809, 1]
    """
    nested = isinstance(given, list | tuple)
    try:
        array = np.asarray(given, dtype=object) if nested else np.asarray(given)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"{name}: got {shown(given)}, expected {expected}") from None
    if array.dtype.kind == "O":
        for value in array.flat:
            if isinstance(value, bool) or not isinstance(value, Real):
                raise _no_number(name, value, expected)
        return _compact(array) if nested else array
    if array.dtype.kind == "b" or not np.can_cast(array.dtype, np.longdouble):
        raise InputError(f"{name}: got {_described(array)}, expected {expected}")
    return array


def floating(name: str, given: Any, shape: Shape | None = None) -> Any:
    """Return floating-point values in their own format, and all other numbers as float64.

    Parameters
    ----------
    name
        The argument's name.
    given
        Values; NaN and infinity are values.
    shape
        What the shape has to be, None for any.

    Raises
    ------
    InputError
        If they are no numbers, float64 does not hold one of them, or the shape is another.
    """
    array = numbers(name, given)
    if array.dtype.kind in "iuO":
        array = _as_float64(name, array)
    return array if shape is None else shaped(name, array, shape)


def values(name: str, given: Any, shape: Shape | None = None) -> FloatArray:
    """Return values as float64; parameters and errors are those of `floating`.

    Examples
    --------
    >>> from ropespec.reference.arguments import values
    >>> values("x", [[1, 2], [3]])
    Traceback (most recent call last):
        ...
    ropespec.reference.errors.InputError: x: got [1, 2], expected whole or real numbers, in \
rows of one length
    """
    return np.asarray(floating(name, given, shape), dtype=np.float64)


def finite(name: str, given: Any, shape: Shape | None = None) -> FloatArray:
    """Return values as `values` does, and refuse NaN and infinity."""
    array = values(name, given, shape)
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise InputError(f"{name}: got {bad}, expected finite numbers")
    return array


def whole_numbers(
    name: str,
    given: Any,
    *,
    least: int | None = None,
    shape: Shape | None = None,
    expected: str = "",
) -> IntArray:
    """Return whole numbers that int64 holds.

    Parameters
    ----------
    name
        The argument's name.
    given
        Whole numbers; 2.0 is none.
    least
        The least that is taken, None for any.
    shape
        What the shape has to be, None for any.
    expected
        What the message says was expected, where there is more to say.

    Raises
    ------
    InputError
        If they are anything else.
    """
    wanted = expected or "whole numbers" + ("" if least is None else f" from {least} on")
    array = numbers(name, given, wanted)
    bottom = -(2**63) if least is None else least
    right = array.dtype.kind in "iu" or _all_whole(array)
    if not right or any(not bottom <= int(end) < 2**63 for end in _ends(array)):
        raise InputError(f"{name}: got {shown(given)}, expected {wanted}")
    whole = array.astype(np.int64)
    return whole if shape is None else shaped(name, whole, shape)


def configuration(given: Any, name: str = "config", *, one_axis: bool = False) -> RotaryConfig:
    """Return a configuration.

    Parameters
    ----------
    given
        A `RotaryConfig`.
    name
        The argument's name.
    one_axis
        Whether positions must have one coordinate.

    Raises
    ------
    InputError
        If it is something else, or has several axes where one is wanted.
    """
    if not isinstance(given, RotaryConfig):
        message = f"{name}: got {shown(given)}, expected a RotaryConfig"
        raise InputError(f"{message}, for example RotaryConfig(head_dim=128)")
    if one_axis and given.axes:
        message = f"{name}: got several axes {given.axes}, expected one axis"
        raise InputError(f"{message}, for ordinary positions")
    return given


def instance(name: str, given: Any, *kinds: type) -> Any:
    """Return an object of one of some classes.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(given, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise InputError(f"{name}: got {shown(given)}, expected {expected}")
    return given


def shaped(name: str, array: Any, shape: Shape) -> Any:
    """Return an array if its shape is right.

    Raises
    ------
    InputError
        With both shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.arguments import shaped
    >>> shaped("q", np.zeros((3, 4)), (..., "seq", 8))
    Traceback (most recent call last):
        ...
    ropespec.reference.errors.InputError: q: got shape (3, 4), expected (..., seq, 8)
    """
    leading = bool(shape) and shape[0] is ...
    wanted = list(shape[1:] if leading else shape)
    found = array.shape[max(array.ndim - len(wanted), 0) :] if leading else array.shape
    fits = len(found) == len(wanted) and all(
        isinstance(want, str) or want == length
        for want, length in zip(wanted, found, strict=True)
    )
    if not fits:
        parts = [*(["..."] if leading else []), *map(str, wanted)]
        text = f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
        raise InputError(f"{name}: got shape {array.shape}, expected {text}")
    return array


def _compact(array: Numbers) -> Numbers:
    """Give a list's numbers the plain dtype that holds them all exactly, if there is one."""
    if all(isinstance(value, Integral) for value in array.flat):
        fits = all(-(2**63) <= int(value) < 2**63 for value in array.flat)
        return array.astype(np.int64) if fits else array
    plain = all(
        isinstance(value, float | np.floating)
        or (isinstance(value, Integral) and abs(int(value)) <= EXACT)
        for value in array.flat
    )
    return array.astype(np.float64) if plain else array


def _as_float64(name: str, array: Numbers) -> FloatArray:
    """Convert whole numbers and fractions, which must be near a float64."""
    try:
        converted = array.astype(np.float64)
    except OverflowError:
        message = f"{name}: got {shown(max(array.flat, key=abs))}, expected what float64 holds"
        raise InputError(message) from None
    if array.dtype.kind in "iu" and array.size:
        largest = max(abs(int(end)) for end in _ends(array))
        if largest > EXACT and (converted.astype(object) != array.astype(object)).any():
            message = f"{name}: got {largest}, expected whole numbers that float64 holds"
            raise InputError(f"{message} exactly; convert them first")
    return converted


def _all_whole(array: Numbers) -> bool:
    """Whether an object array holds whole numbers only."""
    return array.dtype.kind == "O" and all(isinstance(v, Integral) for v in array.flat)


def _ends(array: Numbers) -> tuple[Any, ...]:
    """Return the least and the largest number, nothing of nothing."""
    return (array.min(), array.max()) if array.size else ()


def _no_number(name: str, value: Any, expected: str) -> InputError:
    """Name the first value that is no number."""
    ragged = isinstance(value, list | tuple | np.ndarray)
    more = ", in rows of one length" if ragged else ""
    return InputError(f"{name}: got {shown(value)}, expected {expected}{more}")


def _described(array: Numbers) -> str:
    """Show a single value, and of an array its type and shape."""
    return shown(array.item()) if array.ndim == 0 else f"{array.dtype} of shape {array.shape}"
