"""Llama-3 scaling: three bands of wavelengths."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real, whole

from .law import ORIGINAL, Remark, Scaling, Spectrum
from .ramps import blend, ramp, turns


@dataclass(frozen=True)
class Llama3(Scaling):
    """Plain for short waves, theta_i / s for long ones, a blend between the two edges.

    With the turns r_i = L / lambda_i within the trained length:

        omega_i = theta_i                                    for r_i above f_high
        omega_i = theta_i / s                                for r_i below f_low
        omega_i = (1 - mu) theta_i / s + mu theta_i          between them,

    where mu = (r_i - f_low) / (f_high - f_low). With f_low = f_high, as in Llama 4 Scout,
    there is no blend but a cut: a pair with r_i = f_low exactly stays plain. (There mu is
    0 / 0: Hugging Face computes NaN, Meta's code stops. With a base that is a fraction, as
    every float is, no pair lies there exactly.)

    Parameters
    ----------
    factor
        s, above 0.
    low_freq_factor, high_freq_factor
        f_low and f_high, turns within L; above 0, the second at least the first.
    original_max_position_embeddings
        L, the trained context length.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    """

    factor: float
    low_freq_factor: float
    high_freq_factor: float
    original_max_position_embeddings: int

    rope_type: ClassVar[str] = "llama3"
    source: ClassVar[str] = (
        "Meta, llama-models, apply_scaling; Hugging Face transformers 5.23, "
        "_compute_llama3_parameters"
    )

    def __post_init__(self) -> None:
        """Check the parameters."""
        advice = "give the number of turns, 1.0 and 4.0 in Llama 3.1"
        low = real("scaling low_freq_factor", self.low_freq_factor, above=0, advice=advice)
        high = real("scaling high_freq_factor", self.high_freq_factor, above=0, advice=advice)
        self._store(
            factor=real("scaling factor", self.factor, above=0, advice="8.0 in Llama 3.1"),
            low_freq_factor=low,
            high_freq_factor=high,
            original_max_position_embeddings=whole(
                f"scaling {ORIGINAL}", self.original_max_position_embeddings,
                least=1, advice="give the trained context length, 8192 in Llama 3.1",
            ),
        )  # fmt: skip
        if high < low:
            expected = f"at least low_freq_factor = {low:g}"
            raise ConfigError("scaling high_freq_factor", high, expected, "exchange the two")

    def remarks(self, spectrum: Spectrum) -> tuple[Remark, ...]:
        """Say what happens at the cut."""
        del spectrum  # the remark holds for any
        if self.low_freq_factor != self.high_freq_factor:
            return ()
        message = (
            "low_freq_factor = high_freq_factor makes a cut: for a wavelength exactly on it "
            "Hugging Face computes NaN and Meta's code stops; here it stays plain"
        )
        return (Remark("llama3-cut", message),)

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return the frequencies of the three bands."""
        r = turns(spectrum, self.original_max_position_embeddings)
        scaled, plain = spectrum.theta / self.factor, spectrum.theta
        low, high = self.low_freq_factor, self.high_freq_factor
        if low == high:
            return np.where(r < low, scaled, plain)
        return blend(ramp(r, low, high), scaled, plain)
