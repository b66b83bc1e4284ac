"""Frequencies divided one by one: what a tensor of factors in a file says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, reals

from .law import Scaling, Spectrum


@dataclass(frozen=True)
class Divided(Scaling):
    """omega_i = theta_i / (s e_i), with a divisor e_i for each pair.

    GGUF keeps Llama 3's bands in this form, as the tensor `rope_freqs`.

    Parameters
    ----------
    divisors
        e_i, one above 0 for each pair.
    factor
        s, above 0; llama.cpp applies it besides the tensor.

    Raises
    ------
    ConfigError
        If a divisor is not a finite number above 0.
    """

    divisors: tuple[float, ...]
    factor: float = 1.0

    rope_type: ClassVar[str] = "divided"
    source: ClassVar[str] = "ggml, ggml_rope_ext, the argument freq_factors"

    def __post_init__(self) -> None:
        """Check the divisors."""
        advice = "give one divisor above 0 for each pair"
        self._store(
            divisors=reals("divisors", self.divisors, above=0, advice=advice),
            factor=real("scaling factor", self.factor, above=0, advice="1.0 changes nothing"),
        )

    def check(self, spectrum: Spectrum) -> None:
        """Refuse another number of divisors than of pairs."""
        if len(self.divisors) != len(spectrum.index):
            expected = f"{len(spectrum.index)}, one for each pair that turns"
            raise ConfigError(
                "divisors", f"{len(self.divisors)} divisors", expected, "or change rotary_dim"
            )

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i / (s e_i)."""
        number = spectrum.arithmetic.number
        divisors: Numbers = number(self.factor) * _array(self.divisors, spectrum)
        return spectrum.theta / divisors


def _array(values: Sequence[float], spectrum: Spectrum) -> Numbers:
    """Convert floats exactly into the spectrum's arithmetic."""
    number = spectrum.arithmetic.number
    return np.array([number(value) for value in values], dtype=spectrum.theta.dtype)
