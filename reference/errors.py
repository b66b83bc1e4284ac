"""What goes wrong, said in one line: what was given, what was expected, what to do."""

from __future__ import annotations

from typing import Any


class ConfigError(ValueError):
    """A configuration that cannot be right.

    Parameters
    ----------
    key
        Name of the offending key, as the user wrote it.
    value
        What was given there.
    expected
        What a right value looks like.
    advice
        What to do about it.

    Examples
    --------
    >>> print(ConfigError("sign", 0, "1 or -1", "use 1 unless the model turns backwards"))
    sign: got 0, expected 1 or -1; use 1 unless the model turns backwards
    """

    def __init__(self, key: str, value: Any, expected: str, advice: str) -> None:
        self.key = key
        self.value = value
        self.expected = expected
        self.advice = advice
        super().__init__(f"{key}: got {shown(value)}, expected {expected}; {advice}")

    def __reduce__(self) -> tuple[type[ConfigError], tuple[str, Any, str, str]]:
        """Say how to make it again, in another process."""
        return type(self), (self.key, self.value, self.expected, self.advice)


class InputError(ValueError):
    """An array of inputs or positions that a function of the reference cannot take."""


def shown(value: Any) -> str:
    """Write a value on one line, shortened in the middle, so that a message stays one line."""
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # Python writes no number of more than 4300 digits
        text = f"a {type(value).__name__} with a number of thousands of digits"
    return text if len(text) <= 80 else f"{text[:37]}...{text[-40:]}"
