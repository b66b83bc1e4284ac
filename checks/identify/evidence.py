"""What the ladder says about the frequencies, and how far a law may be from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ropespec.checks.budget import ROTATION_UNIT
from ropespec.checks.roundings import relative_error
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.scaling import Scaling, Spectrum
from ropespec.reference.spectrum import spectrum

Law = Scaling | None
"""A frequency law, None for plain frequencies."""

Model = Callable[[FloatArray], FloatArray]
"""From the parameters of a law to the frequencies of the members."""


MOST = 500.0
"""The largest parameter, a logarithm or an index, that a fit may come to."""

FAR = 1e-3
"""Relative distance that no honest float32 frequency has."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """Measured frequencies of the pairs that turn, in the order of their series.

    Attributes
    ----------
    omega
        Sizes of the frequencies, radians per position, all above 0, shape `(members,)`.
    error
        Bounds on their relative errors from the format of the call and of the phases.
    members
        Which pairs of the shape these are, shape `(pairs,)`.
    shape
        A configuration with the layout and widths that fit; its numbers mean nothing.
    amplitude
        Length of what unit vectors became.
    amplitude_error
        How far it may be off.
    declared
        What the target is claimed to be.
    """

    omega: FloatArray
    error: FloatArray
    members: BoolArray
    shape: RotaryConfig
    amplitude: float
    amplitude_error: float
    declared: RotaryConfig | None

    @property
    def spread(self) -> float:
        """Width d of the series: theta_i = base ** (-2 i / d)."""
        return float(self.series(2.0).width[0])

    @property
    def index(self) -> FloatArray:
        """Index i of each member in its series."""
        return np.asarray(self.series(2.0).index[self.members], dtype=np.float64)

    @property
    def exponent(self) -> FloatArray:
        """Exponent 2 i / d of each member."""
        return 2 * self.index / self.spread

    def series(self, base: float) -> Spectrum:
        """Return the plain frequencies of a base."""
        return _series(self.shape, base)

    def plain(self, base: float) -> FloatArray:
        """Return the members' plain frequencies for a base."""
        return np.asarray(self.series(base).theta[self.members], dtype=np.float64)

    def predicted(self, base: float, law: Law) -> FloatArray:
        """Return the members' frequencies under a law."""
        series = self.series(base)
        used = series.theta if law is None else law.frequencies(series)
        return np.asarray(used[self.members], dtype=np.float64)

    def allowed(self, base: float, law: Law, share: float = 1.0) -> FloatArray:
        """Bound how far an honest float32 implementation may be measured from a law.

        Relative: the error of the measurement, and the proved bound of the frequencies.
        """
        config = _with_base(self.shape, base).replace(scaling=law)
        return self.error + share * relative_error(config, ROTATION_UNIT)[self.members]

    def misfit(self, base: float, law: Law, share: float = 1.0) -> float:
        """Return the largest distance from a law in units of what is allowed; infinity if none.

        Up to 1 the law explains all that was measured.

        Parameters
        ----------
        base, law
            The law.
        share
            How much of the proved bound of float32 frequencies is allowed: most
            implementations need little of it.
        """
        try:
            away = np.abs(self.omega / self.predicted(base, law) - 1)
            if not (away <= self.error + FAR).all():  # spares the bounds of what is far off
                return np.inf
            return float((away / self.allowed(base, law, share)).max())
        except ConfigError:  # the law does not fit these pairs
            return np.inf

    def reordered(self, omega: FloatArray, error: FloatArray) -> Evidence:
        """Return other frequencies of as many pairs."""
        return replace(self, omega=omega, error=error)

    def coarser(self, error: FloatArray) -> Evidence:
        """Return the same with larger errors."""
        return replace(self, error=self.error + error)

    def refined(self, model: Model, start: FloatArray, weight: FloatArray) -> FloatArray:
        """Improve the parameters of a model of the frequencies by Gauss and Newton's steps.

        Parameters
        ----------
        model
            From parameters to frequencies of the members.
        start
            Where to begin; parameters are changed by small absolute steps.
        weight
            Relative errors of the members.
        """
        best = start
        smallest = self._distance(model, best, weight)
        for _ in range(8):
            rest = np.log(self.omega / model(best)) / weight
            steps = 1e-7 * np.maximum(1.0, np.abs(best))
            columns = [
                np.log(model(best + step * unit) / model(best)) / step / weight
                for step, unit in zip(steps, np.eye(len(best)), strict=True)
            ]
            change = np.linalg.lstsq(np.stack(columns, axis=-1), rest, rcond=None)[0]
            tried = best + change
            distance = self._distance(model, tried, weight)
            if not distance < smallest or (np.abs(tried) > MOST).any():
                break
            best, smallest = tried, distance
        return best

    def _distance(self, model: Model, parameters: FloatArray, weight: FloatArray) -> float:
        with np.errstate(all="ignore"):
            rest = np.log(self.omega / model(parameters)) / weight
        return float(np.square(rest).sum()) if np.isfinite(rest).all() else np.inf


@lru_cache(maxsize=256)
def _series(shape: RotaryConfig, base: float) -> Spectrum:
    """Return the plain frequencies of a base on a shape."""
    return spectrum(_with_base(shape, base))


@lru_cache(maxsize=256)
def _with_base(shape: RotaryConfig, base: float) -> RotaryConfig:
    """Return a shape with a base and plain frequencies."""
    return shape.replace(base=base, scaling=None, attention_factor=None)
