"""A configuration's frequencies, in float64 or in any other arithmetic.

RoFormer, arXiv 2104.09864, Eq. 15: theta_i = base ** (-2 i / d) with i from 0 (the paper
counts from 1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

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
    base = number(config.base)
    return Spectrum(base, index, width, np.power(base, -2 * index / width))


def frequencies(config: RotaryConfig, number: Callable[[Any], Any] = np.float64) -> Numbers:
    """Return the frequencies in use, scaling applied, radians per position, `(pairs,)`."""
    return config.scaling.frequencies(spectrum(config, number))


def _numbers(values: IntArray, number: Callable[[Any], Any]) -> Numbers:
    """Convert whole numbers one by one into the wanted arithmetic."""
    dtype = np.float64 if number is np.float64 else object
    return np.array([number(int(value)) for value in values], dtype=dtype)
