"""What the laws that treat every frequency differently share: turns, ramps, blends."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import Numbers

from .law import Spectrum


def turns(spectrum: Spectrum, original: int) -> Numbers:
    """Return r_i = L / lambda_i = L theta_i / (2 pi), each pair's turns within the length L.

    Source: YaRN, arXiv 2309.00071, Eq. 17 (number from memory).
    """
    made: Numbers = original * spectrum.theta / (2 * spectrum.arithmetic.pi)
    return made


def correction_dim(rotations: float, spectrum: Spectrum, original: int) -> Numbers:
    """Return the index c at which a pair would make `rotations` turns within the length L.

    c = d ln(L / (2 pi rotations)) / (2 ln b), the solution of L b ** (-2c/d) = 2 pi
    rotations. Source: YaRN's code, find_correction_dim.
    """
    arithmetic = spectrum.arithmetic
    ratio = arithmetic.number(original) / (2 * arithmetic.pi * arithmetic.number(rotations))
    index: Numbers
    index = spectrum.width * arithmetic.log(ratio) / (2 * arithmetic.log(spectrum.base))
    return index


def correction_range(
    fast: float, slow: float, spectrum: Spectrum, original: int, *, truncate: bool, top: Any
) -> tuple[Numbers, Numbers]:
    """Return the indices lo and hi between which the ramp runs.

    Parameters
    ----------
    fast, slow
        The numbers of turns at its two ends, fast the larger.
    spectrum
        The plain frequencies.
    original
        L, the trained length.
    truncate
        Whether lo is rounded down and hi up.
    top
        The largest hi that is let stand.
    """
    low = correction_dim(fast, spectrum, original)
    high = correction_dim(slow, spectrum, original)
    if truncate:
        low, high = spectrum.arithmetic.floor(low), spectrum.arithmetic.ceil(high)
    return np.maximum(low, 0), np.minimum(high, top)


def ramp(value: Numbers, low: Any, high: Any) -> Numbers:
    """Return (value - low) / (high - low), cut off below 0 and above 1."""
    share: Numbers = np.minimum(np.maximum((value - low) / (high - low), 0), 1)
    return share


def apart(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Move hi up by 0.001 where it is equal to lo, so that a ramp runs between them."""
    return low, np.where(low == high, high + 0.001, high)


def blend(share: Numbers, one: Numbers, other: Numbers) -> Numbers:
    """Return (1 - share) * one + share * other, for shares from 0 to 1.

    At the ends of the ramp the result is exactly `one` or `other`, as long as both are finite.
    """
    mixed: Numbers = (1 - share) * one + share * other
    return mixed
