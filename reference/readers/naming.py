"""Errors in the words of the file that is read, whoever finds them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ropespec.reference.errors import ConfigError


@contextmanager
def naming(keys: Mapping[str, str]) -> Iterator[None]:
    """Let errors about some keys name others.

    Parameters
    ----------
    keys
        The file's key for each key of a `RotaryConfig`, a law or a temperature.

    Examples
    --------
    >>> from ropespec.reference.readers.naming import naming
    >>> from ropespec.reference.scaling import Linear
    >>> with naming({"scaling factor": "rope.scaling.factor"}):
    ...     Linear(-1.0)
    Traceback (most recent call last):
        ...
    ropespec.reference.errors.ConfigError: rope.scaling.factor: got -1.0, expected a finite \
number above 0; give new context length / trained context length, for example 8.0
    """
    try:
        yield
    except ConfigError as error:
        if error.key not in keys:
            raise
        expected = error.expected
        for inner, outer in keys.items():
            if inner.startswith("scaling "):
                expected = expected.replace(f"{inner.removeprefix('scaling ')} =", f"{outer} =")
        raise ConfigError(keys[error.key], error.value, expected, error.advice) from None
