"""Collecting the warnings of one reading, each once."""

from collections.abc import Iterable

from ropespec.reference.scaling import Remark

from .reading import Kind, ReadingWarning


class Notes:
    """The warnings so far."""

    def __init__(self) -> None:
        self._warnings: list[ReadingWarning] = []
        self._older: list[str] = []

    def say(self, name: str, message: str, kind: Kind = "assumed") -> None:
        """Add a warning, unless it is there already."""
        warning = ReadingWarning(name, message, kind)
        if warning not in self._warnings:
            self._warnings.append(warning)

    def older(self, word: str) -> None:
        """Note that a word of an older format was read."""
        if word not in self._older:
            self._older.append(word)

    def remarks(self, remarks: Iterable[Remark]) -> None:
        """Add the points on which libraries differ."""
        for remark in remarks:
            self.say(remark.name, remark.message, "implementation-defined")

    def warnings(self) -> tuple[ReadingWarning, ...]:
        """Return all of them; older words come together, last."""
        if not self._older:
            return tuple(self._warnings)
        words = ", ".join(self._older)
        message = f"older words: {words}; transformers 5 has rope_parameters for them"
        return (*self._warnings, ReadingWarning("older-words", message, "deprecated"))
