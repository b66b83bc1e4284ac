"""Dynamic scaling: a law that is chosen by the length of the sequence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, log2
from typing import ClassVar

from ropespec.reference.arrays import Numbers
from ropespec.reference.validate import choice, real, whole

from .default import Default
from .law import ORIGINAL, Remark, Scaling, Spectrum
from .linear import Linear
from .ntk import Ntk, check_widths
from .yarn import Yarn


def dynamic_alpha(factor: float, original: int, length: int) -> float:
    """Return alpha(T) = s T / L - (s - 1), computed exactly and rounded once.

    It is 1 at T = L, so the law has no jump there.

    Examples
    --------
    >>> from ropespec.reference.scaling.dynamic import dynamic_alpha
    >>> [dynamic_alpha(4.0, 4096, length) for length in (4096, 8192, 16384)]
    [1.0, 5.0, 13.0]
    """
    s = Fraction(factor)
    return float(s * length / original - (s - 1))


def stepped_alpha(factor: float, original: int, length: int) -> float:
    """Return Qwen-1's alpha(T) = max(2 ** ceil(log2(T / L) + 1) - 1, 1): 1, 3, 7, 15, ...

    It has no factor, and jumps whenever T passes L times a power of two.
    """
    del factor  # Qwen-1's files have none
    return max(2.0 ** ceil(log2(length / original) + 1) - 1, 1.0)


def _ntk(alpha: Callable[[float, int, int], float]) -> Callable[[float, int, int], Scaling]:
    """Return the rule that takes alpha(T) into the NTK-aware law."""
    return lambda factor, original, length: Ntk(alpha(factor, original, length))


def _linear(factor: float, original: int, length: int) -> Scaling:
    """Return omega_i = theta_i L / T."""
    del factor  # the length alone decides
    return Linear(length / original)


def _yarn(factor: float, original: int, length: int) -> Scaling:
    """Return YaRN with s = T / L."""
    del factor  # the length alone decides
    return Yarn(factor=length / original, original_max_position_embeddings=original)


@dataclass(frozen=True)
class DynamicConvention:
    """One reading of "dynamic".

    Attributes
    ----------
    users
        Who computes it so.
    law
        From s, L and a length T above L to the law in force.
    """

    users: str
    law: Callable[[float, int, int], Scaling]


CONVENTIONS: Mapping[str, DynamicConvention] = {
    "hugging-face": DynamicConvention("Hugging Face, mlx-lm, vLLM", _ntk(dynamic_alpha)),
    "qwen": DynamicConvention(
        "Qwen-1 (use_dynamic_ntk); TeleChat, which also has YaRN's amplitude of T / L as its "
        "attention_factor",
        _ntk(stepped_alpha),
    ),
    "linear": DynamicConvention("jquesnelle/yarn, dynamic linear", _linear),
    "yarn": DynamicConvention("jquesnelle/yarn, dynamic YaRN", _yarn),
}
"""Which law follows from the length."""


@dataclass(frozen=True)
class Dynamic(Scaling):
    """Plain up to the trained length, and a law of the length T beyond: a pure function of T.

    Hugging Face's law is NTK-aware with alpha(T) = s T / L - (s - 1). Its code keeps the
    largest length it has seen, and caches keys that were turned with other frequencies:
    `lengths` replays that, and other libraries' choice of T.

    Parameters
    ----------
    factor
        s, at least 1 in practice; above 0.
    original_max_position_embeddings
        L, the trained length; Hugging Face takes it from `max_position_embeddings`.
    convention
        Which law follows from the length, a name of `CONVENTIONS`.

    Raises
    ------
    ConfigError
        If a parameter is out of range.

    Examples
    --------
    >>> from ropespec.reference.scaling import Dynamic
    >>> Dynamic(4.0, 4096).at_length(8192)
    Ntk(alpha=5.0)
    >>> Dynamic(4.0, 4096).at_length(4096)
    Default()
    """

    factor: float
    original_max_position_embeddings: int
    convention: str = "hugging-face"

    rope_type: ClassVar[str] = "dynamic"
    source: ClassVar[str] = (
        "emozilla, dynamically scaled RoPE, 2023; Hugging Face transformers 5.23, "
        "_compute_dynamic_ntk_parameters"
    )

    def __post_init__(self) -> None:
        """Check the parameters."""
        self._store(
            factor=real("scaling factor", self.factor, above=0, advice="for example 2.0"),
            original_max_position_embeddings=whole(
                f"scaling {ORIGINAL}", self.original_max_position_embeddings,
                least=1, advice="give the trained length",
            ),
            convention=choice("scaling convention", self.convention, CONVENTIONS),
        )  # fmt: skip

    def check(self, spectrum: Spectrum) -> None:
        """Refuse a single pair where the law is NTK-aware."""
        if isinstance(self.at_length(2 * self.original_max_position_embeddings), Ntk):
            check_widths(spectrum)

    def remarks(self, spectrum: Spectrum) -> tuple[Remark, ...]:
        """Say that the length is taken differently."""
        del spectrum  # the remark holds for any
        message = (
            "the length of a dynamic law: Hugging Face keeps the largest length seen, and its "
            "cached keys keep older frequencies; vLLM takes factor * L once and for all, "
            "mlx-lm the length of each call; here every length stands alone"
        )
        return (Remark("dynamic-length", message),)

    @property
    def depends_on_length(self) -> bool:
        """True: the law is another one beyond the trained length."""
        return True

    def at_length(self, length: int) -> Scaling:
        """Return the law in force for a sequence of `length` tokens."""
        original = self.original_max_position_embeddings
        if length <= original:
            return Default()
        return CONVENTIONS[self.convention].law(self.factor, original, length)

    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return theta_i, the law up to the trained length."""
        return spectrum.theta
