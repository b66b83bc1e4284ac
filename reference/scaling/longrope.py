"""LongRoPE as deployed: two lists of divisors, one for short and one for long sequences."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice, real, reals, whole

from .law import ORIGINAL, Remark, Scaling, Spectrum, ratio_factor
from .yarn_conventions import magnitude


def su_magnitude(factor: float, original: int) -> float:
    """Return sqrt(1 + ln s / ln L), and 1 for s up to 1.

    Source: Microsoft's code (magnitude policy "su") and Hugging Face's.

    Examples
    --------
    >>> from ropespec.reference.scaling.longrope import su_magnitude
    >>> round(su_magnitude(32.0, 4096), 8)
    1.19023807
    """
    if factor <= 1:
        return 1.0
    return math.sqrt(1 + math.log(factor) / math.log(original))


def _switched(law: "LongRope", length: int) -> tuple[float, ...]:
    """Take the long list above the trained length."""
    return (
        law.long_factor if length > law.original_max_position_embeddings else law.short_factor
    )


def _grown(law: "LongRope", length: int) -> tuple[float, ...]:
    """Let 1 + (e_i - 1) (T / L - 1) / (s - 1) grow with the length, 1 up to L."""
    original, factor = law.original_max_position_embeddings, law.factor
    if length <= original or factor is None or factor <= 1:
        return (1.0,) * len(law.long_factor)
    share = (length / original - 1) / (factor - 1)
    return tuple(1 + (divisor - 1) * share for divisor in law.long_factor)


@dataclass(frozen=True)
class LongRopeConvention:
    """One reading of LongRoPE.

    Attributes
    ----------
    users
        Who computes it so.
    divisors
        The list in force at a length.
    magnitude
        The amplitude from s and L where no key gives it.
    """

    users: str
    divisors: Callable[["LongRope", int], tuple[float, ...]] = _switched
    magnitude: Callable[[float, int], float] = su_magnitude


CONVENTIONS: Mapping[str, LongRopeConvention] = {
    "hugging-face": LongRopeConvention("Hugging Face, vLLM; Microsoft's policy 'su'"),
    "yarn-magnitude": LongRopeConvention(
        "llama.cpp for Phi-3 files of type 'yarn'; Microsoft's policy 'yarn'",
        magnitude=lambda factor, _: magnitude(factor),
    ),
    "microsoft-dynamic": LongRopeConvention(
        "Microsoft's LlamaDynamicLongRoPEScaledRotaryEmbedding", _grown
    ),
    "phimoe": LongRopeConvention(
        "Hugging Face 5.23's PhiMoE, whose frequencies stay with the short list (a defect)",
        lambda law, _: law.short_factor,
    ),
}
"""The readings, by name."""


@dataclass(frozen=True)
class LongRope(Scaling):
    """omega_i = theta_i / e_i with the short list up to the trained length, the long beyond.

    Parameters
    ----------
    short_factor, long_factor
        The divisors e_i, one above 0 for each pair.
    original_max_position_embeddings
        L, the trained context length, at least 2.
    factor
        s for the amplitude, or None where `attention_factor` or the two weights give it.
    attention_factor
        The amplitude itself.
    short_mscale, long_mscale
        PhiMoE's amplitudes for the two regimes, both or none.
    convention
        Whose reading is meant, a name of `CONVENTIONS`.

    Raises
    ------
    ConfigError
        If a parameter is out of range, lists differ in length, or nothing gives the
        amplitude.
    """

    short_factor: tuple[float, ...]
    long_factor: tuple[float, ...]
    original_max_position_embeddings: int
    factor: float | None = None
    attention_factor: float | None = None
    short_mscale: float | None = None
    long_mscale: float | None = None
    convention: str = "hugging-face"

    rope_type: ClassVar[str] = "longrope"
    source: ClassVar[str] = (
        "Ding et al., LongRoPE, arXiv 2402.13753, Eq. 1-3 (numbers from memory); "
        "microsoft/LongRoPE; Hugging Face transformers 5.23, _compute_longrope_parameters"
    )

    def __post_init__(self) -> None:
        """Check the parameters."""
        advice = "give one divisor above 0 for each pair"
        for name in ("short_factor", "long_factor"):
            self._store(**{name: reals(name, getattr(self, name), above=0, advice=advice)})
        original = whole(
            f"scaling {ORIGINAL}", self.original_max_position_embeddings,
            least=2, advice="give the trained context length",
        )  # fmt: skip
        convention = choice("scaling convention", self.convention, CONVENTIONS)
        self._store(original_max_position_embeddings=original, convention=convention)
        for name in ("factor", "attention_factor", "short_mscale", "long_mscale"):
            if getattr(self, name) is not None:
                advice = "leave it out if the file has none"
                value = real(f"scaling {name}", getattr(self, name), above=0, advice=advice)
                self._store(**{name: value})
        self._check_lists()
        self._check_amplitude()

    def _check_lists(self) -> None:
        """Refuse lists of different lengths."""
        short, long = len(self.short_factor), len(self.long_factor)
        if short != long:
            expected = f"as many divisors as short_factor has, {short}"
            raise ConfigError("long_factor", f"{long} divisors", expected, "one for each pair")

    def _check_amplitude(self) -> None:
        """Refuse a law without an amplitude."""
        if (self.short_mscale is None) != (self.long_mscale is None):
            given = {"short_mscale": self.short_mscale, "long_mscale": self.long_mscale}
            raise ConfigError("scaling", given, "both of them or none", "give the other one")
        if self.factor is None and self.attention_factor is None and self.short_mscale is None:
            advice = "give factor, the new context length / the trained one"
            raise ConfigError("scaling factor", None, "a number above 0", advice)

    @classmethod
    def complete(cls, parameters: Mapping[str, Any], length: int) -> dict[str, Any]:
        """Fill in L, then an absent factor as the ratio of the lengths."""
        return ratio_factor(super().complete(parameters, length), length)

    def check(self, spectrum: Spectrum) -> None:
        """Refuse lists of another length than there are pairs."""
        pairs, given = len(spectrum.theta), len(self.short_factor)
        if given != pairs:
            expected = f"{pairs} divisors, one for each pair"
            advice = "rotary_dim / 2 is the number of pairs"
            raise ConfigError("short_factor", f"{given} divisors", expected, advice)

    def remarks(self, spectrum: Spectrum) -> tuple[Remark, ...]:
        """Say that the switch is thrown by different lengths."""
        del spectrum  # the remark holds for any
        if self.short_factor == self.long_factor:
            return ()
        message = (
            "the switch between short and long: Hugging Face throws it in the call whose "
            "largest position reaches L, vLLM by the configured length, llama.cpp by the "
            "allocated context, mlx-lm always takes the long list; cached keys keep the list "
            "they were turned with"
        )
        return (Remark("longrope-switch", message),)

    @property
    def depends_on_length(self) -> bool:
        """True, unless both lists are the same."""
        return self.short_factor != self.long_factor or self.short_mscale is not None

    def at_length(self, length: int) -> Scaling:
        """Return the law in force for a sequence of `length` tokens: one list for both."""
        divisors = CONVENTIONS[self.convention].divisors(self, length)
        amplitude = self.amplitude()
        if self.short_mscale is not None and self.long_mscale is not None:
            long = length > self.original_max_position_embeddings
            amplitude = self.long_mscale if long else self.short_mscale
        return replace(
            self, short_factor=divisors, long_factor=divisors, attention_factor=amplitude,
            short_mscale=None, long_mscale=None, convention="hugging-face",
        )  # fmt: skip

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i / e_i with the list of the trained length."""
        trained = self.original_max_position_embeddings
        divisors = CONVENTIONS[self.convention].divisors(self, trained)
        numbers = [spectrum.arithmetic.number(divisor) for divisor in divisors]
        omega: Numbers = spectrum.theta / np.array(numbers, dtype=spectrum.theta.dtype)
        return omega

    def amplitude(self) -> float:
        """Return the amplitude of the short regime; only PhiMoE has another for the long."""
        if self.short_mscale is not None:
            return self.short_mscale
        if self.attention_factor is not None or self.factor is None:
            return self.attention_factor or 1.0
        chosen = CONVENTIONS[self.convention].magnitude
        return chosen(self.factor, self.original_max_position_embeddings)
