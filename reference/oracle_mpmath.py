"""The second oracle: the same quantities slowly, with mpmath at 200 digits.

It shares the configuration's frequency law with the first oracle and no arithmetic of phases:
the angle is formed in radians as one high-precision product, and mpmath reduces it. One
Python operation for each pair and position, so for samples.

Examples
--------
>>> from ropespec.reference import RotaryConfig, oracle, oracle_mpmath
>>> config = RotaryConfig(head_dim=4)
>>> slow, fast = oracle_mpmath.phases(2**62, config)[0], oracle.phases(2**62, config)[0]
>>> [str(value)[:25] for value in slow], fast.tolist()
(['-0.7112665029764863869469', '0.91463101518712495496570'], [-0.7112665029764864, \
0.914631015187125])
"""

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np

from .arguments import finite
from .arrays import Numbers
from .config import RotaryConfig
from .layout import layout_channels
from .positions import given_positions, placed
from .spectrum import frequency_matrix
from .validate import whole


def phases(positions: Any, config: RotaryConfig, digits: int = 200) -> tuple[Numbers, Numbers]:
    """Return cosine and sine of sign * position * omega, correct to about `digits` digits.

    Parameters
    ----------
    positions
        As for `oracle.phases`.
    config
        The configuration.
    digits
        Decimal digits of the result; the digits that the size of the position costs are
        added.

    Returns
    -------
    cos, sin
        Object arrays of mpmath numbers, shape `(..., pairs)`.

    Raises
    ------
    ConfigError, InputError
        As `oracle.phases`; also if `digits` is no whole number.
    """
    given = given_positions(positions, config)
    whole("digits", digits, least=1, advice="200 are the tests'")
    given = given if config.axes else given[..., np.newaxis]
    context = mpmath.MPContext()
    sizes = [context.mag(context.mpf(_ratio(p)[0])) for p in given.flat if p]
    context.dps = digits
    context.prec += 64 + max([0, *sizes])
    omega = frequency_matrix(config, context.mpf)

    def exact(position: Any) -> Any:
        numerator, denominator = _ratio(position)
        return config.sign * context.mpf(numerator) / denominator

    angles = np.frompyfunc(exact, 1, 1)(given) @ omega.T
    cos, sin = np.frompyfunc(context.cos, 1, 1), np.frompyfunc(context.sin, 1, 1)
    return cos(angles), sin(angles)


def rotate(x: Any, positions: Any, config: RotaryConfig, digits: int = 200) -> Numbers:
    """Return the rotation of finite values as mpmath numbers, amplitude included.

    Parameters
    ----------
    x
        Finite values, shape `(batch, heads, seq, head_dim)`.
    positions, config, digits
        As for `oracle.rotate` and `phases`.

    Returns
    -------
    Numbers
        Object array of the shape of `x`.
    """
    given, m = placed("x", x, positions, config)
    values = finite("x", given)
    cos, sin = phases(m, config, digits)
    channels = layout_channels(config)
    exact = np.frompyfunc(type(cos.flat[0]), 1, 1)(values)
    first, second = (exact[..., channels.read[:, side]] for side in (0, 1))
    result = exact.copy()
    result[..., channels.write[:, 0]] = (first * cos - second * sin) * config.amplitude
    result[..., channels.write[:, 1]] = (first * sin + second * cos) * config.amplitude
    return np.asarray(result)


def _ratio(position: Any) -> tuple[int, int]:
    """Numerator and denominator of a position, exactly."""
    value = position.item() if isinstance(position, np.generic) else position
    return Fraction(value).as_integer_ratio()
