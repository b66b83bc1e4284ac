"""NTK-by-parts as the YaRN paper defines it, and as its authors' first code computed it.

What everybody runs today is neither but `yarn`, whose ramp is linear in the index of the
pair, that is in the logarithm of its turns (the question of jquesnelle/yarn, issue 60).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice, real, whole

from .law import ORIGINAL, Scaling, Spectrum, ratio_factor
from .ntk import check_widths, ntk_frequencies
from .ramps import apart, blend, correction_range, ramp, turns

FORMS: Mapping[str, str] = {
    "paper": "arXiv 2309.00071, section 3.2, Eq. 17-20 (numbers from memory)",
    "part-ntk": "jquesnelle/yarn, LlamaPartNTKScaledRotaryEmbedding",
}
"""The two definitions, with their sources."""


@dataclass(frozen=True)
class NtkByParts(Scaling):
    """omega_i = (1 - g(r_i)) theta_i / s + g(r_i) theta_i, with the turns r_i = L / lambda_i.

    g(r) = clip((r - alpha) / (beta - alpha), 0, 1): pairs that turn less than alpha times
    within the trained length are interpolated, those that turn more than beta times stay.

    Parameters
    ----------
    factor
        s, above 0.
    original_max_position_embeddings
        L, the trained context length.
    beta_fast, beta_slow
        beta and alpha of the paper, 32 and 1 for Llama.
    convention
        "paper", or "part-ntk" for the first code: a blend of interpolated, NTK-aware and
        plain frequencies with two ramps over the index and constants of its own.

    Raises
    ------
    ConfigError
        If a parameter is out of range.
    """

    factor: float
    original_max_position_embeddings: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    convention: str = "paper"

    rope_type: ClassVar[str] = "ntk-by-parts"
    source: ClassVar[str] = "Peng et al., YaRN, " + FORMS["paper"]

    def __post_init__(self) -> None:
        """Check the parameters."""
        self._store(
            factor=real("scaling factor", self.factor, above=0, advice="for example 4.0"),
            original_max_position_embeddings=whole(
                f"scaling {ORIGINAL}", self.original_max_position_embeddings,
                least=1, advice="give the trained context length",
            ),
            beta_fast=real("scaling beta_fast", self.beta_fast, above=0, advice="32 is usual"),
            beta_slow=real("scaling beta_slow", self.beta_slow, above=0, advice="1 is usual"),
            convention=choice("scaling convention", self.convention, FORMS),
        )  # fmt: skip
        if self.beta_fast <= self.beta_slow:
            expected = f"above beta_slow = {self.beta_slow:g}"
            raise ConfigError("scaling beta_fast", self.beta_fast, expected, "32 is usual")

    @classmethod
    def complete(cls, parameters: Mapping[str, Any], length: int) -> dict[str, Any]:
        """Fill in L, then an absent factor as the ratio of the lengths."""
        return ratio_factor(super().complete(parameters, length), length)

    def check(self, spectrum: Spectrum) -> None:
        """Refuse a single pair where NTK-aware frequencies are blended in."""
        if self.convention == "part-ntk":
            check_widths(spectrum)

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return the blend that the convention defines."""
        if self.convention == "part-ntk":
            return part_ntk(spectrum, self.factor, self.original_max_position_embeddings)
        r = turns(spectrum, self.original_max_position_embeddings)
        gamma = ramp(r, self.beta_slow, self.beta_fast)
        return blend(gamma, spectrum.theta / self.factor, spectrum.theta)


def part_ntk(spectrum: Spectrum, factor: float, original: int) -> Numbers:
    """Return the first code's blend: interpolated to NTK-aware, and that to plain.

    Its constants, turns within L, were found by experiment: 1.25 and 0.75 for the first
    ramp, 16 and 2 for the second.
    """
    interpolated = spectrum.theta / factor
    ntk = ntk_frequencies(spectrum, factor)
    shares = [
        _index_ramp(fast, slow, spectrum, original) for fast, slow in ((1.25, 0.75), (16, 2))
    ]
    return blend(shares[1], spectrum.theta, blend(shares[0], ntk, interpolated))


def _index_ramp(fast: float, slow: float, spectrum: Spectrum, original: int) -> Numbers:
    """Return the ramp over the index between two numbers of turns, as YaRN's code."""
    low, high = correction_range(
        fast, slow, spectrum, original, truncate=True, top=spectrum.width - 1
    )
    return ramp(spectrum.index, *apart(low, high))
