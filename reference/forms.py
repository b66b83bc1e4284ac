"""Rotary embedding as the paper writes it: matrix, complex and efficient form, in float64.

Su et al., RoFormer, arXiv 2104.09864. The paper counts pairs from 1 and puts pair i on the
channels (2i - 1, 2i); here pairs count from 0, and a layout says which channels a pair is.
Every function below takes the channels of a head in the paper's order through
`layout_channels(config).read` and writes them back through `.write`.

All of them form `position * frequency` in float64, so they serve to read and to compare at
moderate positions. The numbers to judge by are the oracle's.

Examples
--------
The three forms are one rotation:

>>> import numpy as np
>>> from ropespec.reference import RotaryConfig, forms
>>> config = RotaryConfig(head_dim=4)
>>> x = np.array([[[[1.0, 0.0, 0.0, 1.0]]]])
>>> forms.apply_efficient(x, [[3]], config).round(4).tolist()
[[[[-0.99, 0.1411, -0.03, 0.9996]]]]
>>> same = forms.apply_complex(x, [[3]], config), forms.apply_matrix(x, [[3]], config)
>>> bool(np.allclose(same, forms.apply_efficient(x, [[3]], config), rtol=0, atol=1e-15))
True
"""

from typing import Any

import numpy as np

from .arguments import floating, shaped
from .arrays import FloatArray
from .config import RotaryConfig
from .errors import InputError
from .layout import layout_channels
from .positions import float_coordinates, placed


def angles(positions: Any, config: RotaryConfig) -> FloatArray:
    """Return m theta_i, the angle by which each pair turns: the exponent in Eq. 12.

    Parameters
    ----------
    positions
        m, shape `(...)`, or `(..., axes)` for several axes.
    config
        Gives theta_i = base ** (-2 i / d) with its scaling (Eq. 15), and the sign.

    Returns
    -------
    FloatArray
        Radians, counter-clockwise, shape `(..., pairs)`.
    """
    m = float_coordinates(positions, config)
    return config.sign * m * config.inv_freq()


def rotation_matrix(position: Any, config: RotaryConfig) -> FloatArray:
    """Return R_m, block-diagonal in the paper's order of channels (Eq. 13 and 15).

    Parameters
    ----------
    position
        m; one number, or one for each axis.
    config
        The configuration. Channels that do not turn have a 1 on the diagonal.

    Returns
    -------
    FloatArray
        Shape `(head_dim, head_dim)`; y = R_m x.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.forms import rotation_matrix
    >>> rotation_matrix(1, RotaryConfig(head_dim=3, rotary_dim=2)).round(3).tolist()
    [[0.54, -0.841, 0.0], [0.841, 0.54, 0.0], [0.0, 0.0, 1.0]]
    """
    phi = shaped("position's angles", angles(position, config), (config.pairs,))
    channels = layout_channels(config)
    cos, sin = config.amplitude * np.cos(phi), config.amplitude * np.sin(phi)
    x1, x2 = channels.read.T
    y1, y2 = channels.write.T
    R = np.zeros((config.head_dim, config.head_dim))
    R[y1, x1], R[y1, x2] = cos, -sin
    R[y2, x1], R[y2, x2] = sin, cos
    R[channels.passed, channels.passed] = 1.0
    return R


def apply_matrix(x: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    """Return R_m x for every token (Eq. 14).

    Parameters
    ----------
    x
        Shape `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    config
        The configuration.

    Returns
    -------
    FloatArray
        Shape of `x`.
    """
    x, m = placed("x", x, positions, config)
    tokens = m.reshape(-1, len(config.axes)) if config.axes else m.reshape(-1)
    R = np.array([rotation_matrix(token, config) for token in tokens])
    lead = m.shape[:-1] if config.axes else m.shape
    R = R.reshape(*lead, config.head_dim, config.head_dim)
    return (R @ x[..., np.newaxis])[..., 0]


def apply_complex(x: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    """Return (x_{2i} + i x_{2i+1}) e^{i m theta_i} for every token and pair (Eq. 12).

    Parameters and result are those of `apply_matrix`.
    """
    x, m = placed("x", x, positions, config)
    channels, phi = layout_channels(config), angles(m, config)
    z = x[..., channels.read[:, 0]] + 1j * x[..., channels.read[:, 1]]
    turned = z * (config.amplitude * np.exp(1j * phi))
    y = x.copy()
    y[..., channels.write[:, 0]] = turned.real
    y[..., channels.write[:, 1]] = turned.imag
    return y


def apply_efficient(x: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    """Return x * cos + rotated(x) * sin, elementwise, for every token (Eq. 34).

    Parameters and result are those of `apply_matrix`.
    """
    x, m = placed("x", x, positions, config)
    channels, phi = layout_channels(config), angles(m, config)
    cos = config.amplitude * np.repeat(np.cos(phi), 2, axis=-1)
    sin = config.amplitude * np.repeat(np.sin(phi), 2, axis=-1)
    turning = x[..., channels.read.reshape(-1)]
    y = x.copy()
    y[..., channels.write.reshape(-1)] = turning * cos + quarter_turn(turning) * sin
    return y


def quarter_turn(x: FloatArray) -> FloatArray:
    """Return (-x_1, x_0, -x_3, x_2, ...): every adjacent pair turned by 90 degrees (Eq. 34).

    Parameters
    ----------
    x
        Shape `(..., channels)`, an even number of channels in the paper's order.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.forms import quarter_turn
    >>> quarter_turn(np.array([1.0, 2.0, 3.0, 4.0])).tolist()
    [-2.0, 1.0, -4.0, 3.0]
    """
    x = floating("x", x, (..., "channels"))
    if x.shape[-1] % 2:
        raise InputError(f"x: got {x.shape[-1]} channels, expected an even number")
    pairs = x.reshape(*x.shape[:-1], x.shape[-1] // 2, 2)
    return np.stack((-pairs[..., 1], pairs[..., 0]), axis=-1).reshape(x.shape)
