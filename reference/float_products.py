"""Where `position * frequency` in floating point stops being an oracle.

Rounding the frequency, the position and their product moves the phase by up to 3u of itself,
u being the format's unit roundoff. The phase grows with the position, so from some power of
two on nothing of it is left: near 1/u.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import mpmath
import numpy as np

from .arguments import configuration
from .arrays import FloatArray, IntArray
from .config import RotaryConfig
from .errors import ConfigError
from .formats import find_format, round_to
from .oracle import phases
from .spectrum import frequencies
from .validate import listed, whole, wholes

FORMATS = ("float64", "float32", "bfloat16")
"""The formats of the plot."""

RADIAN = RotaryConfig(2)
"""One pair that turns by a radian for each position: it takes cosines of positions."""


@dataclass(frozen=True, eq=False)
class ProductErrors:
    """How far products are from the oracle.

    Attributes
    ----------
    powers
        k: the positions lie in [2**k, 2**(k + 1)), shape `(powers,)`.
    worst
        For each format the largest distance between (cos, sin) of the rounded product and of
        the true phase, over positions and pairs, shape `(powers,)`. 2 is the circle's width.
    bound
        For each format what rounding alone allows, min(2, ((1 + u)**3 - 1) phase), at the
        end of the binade.
    """

    powers: IntArray
    worst: dict[str, FloatArray]
    bound: dict[str, FloatArray]


def product_errors(
    config: RotaryConfig,
    powers: Sequence[int] = range(63),
    formats: Sequence[str] = FORMATS,
    count: int = 64,
    seed: int = 0,
) -> ProductErrors:
    """Measure products of position and frequency against the oracle.

    Parameters
    ----------
    config
        A configuration of one axis; its amplitude plays no part.
    powers
        k, from 0 to 62.
    formats
        Names of formats: frequency, position and product are each rounded to it. Cosine and
        sine of the product are then taken exactly, so nothing else is measured, and the
        result is the same on every machine.
    count
        Positions for each power, drawn at random; the power itself is one of them.
    seed
        Of the draw.

    Raises
    ------
    ConfigError
        For a power that int64 does not hold, or several axes.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.float_products import product_errors
    >>> worst = product_errors(RotaryConfig(64), [10, 30, 53]).worst
    >>> [f"{error:.0e}" for error in worst["float64"]]
    ['2e-13', '2e-07', '2e+00']
    """
    if configuration(config).axes:
        raise ConfigError("axes", config.axes, "one axis", "measure one axis at a time")
    advice = "int64 holds positions up to 2**63 - 1"
    checked = wholes("powers", powers, least=0, most=62, advice=advice)
    formats = [
        find_format(name).name for name in listed("formats", formats, "names of formats")
    ]
    count = whole("count", count, least=1, advice="give the positions for each power")
    random = np.random.default_rng(whole("seed", seed, least=0, advice="0 is as good as any"))
    draws = [random.integers(2**k, 2**k * 2 - 1, count, endpoint=True) for k in checked]
    positions = np.array(
        [np.append(2**k, draw) for k, draw in zip(checked, draws, strict=True)]
    )
    cos, sin = phases(positions, config)
    worst = {}
    for name in formats:
        of_product = phases(_product(positions, config, name), RADIAN)
        cos_of, sin_of = (part[..., 0] for part in of_product)
        distance = np.hypot(cos_of - cos, sin_of - sin)
        worst[name] = distance.max(axis=(1, 2))
    ends = 2.0 ** (np.array(checked) + 1.0)
    return ProductErrors(np.array(checked), worst, _bounds(ends, config, formats))


def _product(positions: IntArray, config: RotaryConfig, name: str) -> FloatArray:
    """Return sign * position * omega, every number rounded to a format."""
    context = mpmath.MPContext()
    context.prec = 200
    omega = round_to([float(exact) for exact in frequencies(config, context.mpf)], name)
    p = round_to(positions.astype(np.float64), name)[..., np.newaxis]
    return config.sign * round_to(p * omega, name)


def _bounds(
    positions: FloatArray, config: RotaryConfig, formats: Sequence[str]
) -> dict[str, FloatArray]:
    """Return what rounding allows at the fastest pair."""
    largest = positions * config.inv_freq().max()
    growth = {name: np.expm1(3 * np.log1p(find_format(name).unit_roundoff)) for name in formats}
    return {name: np.minimum(2.0, share * largest) for name, share in growth.items()}
