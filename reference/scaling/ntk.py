"""NTK-aware scaling with a fixed alpha: a larger base."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import real

from .law import Scaling, Spectrum


def ntk_base(base: Any, alpha: Any, width: Any) -> Any:
    """Return the larger base, b' = b alpha ** (d / (d - 2)).

    With it theta_0 stays 1 and the last frequency is divided by exactly alpha.

    Examples
    --------
    HunYuan's alpha, as its later files write it into `rope_theta`:

    >>> from ropespec.reference.scaling.ntk import ntk_base
    >>> round(ntk_base(10000.0, 1000.0, 128), 2)
    11158839.93
    """
    return base * alpha ** (width / (width - 2))


def ntk_frequencies(spectrum: Spectrum, alpha: Any) -> Numbers:
    """Return b' ** (-2i / d) for the base b' of `ntk_base`.

    Written as theta_i alpha ** (-2i / (d - 2)), the same number: the exponent of the last
    pair, i = (d - 2) / 2, is then -1 without rounding.
    """
    number = spectrum.arithmetic.number
    shrink: Numbers = number(alpha) ** (-2 * spectrum.index / (spectrum.width - 2))
    return spectrum.theta * shrink


def check_widths(spectrum: Spectrum) -> None:
    """Refuse a series of one pair, for which the exponent d / (d - 2) does not exist.

    Raises
    ------
    ConfigError
        Naming the width.
    """
    if min(spectrum.width) <= 2:
        advice = "one pair alone has no lowest frequency to stretch: use 'linear'"
        raise ConfigError("rotary_dim", 2, "at least 4 for an NTK-aware law", advice)


@dataclass(frozen=True)
class Ntk(Scaling):
    """The base b alpha ** (d / (d - 2)), so omega_i = theta_i alpha ** (-2i / (d - 2)).

    Hugging Face has no type of this name: HunYuan's files say `"type": "dynamic"` with a
    key `alpha`, and its code takes that for this law. Two other laws go by a similar name:
    diffusers' `ntk_factor` multiplies the base without the exponent, and vLLM's type "ntk"
    is the law of Su (`NtkSu`).

    Parameters
    ----------
    alpha
        By how much the lowest frequency is divided; above 0. It is not the ratio of the
        context lengths, in practice alpha is at least that ratio.

    Raises
    ------
    ConfigError
        If alpha is not a finite number above 0.
    """

    alpha: float

    rope_type: ClassVar[str] = "ntk"
    source: ClassVar[str] = (
        "bloc97, NTK-aware scaled RoPE, 2023; in Peng et al., YaRN, arXiv 2309.00071, "
        "section 3.1, Eq. 14-16 (numbers from memory)"
    )

    def __post_init__(self) -> None:
        """Check alpha."""
        advice = "give by how much the lowest frequency is divided, for example 8.0"
        self._store(alpha=real("scaling alpha", self.alpha, above=0, advice=advice))

    def check(self, spectrum: Spectrum) -> None:
        """Refuse a single pair."""
        check_widths(spectrum)

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i alpha ** (-2i / (d - 2))."""
        return ntk_frequencies(spectrum, self.alpha)
