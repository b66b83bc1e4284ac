"""What a reader returns."""

from dataclasses import dataclass

from ropespec.reference.config import RotaryConfig


@dataclass(frozen=True)
class ReadingWarning:
    """Something that a reader did and that its user should know.

    Attributes
    ----------
    name
        A short fixed name, for programs.
    message
        One line, for people.
    """

    name: str
    message: str


@dataclass(frozen=True)
class Reading:
    """A configuration together with what was not certain about it.

    Attributes
    ----------
    config
        The configuration.
    warnings
        What the reader assumed, empty when everything was said.
    """

    config: RotaryConfig
    warnings: tuple[ReadingWarning, ...] = ()
