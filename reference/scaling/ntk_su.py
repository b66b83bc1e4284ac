"""Su's two versions of NTK-aware scaling, which vLLM calls "ntk"."""

from dataclasses import dataclass
from typing import ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.validate import real

from .law import Scaling, Spectrum


@dataclass(frozen=True)
class NtkSu(Scaling):
    """NTK-aware scaling with one factor ("fixed") or with an exponent ("mixed").

    Fixed, with k = s ** (2/d):  omega_i = theta_i / k ** (i + 1), which is base s b with
    every frequency divided by k. Mixed:  omega_i = theta_i exp(-a (i + 1) ** beta) with
    a = ln s / (d/2) ** beta. Both divide the last frequency by exactly s; the first one is
    changed too.

    Parameters
    ----------
    factor
        s, above 0.
    mixed_b
        beta, above 0, or None for the fixed version; beta = 1 gives the fixed one again.

    Raises
    ------
    ConfigError
        If one of them is not a finite number above 0.
    """

    factor: float
    mixed_b: float | None = None

    rope_type: ClassVar[str] = "ntk-su"
    source: ClassVar[str] = (
        "Su, kexue.fm/archives/9706 and 9708, 2023; vLLM, NTKScalingRotaryEmbedding"
    )

    def __post_init__(self) -> None:
        """Check both parameters."""
        advice = "give new context length / trained context length, for example 8.0"
        self._store(factor=real("scaling factor", self.factor, above=0, advice=advice))
        if self.mixed_b is not None:
            advice = "0.625 is Su's, leave it out for the fixed version"
            self._store(mixed_b=real("scaling mixed_b", self.mixed_b, above=0, advice=advice))

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i s ** -((i + 1) / (d/2)) ** beta."""
        number = spectrum.arithmetic.number
        share = (spectrum.index + 1) / (spectrum.width / 2)
        if self.mixed_b is not None:
            share = share ** number(self.mixed_b)
        omega: Numbers = spectrum.theta * number(self.factor) ** -share
        return omega
