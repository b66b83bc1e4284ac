"""Linear scaling, also called position interpolation."""

from dataclasses import dataclass
from typing import ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.validate import real

from .law import Scaling, Spectrum


@dataclass(frozen=True)
class Linear(Scaling):
    """Every frequency divided by one factor, omega_i = theta_i / s.

    The same in exact arithmetic as dividing the positions, f'(x, m) = f(x, m / s).

    Parameters
    ----------
    factor
        s, the new context length over the trained one; above 0. Below 1 it stretches
        instead of squeezing, which is legal and unusual.

    Raises
    ------
    ConfigError
        If the factor is not a finite number above 0.
    """

    factor: float

    rope_type: ClassVar[str] = "linear"
    source: ClassVar[str] = "Chen et al., position interpolation, arXiv 2306.15595, Eq. 4"

    def __post_init__(self) -> None:
        """Check the factor."""
        advice = "give new context length / trained context length, for example 8.0"
        object.__setattr__(
            self, "factor", real("scaling factor", self.factor, above=0, advice=advice)
        )

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i / s."""
        return spectrum.theta / self.factor
