"""The three sentences, their words and numbers (steps 1 to 3 of the document).

The document shows its data set as a picture. These three sentences fit all that its text says:
they hold its input and its target, and have the 23 distinct words of the article it follows.
"""

from ropespec.reference.systems.vocabulary import Vocabulary, tokens

SENTENCES = (
    "I drink and I know things.",
    "When you play the game of thrones, you win or you die.",
    "The true enemy won't wait out the storm, he brings the storm.",
)
"""The data set."""

START, END = "<start>", "<end>"
"""The two tokens that the decoder needs beside the words."""

SOURCE = ("when", "you", "play", "game", "of", "thrones")
"""The encoder's input, as in the document's step 4. (Step 5 writes one word more, "the".)"""

TARGET = ("you", "win", "or", "you", "die")
"""What the decoder should say."""


def words(text: str) -> list[str]:
    """Cut a text into words: small letters, no marks.

    Examples
    --------
    >>> from ropespec.reference.systems.by_hand import words
    >>> words("The true enemy won't wait.")
    ['the', 'true', 'enemy', "won't", 'wait']
    """
    return [token.lower() for token in tokens(text) if token[0].isalnum()]


WORDS = Vocabulary.of([*(word for text in SENTENCES for word in words(text)), START, END])
"""23 words and the two marks, numbered in the order in which they first appear."""
