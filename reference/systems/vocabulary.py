"""Words and marks of a text, and their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.errors import InputError, shown
from ropespec.reference.validate import nearest

if TYPE_CHECKING:
    from ropespec.reference.arrays import IntArray

TOKEN = re.compile(r"\w+(?:'\w+)*|--|[^\w\s]")
"""A word with its inner apostrophes, a double dash, or one other mark."""


def tokens(text: str) -> list[str]:
    """Cut a text into words and marks; spaces are dropped.

    Examples
    --------
    >>> from ropespec.reference.systems.vocabulary import tokens
    >>> tokens("He won't--he can't (yet).")
    ['He', "won't", '--', 'he', "can't", '(', 'yet', ')', '.']
    """
    if not isinstance(text, str):
        raise InputError(f"text: got {shown(text)}, expected a text")
    return TOKEN.findall(text)


@dataclass(frozen=True)
class Vocabulary:
    """Distinct tokens, numbered from 0.

    Attributes
    ----------
    words
        The tokens; a token's number is its place.

    Examples
    --------
    >>> from ropespec.reference.systems.vocabulary import Vocabulary
    >>> words = Vocabulary.of(["you", "win", "or", "you", "die"])
    >>> words.encode(["or", "die"]).tolist(), words.decode([0, 3])
    ([2, 3], ('you', 'die'))
    """

    words: tuple[str, ...]

    @classmethod
    def of(cls, text: Iterable[str]) -> Vocabulary:
        """Number tokens in the order in which they first appear."""
        return cls(tuple(dict.fromkeys(text)))

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self.words)

    def encode(self, text: Iterable[str], name: str = "text") -> IntArray:
        """Return the number of every token, shape `(tokens,)`.

        Parameters
        ----------
        text
            Tokens.
        name
            What the argument is called where it was given.

        Raises
        ------
        InputError
            If a token is not in the vocabulary.
        """
        numbers = {word: number for number, word in enumerate(self.words)}
        if isinstance(text, str | bytes) or not isinstance(text, Iterable):
            raise InputError(f"{name}: got {shown(text)}, expected a list of tokens")
        given = list(text)
        for word in given:
            if not isinstance(word, str) or word not in numbers:
                raise InputError(
                    f"{name}: got token {shown(word)}, expected one of the {len(self)} tokens "
                    f"of the vocabulary; {nearest(word, list(self.words))}"
                )
        return np.array([numbers[word] for word in given], dtype=np.int64)

    def decode(self, numbers: Iterable[int]) -> tuple[str, ...]:
        """Return the tokens with these numbers."""
        return tuple(self.words[number] for number in numbers)
