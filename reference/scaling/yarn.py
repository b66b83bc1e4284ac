"""YaRN as its authors' code and everybody else's compute it, with the readings in real use.

Frequencies that turn often within the trained length stay, slow ones are divided by the
factor, and between the two runs a ramp over the *index* of the pair. (The paper's ramp runs
over the number of turns: see `ntk_by_parts`.)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice, flag, real, whole

from .law import ORIGINAL, Remark, Scaling, Spectrum, ratio_factor
from .ramps import blend, correction_range
from .ramps import ramp as ramp_between
from .yarn_conventions import CONVENTIONS, YarnConvention, magnitude, yarn_remarks


@dataclass(frozen=True)
class Yarn(Scaling):
    """YaRN: omega_i = (1 - k_i) theta_i + k_i theta_i / s with a ramp k over the index i.

    k_i = clip((i - lo) / (hi - lo), 0, 1), where lo and hi are the indices that make
    `beta_fast` and `beta_slow` turns within the trained length L, rounded outwards when
    `truncate` says so. The amplitude is 0.1 ln s + 1, or what the keys below make of it.

    Parameters
    ----------
    factor
        s, the new context length over the trained one; above 0.
    original_max_position_embeddings
        L, the trained context length.
    beta_fast, beta_slow
        Turns within L from which a frequency stays, and up to which it is divided.
    truncate
        Whether lo is rounded down and hi up.
    mscale, mscale_all_dim
        DeepSeek's weights of the logarithm in the amplitude and in the softmax factor.
    attention_factor
        The amplitude itself.
    convention
        Whose reading of these keys is meant, a name of `CONVENTIONS`.

    Raises
    ------
    ConfigError
        If a parameter is out of range, or the ramp would run backwards.

    Examples
    --------
    >>> from ropespec.reference.scaling import Yarn
    >>> round(Yarn(40.0, 4096).amplitude(), 6)
    1.368888
    >>> Yarn(40.0, 4096, mscale=0.707, mscale_all_dim=0.707).amplitude()
    1.0
    """

    factor: float
    original_max_position_embeddings: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    truncate: bool = True
    mscale: float | None = None
    mscale_all_dim: float | None = None
    attention_factor: float | None = None
    convention: str = "hugging-face"

    rope_type: ClassVar[str] = "yarn"
    source: ClassVar[str] = (
        "Peng et al., YaRN, arXiv 2309.00071, section 3.2-3.4, Eq. 17-22 (numbers from "
        "memory); jquesnelle/yarn; Hugging Face transformers 5.23, _compute_yarn_parameters"
    )

    def __post_init__(self) -> None:
        """Check the parameters."""
        advice = "give new context length / trained context length, for example 4.0"
        self._store(
            factor=real("scaling factor", self.factor, above=0, advice=advice),
            original_max_position_embeddings=whole(
                f"scaling {ORIGINAL}", self.original_max_position_embeddings,
                least=1, advice="give the trained context length",
            ),
            beta_fast=real("scaling beta_fast", self.beta_fast, above=0, advice="32 is usual"),
            beta_slow=real("scaling beta_slow", self.beta_slow, above=0, advice="1 is usual"),
            truncate=flag("scaling truncate", self.truncate, advice="true is usual"),
            convention=choice("scaling convention", self.convention, CONVENTIONS),
        )  # fmt: skip
        for name in ("mscale", "mscale_all_dim", "attention_factor"):
            if getattr(self, name) is not None:
                least = 0 if name == "attention_factor" else -math.inf
                advice = "leave it out to take what the factor says"
                value = real(f"scaling {name}", getattr(self, name), above=least, advice=advice)
                self._store(**{name: value})
        _check_turns(self)
        if not 0 < self.amplitude() < math.inf:
            advice = "change mscale and mscale_all_dim, or give attention_factor"
            expected = "weights that make an amplitude above 0"
            raise ConfigError("scaling mscale", self.mscale, expected, advice)

    @classmethod
    def complete(cls, parameters: Mapping[str, Any], length: int) -> dict[str, Any]:
        """Fill in L, then an absent factor as the ratio of the lengths."""
        return ratio_factor(super().complete(parameters, length), length)

    @property
    def reading(self) -> YarnConvention:
        """The convention's choices."""
        return CONVENTIONS[self.convention]

    def range(self, spectrum: Spectrum) -> tuple[Numbers, Numbers]:
        """Return lo and hi, the indices between which the ramp runs, for every pair."""
        reading = self.reading
        return correction_range(
            self.beta_fast,
            self.beta_slow,
            spectrum,
            self.original_max_position_embeddings,
            truncate=reading.truncate or self.truncate,
            top=spectrum.width * reading.top - 1,
        )

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return (1 - k_i) theta_i + k_i theta_i / s."""
        low, high = self.reading.open(*self.range(spectrum))
        share = ramp_between(spectrum.index, low, high)
        ends = spectrum.theta, spectrum.theta / self.factor
        return blend(share, *(ends[::-1] if self.reading.inverted else ends))

    def remarks(self, spectrum: Spectrum) -> tuple[Remark, ...]:
        """Say on which of these keys the conventions differ, and by how much."""
        return yarn_remarks(self, spectrum)

    def amplitude(self) -> float:
        """Return the factor in cos and sin, as the convention computes it."""
        return self.reading.amplitude(self)

    def softmax_factor(self) -> float:
        """Return DeepSeek's factor on the logits, (0.1 m ln s + 1)**2 with m = mscale_all_dim.

        It belongs to the softmax, so neither to cos and sin nor to the amplitude; 1 without
        `mscale_all_dim`. Source: DeepSeek-V2, arXiv 2405.04434 (the code's
        `yarn_get_mscale`, squared).

        Examples
        --------
        >>> from ropespec.reference.scaling import Yarn
        >>> round(Yarn(40.0, 4096, mscale=1.0, mscale_all_dim=1.0).softmax_factor(), 6)
        1.873854
        """
        if not self.mscale_all_dim:
            return 1.0
        return magnitude(self.factor, self.mscale_all_dim) ** 2


def _check_turns(law: Yarn) -> None:
    """Refuse a ramp that would run backwards, which every clip turns into no law at all."""
    if law.beta_fast < law.beta_slow:
        expected = f"at least beta_slow = {law.beta_slow:g}"
        raise ConfigError("scaling beta_fast", law.beta_fast, expected, "exchange the two")
    shortest = 2 * math.pi * law.beta_slow
    if law.original_max_position_embeddings <= shortest:
        expected = f"above 2 pi beta_slow = {shortest:.4g}, or no pair turns beta_slow times"
        raise ConfigError(
            f"scaling {ORIGINAL}", law.original_max_position_embeddings, expected,
            "give the trained context length",
        )  # fmt: skip
