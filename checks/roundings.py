"""How honest implementations compute: the ways, and how many roundings each of them makes.

Chapter H of the specification turns these counts into bounds; nothing else decides how large
a budget is. An accuracy of a units in the last place counts as 2a roundings (H1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.scaling import Llama3, NtkByParts, Spectrum, Yarn
from ropespec.reference.scaling.ramps import turns
from ropespec.reference.spectrum import spectrum
from ropespec.spec import bounds

POWER_ULPS = 4
"""Stated accuracy of pow in float32, units in the last place: CUDA and NumPy's vectors state
4, SLEEF and glibc 1."""

EXPONENTIAL_ULPS = 3
"""Stated accuracy of exp: NumPy states 2.52, CUDA 2, SLEEF and glibc 1."""

LOGARITHM_ULPS = 1
"""Stated accuracy of log: CUDA, SLEEF and glibc state 1. (NumPy states 3.83 for all numbers;
for bases, above 2, it is within 1.) It is amplified, so that a worse one is no honest way."""

TRIGONOMETRIC_ULPS = 4
"""Stated accuracy of cos and sin: SLEEF states 3.5 for those that torch uses on processors,
CUDA 2, NumPy 1.5, glibc 1."""


@dataclass(frozen=True)
class Route:
    """One way to form a frequency.

    Attributes
    ----------
    name
        The formula.
    exponent
        Roundings of the exponent, each amplified by ln(1/theta).
    following
        Roundings of the frequency itself.
    """

    name: str
    exponent: int
    following: int


ROUTES = (
    # The base is rounded to float32 once, which moves its power by no more.
    Route("1 / pow(base, 2i/d)", exponent=1, following=1 + 2 * POWER_ULPS + 1),
    Route(
        "exp(-(2i/d) ln(base))",
        exponent=1 + 2 * LOGARITHM_ULPS + 1,
        following=2 * EXPONENTIAL_ULPS,
    ),
)
"""The ways to form an unscaled frequency; a budget covers the worse for each pair."""

SCALING_ROUNDINGS = 2
"""A divisor is rounded, and the division."""

DIVIDING = ("linear", "dynamic", "longrope", "proportional", "yarn", "llama3")
"""Laws that divide the unscaled frequencies; the others take another power."""

POWER_ROUNDINGS = 2 * POWER_ULPS + 2
"""Another power: its base, its value, its product."""

BLEND_ROUNDINGS = 3
"""A weight, its product with a frequency, and the sum."""

TURNS_ROUNDINGS = 4
"""Turns within a length, L theta / 2 pi: the constant, its product or quotient, and two more
for the ways by the wavelength."""


def relative_error(config: RotaryConfig, unit: float) -> FloatArray:
    """Bound the relative error of the frequencies in use, shape `(pairs,)`.

    Parameters
    ----------
    config
        What is computed.
    unit
        Unit roundoff of the format that frequencies are formed in.
    """
    series = spectrum(config)
    used = config.scaling.frequencies(series)
    exponents = np.abs(2 * np.log(series.base) * series.index / series.width)
    units = 2 if config.arrangement and config.arrangement.unit != "radian" else 0
    plain = _formed(exponents, units, unit)
    if config.scaling.rope_type == "default":
        return plain
    if config.scaling.rope_type in DIVIDING:
        scaled = _formed(exponents, units + SCALING_ROUNDINGS, unit)
    else:
        exponents = exponents + np.maximum(np.log(series.theta / used), 0)
        scaled = _formed(exponents, units + SCALING_ROUNDINGS + POWER_ROUNDINGS, unit)
    ramp = _ramp(config, series, plain, unit)
    return scaled if ramp is None else np.maximum(scaled, _blended(series, used, ramp, unit))


def _formed(exponents: FloatArray, further: int, unit: float) -> FloatArray:
    """Bound what the worst route does, with some roundings after it (H1).

    A power with the exponent 0 is 1 (IEEE 754-2019, section 9.2.1; C, Annex F, for exp), so
    there only what follows it counts.
    """
    after = bounds.gamma(further, unit)
    ways = [
        bounds.frequency(
            exponents,
            bounds.gamma(route.exponent, unit),
            bounds.gamma(route.following + further, unit),
            np.expm1,
        )
        for route in ROUTES
    ]
    chosen = np.where(exponents == 0, after, np.maximum(*ways))
    return np.asarray(chosen, dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Ramp:
    """The ramp of a law that blends, for every pair.

    Attributes
    ----------
    value, low, high
        What runs along the ramp, and the ramp's ends.
    value_error
        Bound of the relative error of the value.
    factor
        What the one frequency is divided by to give the other.
    error
        Bound of the relative error of the unscaled frequencies.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    value_error: FloatArray
    factor: float
    error: FloatArray


def _ramp(
    config: RotaryConfig, series: Spectrum, error: FloatArray, unit: float
) -> Ramp | None:
    """Find the ramp of a law, None where it has none."""
    law = config.scaling
    if isinstance(law, Yarn):
        low, high = law.reading.open(*law.range(series))
        exact = np.zeros(config.pairs)
        return Ramp(series.index, low, high, exact, law.factor, error)
    if isinstance(law, Llama3):
        ends = law.low_freq_factor, law.high_freq_factor
    elif isinstance(law, NtkByParts) and law.convention == "paper":
        ends = law.beta_slow, law.beta_fast
    else:
        return None
    made = turns(series, law.original_max_position_embeddings)
    turned = bounds.joined(error, bounds.gamma(TURNS_ROUNDINGS, unit))
    low, high = (np.full(made.shape, end) for end in ends)
    return Ramp(made, low, high, turned, law.factor, error)


def _blended(series: Spectrum, used: FloatArray, ramp: Ramp, unit: float) -> FloatArray:
    """Bound the relative error of a blend (H8), 0 where the ramp is cut off."""
    size = np.abs(ramp.value) + np.abs(ramp.low)
    # its operands, and the rounding of the difference
    top = np.abs(ramp.value) * ramp.value_error + (np.abs(ramp.low) + size) * unit
    bottom = 2 * (np.abs(ramp.low) + np.abs(ramp.high)) * unit
    width = ramp.high - ramp.low
    on_ramp = (ramp.value > ramp.low - top) & (ramp.value < ramp.high + top + bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((ramp.value - ramp.low) / width, 0, 1)
        off = bounds.ramp(share, width, top, bottom, unit)
    within = bounds.joined(ramp.error, bounds.gamma(SCALING_ROUNDINGS + BLEND_ROUNDINGS, unit))
    moved = np.where(on_ramp, off, 0)
    whole = bounds.blend(series.theta, series.theta / ramp.factor, used, within, moved)
    return np.asarray(whole / used, dtype=np.float64)
