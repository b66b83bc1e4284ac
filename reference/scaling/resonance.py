"""Resonance RoPE: wavelengths rounded to whole positions, after any other law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .law import Scaling, Spectrum


def round_wavelengths(omega: Numbers, spectrum: Spectrum) -> Numbers:
    """Return 2 pi / round(2 pi / omega), halves rounded to the even number, at least 1."""
    circle = 2 * spectrum.arithmetic.pi
    rounded: Numbers = circle / np.maximum(spectrum.arithmetic.rint(circle / omega), 1)
    return rounded


@dataclass(frozen=True)
class Resonance(Scaling):
    """omega_i = 2 pi / round(2 pi / omega'_i), where omega' is another law's frequency.

    At whole positions every pair then repeats exactly after its wavelength.

    Parameters
    ----------
    of
        The other law; a dict in a configuration.
    original_max_position_embeddings
        L, to round only wavelengths below it as the paper does (the critical dimensions are
        left alone), or None to round them all as the authors' code does.

    Raises
    ------
    ConfigError
        If `of` is no law, or is itself a resonance.
    """

    of: Scaling
    original_max_position_embeddings: int | None = None

    rope_type: ClassVar[str] = "resonance"
    source: ClassVar[str] = (
        "Wang et al., Resonance RoPE, arXiv 2403.00071; sheryc/resonance_rope"
    )

    def __post_init__(self) -> None:
        """Check the law inside and the length."""
        if not isinstance(self.of, Scaling) or isinstance(self.of, Resonance):
            advice = "for example {'rope_type': 'yarn', ...}"
            raise ConfigError("scaling of", self.of, "another law", advice)
        if self.original_max_position_embeddings is not None:
            length = whole(
                "scaling original_max_position_embeddings",
                self.original_max_position_embeddings, least=1, advice="leave it out for all",
            )  # fmt: skip
            self._store(original_max_position_embeddings=length)

    @classmethod
    def from_dict(cls, parameters: Mapping[str, Any], length: int | None = None) -> Self:
        """Build the law and the one inside; see `Scaling.from_dict`."""
        from . import parse_scaling  # the table of laws is complete only there

        given = dict(parameters)
        if isinstance(given.get("of"), Mapping):
            given["of"] = parse_scaling(given["of"], length)
        return super().from_dict(given)

    @property
    def depends_on_length(self) -> bool:
        """Whether the law inside depends on the length."""
        return self.of.depends_on_length

    def check(self, spectrum: Spectrum) -> None:
        """Check the law inside."""
        self.of.check(spectrum)

    def at_length(self, length: int) -> Scaling:
        """Return the resonance of the law in force inside."""
        return Resonance(self.of.at_length(length), self.original_max_position_embeddings)

    def amplitude(self) -> float:
        """Return the amplitude of the law inside."""
        return self.of.amplitude()

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return the frequencies with whole wavelengths."""
        omega = self.of.frequencies(spectrum)
        rounded = round_wavelengths(omega, spectrum)
        if self.original_max_position_embeddings is None:
            return rounded
        wavelength = 2 * spectrum.arithmetic.pi / omega
        return np.where(wavelength < self.original_max_position_embeddings, rounded, omega)
