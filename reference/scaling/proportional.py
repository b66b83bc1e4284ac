"""Proportional RoPE: only the fast part of the whole head's series turns."""

from dataclasses import dataclass
from typing import ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.validate import real

from .law import Scaling, Spectrum


@dataclass(frozen=True)
class Proportional(Scaling):
    """omega_i = b ** (-2i / head_dim) / s for the pairs that turn; the others stand still.

    What is proportional is the series: it is spread over the whole head, of which only the
    first floor(fraction * head_dim / 2) pairs turn. Which pairs those are is the layout's
    matter: `half-idle` pairs channel i with i + head_dim / 2, as Gemma 4 does, and counts
    the series so. This law adds the optional factor.

    Parameters
    ----------
    factor
        s, above 0.

    Raises
    ------
    ConfigError
        If the factor is not a finite number above 0.
    """

    factor: float = 1.0

    rope_type: ClassVar[str] = "proportional"
    source: ClassVar[str] = (
        "Barbero et al., Round and round we go, arXiv 2410.06205; Hugging Face transformers "
        "5.23, _compute_proportional_rope_parameters"
    )

    def __post_init__(self) -> None:
        """Check the factor."""
        advice = "leave it out, or give what divides the frequencies"
        self._store(factor=real("scaling factor", self.factor, above=0, advice=advice))

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i / s."""
        return spectrum.theta / self.factor
