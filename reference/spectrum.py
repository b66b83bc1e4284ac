"""A configuration's frequencies, in float64 or in any other arithmetic.

RoFormer, arXiv 2104.09864, Eq. 15: theta_i = base ** (-2 i / d) with i from 0 (the paper
counts from 1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .arithmetic import Arithmetic, arithmetic
from .arrangement import UNITS, Arrangement, Mixed
from .layout import layout_channels
from .scaling import Spectrum

if TYPE_CHECKING:
    from .arrays import IntArray, Numbers
    from .config import RotaryConfig


def spectrum(config: RotaryConfig, number: Callable[[Any], Any] = np.float64) -> Spectrum:
    """Return the unscaled frequencies of every pair.

    Parameters
    ----------
    config
        The configuration.
    number
        Makes one number of the wanted arithmetic from a Python int or float, exactly:
        `np.float64`, or the `mpf` of an mpmath context.
    """
    channels = layout_channels(config)
    index = _numbers(channels.index, number)
    width = _numbers(channels.width, number)
    numbers = arithmetic(number)
    base = _base(config, number)
    theta = np.power(base, -2 * index / width) * _unit(config, numbers)
    return Spectrum(base, index, width, theta, numbers)


def frequencies(config: RotaryConfig, number: Callable[[Any], Any] = np.float64) -> Numbers:
    """Return the frequencies in use, scaling applied, radians per position, `(pairs,)`."""
    plain = spectrum(config, number)
    return config.scaling.frequencies(plain)


def frequency_matrix(
    config: RotaryConfig, number: Callable[[Any], Any] = np.float64
) -> Numbers:
    """Return omega, `(pairs, axes)`: pair i turns by sum_a omega_ia p_a.

    One column where the positions have one coordinate. A pair of one axis has zeros for the
    others; mixed frequencies fill the matrix.
    """
    used = frequencies(config, number)
    if isinstance(config.arrangement, Mixed):
        rows = [[number(weight) for weight in row] for row in config.arrangement.matrix]
        return np.array(rows, dtype=used.dtype) * used[:, np.newaxis]
    matrix = np.array([[number(0)] * max(1, len(config.axes))] * config.pairs, dtype=used.dtype)
    matrix[np.arange(config.pairs), layout_channels(config).axis] = used
    return matrix


def _base(config: RotaryConfig, number: Callable[[Any], Any]) -> Any:
    """Return the base, or the base of every pair's axis where the axes have their own."""
    arrangement = config.arrangement
    if not (isinstance(arrangement, Arrangement) and arrangement.bases):
        return number(config.base)
    bases = [number(arrangement.bases[axis]) for axis in arrangement.axis]
    return np.array(bases, dtype=np.float64 if number is np.float64 else object)


def _unit(config: RotaryConfig, numbers: Arithmetic) -> Any:
    """Return what a frequency of 1 turns by for a position of 1, in radians."""
    turns = UNITS[config.arrangement.unit] if config.arrangement else None
    if turns is None:
        return numbers.number(1)
    return 2 * turns.numerator * numbers.pi / turns.denominator


def _numbers(values: IntArray, number: Callable[[Any], Any]) -> Numbers:
    """Convert whole numbers one by one into the wanted arithmetic."""
    dtype = np.float64 if number is np.float64 else object
    return np.array([number(int(value)) for value in values], dtype=dtype)
