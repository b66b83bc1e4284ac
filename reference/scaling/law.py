"""What a scaling law is: a frozen object that turns plain frequencies into used ones.

A law's formula is written once, with `+ - * / **` on arrays and the functions of `Arithmetic`,
so that the same lines serve float64 arrays and object arrays of high-precision numbers (the
oracle's). Every formula takes decisions (which band, which side of a ramp) that hold in exact
arithmetic: with whole or float parameters no frequency lies exactly on an edge, because
theta_i is algebraic and the edges are rational multiples of pi.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, ClassVar, Self

from ropespec.reference.arithmetic import Arithmetic
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
    arithmetic
        The arithmetic of all of them.
    """

    base: Any
    index: Numbers
    width: Numbers
    theta: Numbers
    arithmetic: Arithmetic


@dataclass(frozen=True)
class Remark:
    """A point on which implementations give different results for the same parameters.

    Attributes
    ----------
    name
        A short fixed name, for programs.
    message
        One line: who does what, and which of them is computed here.
    """

    name: str
    message: str


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
        """Return the angular frequencies in use, radians per position, shape `(pairs,)`.

        For a law that depends on the length these are its values up to the trained length.
        """

    def amplitude(self) -> float:
        """Return the factor multiplied into cos and sin; 1 unless the law has one."""
        return 1.0

    @property
    def depends_on_length(self) -> bool:
        """Whether the law depends on the length of the sequence: see `at_length`."""
        return False

    def at_length(self, length: int) -> "Scaling":
        """Return the law in force for a sequence of `length` tokens; it depends on none."""
        del length  # most laws are the same at every length
        return self

    def check(self, spectrum: Spectrum) -> None:  # noqa: B027  # most laws fit any pairs
        """Check the law against the frequencies that it is for.

        Raises
        ------
        ConfigError
            If the law makes no sense for them.
        """

    def remarks(self, spectrum: Spectrum) -> tuple[Remark, ...]:
        """Return the points of this law, with these parameters, on which libraries differ."""
        del spectrum  # most laws are computed alike by everybody
        return ()

    def to_dict(self) -> dict[str, Any]:
        """Return the law in Hugging Face's words, `rope_type` first; absent keys left out."""
        values = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        hidden = {field.name for field in fields(self) if _implied(field, values[field.name])}
        parameters = {key: value for key, value in values.items() if key not in hidden}
        return {"rope_type": self.rope_type, **parameters}

    @classmethod
    def from_dict(cls, parameters: Mapping[str, Any], length: int | None = None) -> Self:
        """Build the law from its parameters (without `rope_type`).

        Parameters
        ----------
        parameters
            The law's keys.
        length
            The model's `max_position_embeddings`, from which Hugging Face fills in what a
            file leaves out: see `complete`.

        Raises
        ------
        ConfigError
            For an unknown or missing key, or a value out of range.
        """
        where = f"scaling {cls.rope_type!r}"
        known_keys(where, parameters, [field.name for field in fields(cls)])
        if length is not None:
            parameters = cls.complete(parameters, length)
        for field in fields(cls):
            if parameters.get(field.name) is None and field.default is MISSING:
                advice = f"add it, for example {cls.rope_type!r} with "
                advice += f"{field.name!r}: {EXAMPLES.get(field.name, 8.0)!r}"
                raise ConfigError(where, dict(parameters), f"the key {field.name!r}", advice)
        return cls(**{key: value for key, value in parameters.items() if value is not None})

    @classmethod
    def complete(cls, parameters: Mapping[str, Any], length: int) -> dict[str, Any]:
        """Fill in what Hugging Face fills in from `max_position_embeddings`.

        An absent `original_max_position_embeddings` is that length, and where a law has no
        `factor` (YaRN with null, LongRoPE) it is that length over the original one.
        """
        names = {field.name for field in fields(cls)}
        filled = dict(parameters)
        if ORIGINAL in names and filled.get(ORIGINAL) is None:
            filled[ORIGINAL] = length
        return filled

    def _store(self, **values: Any) -> None:
        """Put checked values into the fields of the frozen law."""
        for key, value in values.items():
            object.__setattr__(self, key, value)


ORIGINAL = "original_max_position_embeddings"
"""The trained context length L, in Hugging Face's words."""

EXAMPLES = {
    ORIGINAL: 8192, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "alpha": 1000.0,
    "short_factor": [1.0, 1.0], "long_factor": [1.0, 4.0], "of": {"rope_type": "default"},
}  # fmt: skip
"""Values to show in messages about a missing key; for others 8.0."""


def ratio_factor(parameters: dict[str, Any], length: int) -> dict[str, Any]:
    """Fill in an absent `factor` as the length over the original one, as Hugging Face does."""
    original = parameters.get(ORIGINAL)
    if parameters.get("factor") is None and isinstance(original, int) and original > 0:
        parameters["factor"] = length / original
    return parameters


def _plain(value: Any) -> Any:
    """Return a field's value as JSON holds it."""
    if isinstance(value, Scaling):
        return value.to_dict()
    return list(value) if isinstance(value, tuple) else value


def _implied(field: Field[Any], value: Any) -> bool:
    """Whether a key goes without saying: None, and the convention every reader expects."""
    return value is None or (field.name == "convention" and value == field.default)
