"""The exact oracle: phases, cosines, sines and rotations correct at any position.

Float64 `position * frequency` is no oracle: its rounding error grows with the position.
Here the phase is reduced exactly, in fixed-point turns (`fixed_point`, `reduction`), and
evaluated as a double-double (`sincos`).

Examples
--------
Where float64 stops being an oracle: at position 2**20 it keeps nine digits, at 2**53 none.

>>> import numpy as np
>>> from ropespec.reference import RotaryConfig
>>> from ropespec.reference.oracle import phases
>>> config = RotaryConfig(head_dim=64)
>>> def worst(position):
...     cos, _ = phases(position, config)
...     return np.abs(np.cos(float(position) * config.inv_freq()) - cos).max()
>>> bool(worst(2**20) < 1e-9), bool(worst(2**40) > 1e-6), bool(worst(2**53) > 0.1)
(True, True, True)
"""

from functools import lru_cache
from typing import Any

import numpy as np

from .arrays import FloatArray
from .config import RotaryConfig
from .double_double import Pair, times_pair, two_product, two_sum
from .layout import layout_channels
from .positions import Positions, exact_positions, placed
from .reduction import reduced
from .sincos import STEPS, Turning, cos_sin

SMALL = 512
"""Different positions up to which a table of cosines and sines is kept."""


def phases(positions: Any, config: RotaryConfig) -> tuple[FloatArray, FloatArray]:
    """Return cosine and sine of every pair's phase, each within 0.51 ulp of float64.

    The phase is sign * position * omega, the angle by which the pair turns counter-clockwise.
    The amplitude is not in it. (Sines below 2**-1000, at positions as small as that, are good
    to four units of 2**-1074.)

    Parameters
    ----------
    positions
        Any whole numbers or reals, positive or negative, shape `(...)`, or `(..., axes)` for
        several axes. Floats count as the rational numbers they are; Python ints of any size
        and fractions may come in an object array.
    config
        The configuration.

    Returns
    -------
    cos, sin
        Shape `(..., pairs)`.

    Raises
    ------
    InputError
        If the positions are no finite numbers or have the wrong last dimension.
    """
    (cos, _), (sin, _) = double_phases(positions, config)
    return cos, sin


def double_phases(positions: Any, config: RotaryConfig) -> Turning:
    """Return cosine and sine of every pair's phase as double-doubles, good to 2**-63.

    Parameters
    ----------
    positions, config
        As for `phases`.

    Returns
    -------
    cos, sin
        Each two arrays of shape `(..., pairs)`: the value, and what float64 leaves out of it.

    Raises
    ------
    InputError
        As `phases`.
    """
    exact = exact_positions(positions, config)
    (cos, cos_low), (sin, sin_low) = _turning_table(exact, config)
    gathered = [_gather(part, exact) for part in (cos, cos_low, sin, sin_low)]
    return (gathered[0], gathered[1]), (gathered[2], gathered[3])


def turns(positions: Any, config: RotaryConfig) -> tuple[FloatArray, FloatArray]:
    """Return the phases themselves in turns, as the sum of two float64 values.

    Parameters
    ----------
    positions, config
        As for `phases`.

    Returns
    -------
    turn
        The phase modulo one turn, in [-1/2, 1/2], shape `(..., pairs)`.
    remainder
        What float64 leaves out of it: the two together are good to 2**-100.

    Raises
    ------
    InputError
        As `phases`.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.oracle import turns
    >>> turn, _ = turns([1, 22, -44], RotaryConfig(head_dim=2))
    >>> turn.round(6).tolist()
    [[0.159155], [-0.498591], [-0.002817]]
    """
    exact = exact_positions(positions, config)
    table = np.empty((2, exact.zero.size, config.pairs))
    for chunk, _, rest in reduced(exact, config, 0):
        table[:, chunk] = rest
    high, low = table * _signs(exact, config) + 0.0
    return _gather(high, exact), _gather(low, exact)


def rotate(x: Any, positions: Any, config: RotaryConfig) -> FloatArray:
    """Return the true rotation of float64 values, rounded once.

    Cosine, sine and both products are double-doubles, so each component is within 1 ulp of
    float64 taken at the norm of its pair (and mostly correctly rounded). Channels that do
    not turn come back bit for bit. NaN and infinities stay in their pair.

    Parameters
    ----------
    x
        Values, shape `(batch, heads, seq, head_dim)`; float64 or exactly convertible.
    positions
        Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    config
        The configuration; its amplitude is included.

    Returns
    -------
    FloatArray
        Shape of `x`.

    Raises
    ------
    InputError
        If the shapes do not fit each other or the configuration.
    """
    given, m = placed("x", x, positions, config)
    values, exact = np.asarray(given, dtype=np.float64), exact_positions(m, config)
    cos, sin = _amplified(_turning_table(exact, config), config.amplitude)
    channels = layout_channels(config)
    first, second = (values[..., channels.read[:, side]] for side in (0, 1))
    turned = _rotate_pairs(
        first,
        second,
        (_gather(cos[0], exact), _gather(cos[1], exact)),
        (_gather(sin[0], exact), _gather(sin[1], exact)),
    )
    result = values.copy()
    for side in (0, 1):
        result[..., channels.write[:, side]] = turned[side]
    return result


def _rotate_pairs(
    first: FloatArray, second: FloatArray, cos: Pair, sin: Pair
) -> tuple[FloatArray, FloatArray]:
    """Rotate (first, second), scaled to below 1 so that nothing over- or underflows."""
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        plain = first * cos[0] - second * sin[0], first * sin[0] + second * cos[0]
        _, exponent = np.frexp(np.maximum(np.abs(first), np.abs(second)))
        a, b = np.ldexp(first, -exponent), np.ldexp(second, -exponent)
        exact = _sum_of_products(a, cos, -b, sin), _sum_of_products(a, sin, b, cos)
        finite = np.isfinite(first) & np.isfinite(second)
        one, two = (
            np.where(finite, np.ldexp(value, exponent), fallback)
            for value, fallback in zip(exact, plain, strict=True)
        )
    return one, two


def _sum_of_products(a: FloatArray, c: Pair, b: FloatArray, d: Pair) -> FloatArray:
    """Return a c + b d rounded once, for double-doubles c and d."""
    left, left_low = two_product(a, c[0])
    right, right_low = two_product(b, d[0])
    high, low = two_sum(left, right)
    return high + (low + (left_low + right_low + (a * c[1] + b * d[1])))


def _amplified(turning: Turning, amplitude: float) -> Turning:
    """Multiply cosine and sine by the amplitude."""
    if amplitude == 1.0:
        return turning
    factor = (np.asarray(amplitude), np.asarray(0.0))
    return times_pair(turning[0], factor), times_pair(turning[1], factor)


def _gather(table: FloatArray, exact: Positions) -> FloatArray:
    """Pick each position's row of a table `(values, pairs)`, for each pair its own row."""
    return table[exact.where, np.arange(table.shape[1])]


def _signs(exact: Positions, config: RotaryConfig) -> FloatArray:
    """Return the sense in which each value turns, shape `(values, 1)`."""
    return np.where(exact.negative, -config.sign, config.sign).astype(np.float64)[:, np.newaxis]


def _turning_table(exact: Positions, config: RotaryConfig) -> Turning:
    """Cosine and sine of every value and pair, double-doubles of shape `(values, pairs)`.

    Small tables are kept: queries and keys stand at the same positions, and so do the calls
    of one conformance check.
    """
    if exact.whole is None or exact.whole.size > SMALL:
        return _worked_out(exact, config)
    return _kept(exact.whole.tobytes(), exact.negative.tobytes(), config)


@lru_cache(maxsize=32)
def _kept(whole: bytes, negative: bytes, config: RotaryConfig) -> Turning:
    """Work a table out for whole positions, given as the memory of two arrays."""
    magnitudes = np.frombuffer(whole, dtype=np.uint64)
    signs = np.frombuffer(negative, dtype=np.bool_)
    nowhere = np.empty(0, dtype=np.int64)
    exact = Positions(signs, magnitudes == 0, magnitudes, [], nowhere)
    turning = _worked_out(exact, config)
    for array in (*turning[0], *turning[1]):
        array.setflags(write=False)
    return turning


def _worked_out(exact: Positions, config: RotaryConfig) -> Turning:
    """Reduce every phase and evaluate it."""
    table = np.empty((4, exact.zero.size, config.pairs))
    for chunk, mark, rest in reduced(exact, config, STEPS):
        (cos, cos_low), (sin, sin_low) = cos_sin(mark, rest)
        table[:, chunk] = cos, cos_low, sin, sin_low
    sign = _signs(exact, config)
    return (table[0], table[1]), (table[2] * sign + 0.0, table[3] * sign + 0.0)
