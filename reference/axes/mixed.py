"""Mixed frequencies: pairs that turn by a weighted sum of all coordinates.

Any matrix of weights makes a relative embedding, because rotations of one plane commute:
R(omega p)^T R(omega p') = R(omega (p' - p)). Learned weights are given as they are, one
configuration for each head.
"""

import math
from collections.abc import Sequence

import numpy as np

from ropespec.reference.arguments import finite
from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import FloatArray
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole


def mixed_init(pairs: int, direction: float, base: float = 10.0) -> Mixed:
    """Return the frequencies that RoPE-Mixed starts to learn from, for one head.

    Heo et al., Rotary Position Embedding for Vision Transformer, arXiv 2403.13298; the
    published code. With d = 2 pairs channels, |omega_j| = b ** (-4j / d) for j < d/4; the
    first d/4 pairs point in the head's direction, the others a quarter turn further.

    Parameters
    ----------
    pairs
        Pairs of the head, an even number.
    direction
        The head's random angle in radians.
    base
        b.

    Examples
    --------
    >>> from ropespec.reference.axes import mixed_init
    >>> mixed_init(4, direction=0.0).matrix[1]
    (0.31622776601683794, 0.0)
    """
    if whole("pairs", pairs, least=2, advice="give rotary_dim / 2") % 2:
        raise ConfigError("pairs", pairs, "an even number", "half of them for each direction")
    real("direction", direction, above=-math.inf, advice="give radians")
    j = np.arange(pairs // 2)
    size = real("base", base, above=1, advice="10.0 is the paper's") ** (-2 * j / pairs)
    angles = np.repeat([direction, direction + np.pi / 2], pairs // 2)
    weights = np.tile(size, 2)[:, np.newaxis] * np.stack((np.cos(angles), np.sin(angles)), -1)
    return _mixed(weights)


def directed(frequencies: Sequence[float], directions: Sequence[Sequence[float]]) -> Mixed:
    """Return phi_i = omega_i <u_i, p>: each frequency along a direction of its own.

    Parameters
    ----------
    frequencies
        omega_i, one for each pair.
    directions
        u_i, one row for each pair and one column for each axis.

    Raises
    ------
    ConfigError
        If there are not as many directions as frequencies.
    """
    omega = finite("frequencies", frequencies, ("pairs",))
    u = finite("directions", directions, ("pairs", "axes"))
    if len(omega) != len(u):
        expected = f"{len(omega)} rows, one for each frequency"
        raise ConfigError("directions", len(u), expected, "give one for each pair")
    return _mixed(omega[:, np.newaxis] * u)


def pixel_frequencies(
    axes: int, per_axis: int, max_freq: float, unit: str = "half-turn"
) -> Mixed:
    """Return the linearly spaced frequencies for coordinates in [-1, 1].

    Perceiver's spacing as timm and lucidrains' code use it: on every axis pi times
    linspace(1, max_freq / 2, n), axis after axis. The frequencies are in half turns, so pi
    is exact.

    Parameters
    ----------
    axes
        Number of coordinates.
    per_axis
        n.
    max_freq
        Twice the largest frequency, in half turns.
    unit
        A name of `arrangement.UNITS`.
    """
    axes = whole("axes", axes, least=2, advice="give the number of coordinates")
    per_axis = whole("per_axis", per_axis, least=1, advice="give the frequencies of one axis")
    max_freq = real("max_freq", max_freq, above=0, advice="give twice the largest frequency")
    row = np.linspace(1.0, max_freq / 2, per_axis)
    weights: FloatArray = np.kron(np.eye(axes), row[:, np.newaxis]).astype(np.float64)
    return _mixed(weights, unit)


def _mixed(weights: FloatArray, unit: str = "radian") -> Mixed:
    """Make plain tuples of an array."""
    return Mixed(tuple(tuple(float(weight) for weight in row) for row in weights), unit)
