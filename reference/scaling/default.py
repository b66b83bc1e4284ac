"""No scaling: the frequencies of the paper."""

from dataclasses import dataclass
from typing import ClassVar

from ropespec.reference.arrays import Numbers

from .law import Scaling, Spectrum


@dataclass(frozen=True)
class Default(Scaling):
    """The plain law, omega_i = theta_i."""

    rope_type: ClassVar[str] = "default"
    source: ClassVar[str] = "Su et al., RoFormer, arXiv 2104.09864, Eq. 15"

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return the spectrum's own frequencies."""
        return spectrum.theta
