"""What a scaling law is: a frozen object that turns plain frequencies into used ones.

A law's formula is written once, with `+ - * / **` on arrays, so that the same lines serve
float64 arrays and object arrays of high-precision numbers (the oracle's).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, ClassVar, Self

from ropespec.reference.arrays import Numbers
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import known_keys


@dataclass(frozen=True)
class Spectrum:
    """The plain frequencies that a law starts from, `theta = base ** (-2 * index / width)`.

    Attributes
    ----------
    base
        The base b, in the arithmetic of `theta`.
    index
        Index i of each pair in its geometric series, shape `(pairs,)`.
    width
        Denominator d of the exponent for each pair, shape `(pairs,)`: the number of channels
        that the series is spread over.
    theta
        Angular frequencies in radians per position, shape `(pairs,)`.
    """

    base: Any
    index: Numbers
    width: Numbers
    theta: Numbers


@dataclass(frozen=True)
class Scaling(ABC):
    """A frequency law with its parameters, in the words of Hugging Face's `rope_parameters`.

    A law is a frozen dataclass with a `rope_type`, its parameters as fields, and
    `frequencies`. Fields without a default are required keys.
    """

    rope_type: ClassVar[str]
    """The law's name in a configuration."""

    source: ClassVar[str]
    """Where the law was published."""

    @abstractmethod
    def frequencies(self, spectrum: Spectrum) -> Numbers:
        """Return the angular frequencies in use, radians per position, shape `(pairs,)`."""

    def amplitude(self) -> float:
        """Return the factor multiplied into cos and sin; 1 unless the law has one."""
        return 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return the law in Hugging Face's words, `rope_type` first."""
        parameters = {field.name: getattr(self, field.name) for field in fields(self)}
        return {"rope_type": self.rope_type, **parameters}

    @classmethod
    def from_dict(cls, parameters: Mapping[str, Any]) -> Self:
        """Build the law from its parameters (without `rope_type`).

        Raises
        ------
        ConfigError
            For an unknown or missing key, or a value out of range.
        """
        where = f"scaling {cls.rope_type!r}"
        known_keys(where, parameters, [field.name for field in fields(cls)])
        for field in fields(cls):
            if field.name not in parameters and field.default is MISSING:
                advice = f"add it, for example {{'rope_type': {cls.rope_type!r}, "
                advice += f"{field.name!r}: 8.0}}"
                raise ConfigError(where, dict(parameters), f"the key {field.name!r}", advice)
        return cls(**parameters)
