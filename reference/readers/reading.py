"""What a reader returns."""

from dataclasses import dataclass
from typing import Literal

from ropespec.reference.config import RotaryConfig
from ropespec.reference.model import RotaryModel

Kind = Literal["assumed", "note", "deprecated", "implementation-defined"]
"""Why a warning is given: a value was filled in, a fact is not part of a `RotaryConfig`, a key
is an older word, or libraries compute different things from the same file."""


@dataclass(frozen=True)
class ReadingWarning:
    """Something that a reader did and that its user should know.

    Attributes
    ----------
    name
        A short fixed name, for programs.
    message
        One line, for people.
    kind
        Why it is given.
    """

    name: str
    message: str
    kind: Kind = "assumed"


@dataclass(frozen=True)
class Reading:
    """A model together with what was not certain about it.

    Attributes
    ----------
    model
        The groups of layers.
    warnings
        What the reader assumed or left to be decided, empty when everything was said.
    """

    model: RotaryModel
    warnings: tuple[ReadingWarning, ...] = ()

    @property
    def config(self) -> RotaryConfig:
        """The one configuration of a model in which only one group of layers rotates.

        Raises
        ------
        ConfigError
            If there are several: take `model.config("full_attention")` or another.
        """
        return self.model.config()

    @property
    def verdict(self) -> Literal["valid", "implementation-defined"]:
        """Whether everybody computes the same from this file; an invalid one is an error."""
        differs = any(warning.kind == "implementation-defined" for warning in self.warnings)
        return "implementation-defined" if differs else "valid"
