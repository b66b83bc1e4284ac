"""The floating-point formats that implementations compute in, and rounding to them.

A format holds the numbers m 2**(e - precision + 1) with whole |m| < 2**precision and
min_exponent <= e <= max_exponent (IEEE 754-2019, section 3.3; bfloat16 is binary32 with 16
bits less of significand). Everything here works on float64 arrays, which hold the values of
every smaller format exactly.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .arguments import values as numeric_values
from .arrays import FloatArray
from .validate import choice


@dataclass(frozen=True)
class Format:
    """A binary floating-point format.

    Attributes
    ----------
    name
        As NumPy and torch call it.
    precision
        Bits of the significand, the implicit one counted.
    max_exponent
        Exponent e of the largest binade [2**e, 2**(e+1)).
    """

    name: str
    precision: int
    max_exponent: int

    @property
    def min_exponent(self) -> int:
        """Exponent of the smallest normal number."""
        return 1 - self.max_exponent

    @property
    def unit_roundoff(self) -> float:
        """The largest relative error of one rounding to nearest, u = 2**-precision."""
        return 2.0**-self.precision

    @property
    def largest(self) -> float:
        """The largest finite number."""
        return (2 - 2 * self.unit_roundoff) * 2.0**self.max_exponent

    @property
    def smallest_normal(self) -> float:
        """The smallest positive number with full precision."""
        return 2.0**self.min_exponent

    @property
    def smallest(self) -> float:
        """The smallest positive number, subnormal; the spacing around zero."""
        return 2.0 ** (self.min_exponent - self.precision + 1)


FORMATS: dict[str, Format] = {
    entry.name: entry
    for entry in (
        Format("float64", 53, 1023),
        Format("float32", 24, 127),
        Format("bfloat16", 8, 127),
        Format("float16", 11, 15),
    )
}
"""The formats by name."""


def find_format(name: str) -> Format:
    """Return a format by its name.

    Raises
    ------
    ConfigError
        If there is none of that name.
    """
    return FORMATS[choice("dtype", name, FORMATS)]


def round_to(values: npt.ArrayLike, name: str) -> FloatArray:
    """Round float64 values to a format: to nearest, ties to even, as IEEE 754 says.

    Subnormal results, overflow to infinity, signed zeros, infinities and NaN are as in
    hardware.

    Parameters
    ----------
    values
        Float64 values, any shape.
    name
        A name of `FORMATS`.

    Returns
    -------
    FloatArray
        The rounded values, widened exactly to float64, same shape.

    Examples
    --------
    >>> from ropespec.reference.formats import round_to
    >>> round_to([257.0, 259.0, 3.4e38], "bfloat16").tolist()
    [256.0, 260.0, inf]
    """
    target = find_format(name)
    exact = numeric_values("values", values)
    if name == "float64":
        return np.array(exact, dtype=np.float64)
    exponent = _spacing_exponent(exact, target)
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.ldexp(np.rint(np.ldexp(exact, -exponent)), exponent)
        overflow = np.abs(rounded) > target.largest
        return np.where(overflow, np.copysign(np.inf, exact), rounded)


def ulp(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return the unit in the last place of a format at the binade of each value.

    The spacing of the format's numbers in the binade [2**e, 2**(e+1)) of |value|; the
    subnormal spacing below the smallest normal number (zero included), the spacing of the
    last binade above the largest number. NaN for NaN.

    Parameters
    ----------
    values
        Float64 values, any shape; they need not be numbers of the format.
    name
        A name of `FORMATS`.

    Examples
    --------
    >>> from ropespec.reference.formats import ulp
    >>> ulp([1.0, 300.0, 0.0], "bfloat16").tolist()
    [0.0078125, 2.0, 9.183549615799121e-41]
    """
    exact = numeric_values("values", values)
    spacing = np.ldexp(1.0, _spacing_exponent(exact, find_format(name)))
    return np.where(np.isnan(exact), np.nan, spacing)


def _spacing_exponent(values: FloatArray, target: Format) -> npt.NDArray[np.int32]:
    """Exponent of the spacing of the format's numbers at each value."""
    with np.errstate(invalid="ignore"):  # some processors mind a signalling NaN
        _, above = np.frexp(values)  # |value| in [2**(above-1), 2**above), 0 for zero and NaN
    exponent = np.array(above - 1)
    exponent[values == 0] = target.min_exponent
    exponent[np.isinf(values)] = target.max_exponent
    np.maximum(exponent, target.min_exponent, out=exponent)
    np.minimum(exponent, target.max_exponent, out=exponent)
    exponent -= target.precision - 1
    return exponent
