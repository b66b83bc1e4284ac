"""Positions as users give them: whole or real, signed, one coordinate or several."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .arguments import configuration, floating, numbers
from .arrangement import Mixed
from .arrays import BoolArray, FloatArray, IntArray, Numbers, WordArray
from .config import RotaryConfig
from .errors import InputError, shown
from .layout import layout_channels


@dataclass(frozen=True, eq=False)
class Positions:
    """Exact positions, every different value once.

    Attributes
    ----------
    negative, zero
        Which values are below zero, and which are zero, shape `(values,)`.
    whole
        Their magnitudes as whole numbers below 2**64, shape `(values,)`, or None.
    fractions
        Their magnitudes as fractions where `whole` is None.
    where
        For every position and pair the number of the value that turns it, shape
        `(..., pairs)`, or `(..., 1)` where one coordinate turns all pairs.
    """

    negative: BoolArray
    zero: BoolArray
    whole: WordArray | None
    fractions: list[Fraction]
    where: IntArray


def given_positions(positions: Any, config: RotaryConfig) -> Numbers:
    """Return positions as they are given, checked: whole numbers, float64 or fractions.

    Parameters
    ----------
    positions
        Shape `(...)`, or `(..., axes)` for a configuration with several axes.
    config
        The configuration.

    Raises
    ------
    InputError
        If the positions are no finite numbers or have the wrong last dimension.
    """
    configuration(config)
    given = numbers("positions", positions)
    if given.dtype.kind == "O":
        given = np.asarray(np.frompyfunc(_fraction, 1, 1)(given), dtype=object)
    elif given.dtype.kind not in "iu":
        given = given if given.dtype.itemsize >= 8 else given.astype(np.float64)
        if not np.isfinite(given).all():
            raise InputError("positions: got NaN or infinity, expected finite numbers")
    if config.axes and (given.ndim == 0 or given.shape[-1] != len(config.axes)):
        raise InputError(
            f"positions: got shape {given.shape}, expected (..., {len(config.axes)}); "
            "give one coordinate for each of the configuration's axes"
        )
    return given


def coordinates(positions: Any, config: RotaryConfig) -> Numbers:
    """Return what each pair's frequency is multiplied by: the coordinate that turns it.

    For mixed frequencies it is the weighted sum omega_i . p of all coordinates, an exact
    fraction; the pairs' own frequencies are then all the same.

    Parameters
    ----------
    positions
        Shape `(...)`, or `(..., axes)` for a configuration with several axes.
    config
        The configuration.

    Returns
    -------
    ndarray
        Shape `(..., 1)` for one axis, `(..., pairs)` for several.

    Raises
    ------
    InputError
        If the positions are no finite numbers or have the wrong last dimension.
    """
    given = given_positions(positions, config)
    if not config.axes:
        return given[..., np.newaxis]
    if isinstance(config.arrangement, Mixed):
        return _mixed(given, config.arrangement)
    return given[..., layout_channels(config).axis]


def float_coordinates(positions: Any, config: RotaryConfig) -> FloatArray:
    """Return `coordinates` rounded to float64.

    Raises
    ------
    InputError
        As `coordinates`, and for a position beyond float64's largest number.
    """
    exact = coordinates(positions, config)
    try:
        return np.asarray(exact, dtype=np.float64)
    except OverflowError:
        message = f"positions: got {shown(positions)}, expected what float64 holds"
        raise InputError(f"{message}; the oracle takes more") from None


def _mixed(given: Numbers, mixed: Mixed) -> Numbers:
    """Return omega p as fractions, shape `(..., pairs)`."""
    exact = np.asarray(np.frompyfunc(_fraction, 1, 1)(given), dtype=object)
    weights = np.array([[Fraction(weight) for weight in row] for row in mixed.matrix])
    return np.asarray(exact @ weights.T, dtype=object)


def exact_positions(positions: Any, config: RotaryConfig) -> Positions:
    """Take positions apart into exact values, every one once.

    A float is the rational number that it holds, so 0.1 is
    3602879701896397/36028797018963968 and not a tenth; a tenth is `Fraction(1, 10)`.

    Raises
    ------
    InputError
        As `coordinates`.
    """
    given = coordinates(positions, config)
    values, where = np.unique(given, return_inverse=True)
    where = where.reshape(given.shape)
    if values.dtype.kind == "f" and _whole_and_small(values):
        values = values.astype(np.int64)
    negative = np.asarray(values < 0, dtype=np.bool_)
    zero = np.asarray(values == 0, dtype=np.bool_)
    if values.dtype.kind in "iu":
        # int64's least value has no positive twin: its abs wraps to itself, and reads 2**63
        size = np.abs(values.astype(np.int64)) if values.dtype.kind == "i" else values
        return Positions(negative, zero, size.astype(np.uint64), [], where)
    fractions = [abs(_fraction(value)) for value in values.tolist()]
    return Positions(negative, zero, None, fractions, where)


def _whole_and_small(values: FloatArray) -> bool:
    """Whether all floats are whole numbers that int64 holds."""
    return bool(((values == np.rint(values)) & (np.abs(values) < 2.0**63)).all())


def placed(name: str, x: Any, positions: Any, config: RotaryConfig) -> tuple[Any, Numbers]:
    """Return a head's channels, and the positions with a heads dimension that fits them.

    Parameters
    ----------
    name
        The argument's name.
    x
        Shape `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)` or `(seq,)`, plus `(axes,)` for several axes.
    config
        The configuration.

    Returns
    -------
    x
        Floating-point values as they came, other numbers as float64.
    positions
        Shape `(batch, 1, seq)`, `(1, 1, seq)` or `(1, seq)`, plus the axes.

    Raises
    ------
    InputError
        If `x` has another last dimension than `head_dim`, the positions do not fit it, or one
        of them holds no numbers.
    """
    given = given_positions(positions, config)
    channels = floating(name, x)
    trailing = 1 if config.axes else 0
    if channels.ndim != 4 or channels.shape[-1] != config.head_dim:
        raise InputError(
            f"{name}: got shape {channels.shape}, expected (batch, heads, seq, head_dim) with "
            f"head_dim = {config.head_dim}"
        )
    batch, _, seq, _ = channels.shape
    lead = given.shape[: given.ndim - trailing]
    if lead not in ((batch, seq), (1, seq), (seq,)):
        raise InputError(
            f"positions: got shape {given.shape}, expected (batch, seq) = {(batch, seq)}"
            + (" and one coordinate per axis" if trailing else "")
        )
    return channels, np.expand_dims(given, axis=len(lead) - 1)


def exact_fractions(name: str, given: Any) -> Numbers:
    """Return numbers as the exact fractions that they are, in an object array.

    Raises
    ------
    InputError
        If they are no finite numbers.
    """
    array = numbers(name, given)
    exact = np.frompyfunc(lambda value: _fraction(value, name), 1, 1)(array)
    return np.asarray(exact, dtype=object)


def _fraction(value: Any, name: str = "positions") -> Fraction:
    """Read one number exactly."""
    try:
        if isinstance(value, np.floating):  # longdouble, which Fraction does not know
            return Fraction(*value.as_integer_ratio())
        if isinstance(value, np.integer):  # Fraction would keep it, with its overflows
            return Fraction(int(value))
        return Fraction(value)
    except (TypeError, ValueError, OverflowError):
        message = f"{name}: got {shown(value)}, expected finite whole or real numbers"
        raise InputError(message) from None
