"""How far off a component may be: bounds that are derived, one for each pair and position.

Every bound is on a single component of a rotated pair (x, x') at position p, in units of
the pair's norm r = sqrt(x**2 + x'**2) times the amplitude A. With theta the pair's frequency
before scaling, omega the frequency in use, u the unit roundoff of float32 (2**-24) and v that
of the output format, an implementation counts as honest if it does no worse than this.

Frequency
    The exponent 2i/d, its product with ln(base), and ln(base) itself are rounded once each:
    `exponent` roundings, each of which moves theta by the relative amount u ln(1/theta).
    pow or exp is within 1 ulp (2u), a reciprocal and the division by a scaling factor
    round once each: `frequency` = 2 + 1 + 1.
Angle
    The product with the position rounds once; a position of 2**24 and more is no float32
    and rounds once more. So the angle is off by at most

        |p| omega u (frequency + 1 + exponent ln(1/theta)),

    and a component by as much, because the chord is shorter than the arc.
Rotation in float32
    cos and sin within 1 ulp (2u), amplitude, products, sum: 5 roundings, and by
    |x cos| + |x' sin| <= r each moves a component by at most u A r.
Rotation in the output format
    Tables, products and sum are rounded: (1+v)**3 - 1 in the same way.
Underflow
    Each of these three roundings is off by half the smallest number where its result is
    subnormal, and the tables by half of it before they multiply: (1.5 + r) times that number.

The errors add. A float64 implementation may do all of it in float32 inside, so the bound of
a wider output format keeps the terms in u. An implementation that is honest in another way,
with float64 phases say, stays far below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.formats import FORMATS, find_format, ulp
from ropespec.reference.layout import layout_channels

EXPONENT_ROUNDINGS = 3
"""Roundings of the exponent, each amplified by ln(1/theta)."""

FREQUENCY_ROUNDINGS = 4
"""Roundings of the frequency itself: pow or exp (2), reciprocal, scaling."""

ROTATION_ROUNDINGS = 5
"""Roundings in float32: cos or sin (2), amplitude, products, sum."""

OUTPUT_ROUNDINGS = 3
"""Roundings in the output format: tables, products, sum."""

EXACT_ULPS = 2
"""Units in the last place, at the norm of the pair, that the grade `exact` allows."""

ROTATION_UNIT = FORMATS["float32"].unit_roundoff


@dataclass(frozen=True)
class Budget:
    """The bounds for one configuration and one output format.

    Attributes
    ----------
    config
        What is computed.
    dtype
        The format of input and output.
    unit
        Unit roundoff of the format that everything is computed in: float32, unless the
        implementation is known to do better.
    """

    config: RotaryConfig
    dtype: str
    unit: float = ROTATION_UNIT

    def angle(self, positions: IntArray) -> FloatArray:
        """Bound the error of every pair's angle in radians.

        Parameters
        ----------
        positions
            Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.

        Returns
        -------
        FloatArray
            Shape `(batch, seq, pairs)`.
        """
        channels = layout_channels(self.config)
        size = np.abs(positions.astype(np.float64))
        size = size[..., channels.axis] if self.config.axes else size[..., np.newaxis]
        amplified = np.log(self.config.base) * 2 * channels.index / channels.width
        rounded = size >= 1 / self.unit
        roundings = FREQUENCY_ROUNDINGS + 1 + rounded + EXPONENT_ROUNDINGS * amplified
        bound = size * self.config.inv_freq() * self.unit * roundings
        return np.asarray(bound, dtype=np.float64)

    def rotation(self, norms: FloatArray) -> FloatArray:
        """Bound what rounding adds to a component when cos and sin are of the same angle.

        Parameters
        ----------
        norms
            Norm of each input pair, any shape.
        """
        target = find_format(self.dtype)
        rounded = _growth(OUTPUT_ROUNDINGS, target.unit_roundoff)
        relative = _growth(ROTATION_ROUNDINGS, self.unit) + rounded
        scaled = self.config.amplitude * norms
        return np.asarray(relative * scaled + self.underflow(norms), dtype=np.float64)

    def component(self, positions: IntArray, norms: FloatArray) -> FloatArray:
        """Bound the error of a component: the grade `standard`.

        Parameters
        ----------
        positions
            Shape `(batch, seq)` or `(batch, seq, axes)`.
        norms
            Norm of each input pair, `(batch, heads, seq, pairs)`.

        Returns
        -------
        FloatArray
            Shape of `norms`.
        """
        arc = self.angle(positions)[:, np.newaxis] * self.config.amplitude * norms
        return arc + self.rotation(norms)

    def exact(self, norms: FloatArray) -> FloatArray:
        """Bound the error of a component for the grade `exact`.

        Parameters
        ----------
        norms
            Norm of each input pair, any shape.
        """
        return EXACT_ULPS * ulp(self.config.amplitude * norms, self.dtype)

    def underflow(self, norms: FloatArray) -> FloatArray:
        """Bound what subnormal numbers lose.

        Parameters
        ----------
        norms
            Norm of each input pair, any shape.
        """
        smallest = find_format(self.dtype).smallest
        return np.asarray((OUTPUT_ROUNDINGS / 2 + norms) * smallest, dtype=np.float64)


def _growth(roundings: int, unit: float) -> float:
    """Return (1 + unit)**roundings - 1, also where float64 has no 1 + unit."""
    return float(np.expm1(roundings * np.log1p(unit)))


def pair_norms(values: FloatArray, config: RotaryConfig) -> FloatArray:
    """Return the norm of every input pair.

    Parameters
    ----------
    values
        Shape `(batch, heads, seq, head_dim)`.
    config
        Says which channels pair.

    Returns
    -------
    FloatArray
        Shape `(batch, heads, seq, pairs)`.
    """
    pairs = values[..., layout_channels(config).read]
    return np.asarray(np.hypot(pairs[..., 0], pairs[..., 1]), dtype=np.float64)


def pair_errors(got: FloatArray, expected: FloatArray, config: RotaryConfig) -> FloatArray:
    """Return the larger of the errors of each output pair's two components.

    NaN where a value came out that is no number, unless it was expected.

    Parameters
    ----------
    got, expected
        Shape `(batch, heads, seq, head_dim)`.
    config
        Says which channels pair.

    Returns
    -------
    FloatArray
        Shape `(batch, heads, seq, pairs)`.
    """
    write = layout_channels(config).write
    with np.errstate(invalid="ignore"):
        difference = np.abs(got[..., write] - expected[..., write])
    return np.asarray(difference.max(axis=-1), dtype=np.float64)
