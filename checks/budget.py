"""How far off a component may be: the proved bounds, one for each pair and position.

Chapter H of the specification proves them: H1 (and H8 for blends) the frequency, H2 the angle,
H3 the rotated pair, H7 that evaluating them here does not lower them. `roundings` counts what
an honest implementation rounds. An implementation counts as honest if it does no worse than
this, with p the position, omega the frequency in use, r the norm of the pair and A the
amplitude:

Angle
    Frequency, product with the position, and a position that the format does not hold (H4),
    all rounded in the unit u of float32: |p| omega times their joined relative error. A
    component is off by as much times A r, because the chord is shorter than the arc.
Rotation
    Tables, products and sum, either in float32 with the output rounded once, or in the output
    format: A r times the joined relative error of the worse of the two ways.
Underflow
    Tables, products and output are each off by half the smallest number where they are
    subnormal.

The errors add. A float64 implementation may do all of it in float32 inside, so the bound of a
wider output format keeps float32's unit. An implementation that is honest in another way, with
float64 phases say, stays far below.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.formats import FORMATS, find_format, ulp
from ropespec.reference.layout import layout_channels
from ropespec.reference.spectrum import frequency_matrix
from ropespec.spec import bounds

from .roundings import TRIGONOMETRIC_ULPS, relative_error

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
        """Bound the error of every pair's angle in radians (H2).

        Parameters
        ----------
        positions
            Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.

        Returns
        -------
        FloatArray
            Shape `(batch, seq, pairs)`.
        """
        steps = np.abs(positions.astype(np.float64))
        steps = steps if self.config.axes else steps[..., np.newaxis]
        rounded = np.where(steps > 1 / self.unit, self.unit, 0.0).max(axis=-1)
        size = np.einsum("...a,pa->...p", steps, self._per_step)
        bound = bounds.angle(size, self._frequency_error, rounded[..., np.newaxis], self.unit)
        return np.asarray(bounds.raised(bound), dtype=np.float64)

    def rotation(self, norms: FloatArray) -> FloatArray:
        """Bound what rounding adds to a component when cos and sin are of the same angle.

        Parameters
        ----------
        norms
            Norm of each input pair, any shape.
        """
        return self._component(norms, np.zeros(()))

    def component(self, positions: IntArray, norms: FloatArray) -> FloatArray:
        """Bound the error of a component: the grade `standard` (H3).

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
        return self._component(norms, self.angle(positions)[:, np.newaxis])

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
        bound = bounds.underflow(norms, self._errors, self._smallest)
        return np.asarray(bounds.raised(bound), dtype=np.float64)

    def _component(self, norms: FloatArray, angle_error: FloatArray) -> FloatArray:
        """Bound the error of a component for an error of the angle."""
        bound = bounds.component(
            norms, angle_error, self._errors, self._smallest, self.config.amplitude
        )
        return np.asarray(bounds.raised(bound), dtype=np.float64)

    @cached_property
    def _per_step(self) -> FloatArray:
        """What every pair turns by for a step along every axis, in radians, unsigned."""
        return np.abs(frequency_matrix(self.config))

    @cached_property
    def _frequency_error(self) -> FloatArray:
        """Relative error of every pair's frequency, mixed ones' weights and sums included."""
        axes = self._per_step.shape[1]
        mixed = axes if isinstance(self.config.arrangement, Mixed) else 0
        own = relative_error(self.config, self.unit)
        return np.asarray(bounds.joined(own, bounds.gamma(mixed, self.unit)), dtype=np.float64)

    @cached_property
    def _errors(self) -> tuple[float, float, float]:
        """Relative errors of a table, a product and the sum, in the worse of two ways."""
        inner, outer = self.unit, find_format(self.dtype).unit_roundoff
        cast_in = inner if outer < inner else 0.0
        cast_out = outer if outer != inner else 0.0
        amplitude = 0 if self.config.amplitude == 1 else 2  # the number and the product
        tables = bounds.gamma(2 * TRIGONOMETRIC_ULPS + amplitude, inner)
        inside = tables, bounds.joined(inner, cast_in), bounds.joined(inner, cast_out)
        outside = bounds.joined(tables, cast_out), outer, outer
        return max(inside, outside, key=lambda errors: float(bounds.joined(*errors)))

    @cached_property
    def _smallest(self) -> float:
        """The coarser of the smallest numbers of the output format and of float32 inside."""
        inner = [one.smallest for one in FORMATS.values() if one.unit_roundoff == self.unit]
        return max(find_format(self.dtype).smallest, *inner)


budget_of = lru_cache(maxsize=128)(Budget)
"""The budget of a configuration and a format: it keeps what it worked out of them."""


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
