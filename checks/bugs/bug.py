"""What is known about one kind of mistake."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bug:
    """One kind of mistake in a rotary embedding.

    Attributes
    ----------
    slug
        Its name in reports; never renamed, never used for another.
    family
        The part of the embedding that it sits in.
    title
        A line for a list.
    description
        What is computed instead of the right thing.
    reveals
        The input that shows it.
    fix
        How to mend it.
    threads
        Public threads about real cases, `owner/repository#number`.
    """

    slug: str
    family: str
    title: str
    description: str
    reveals: str
    fix: str
    threads: tuple[str, ...] = ()

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Each thread with its address; GitHub sends a pull request's number on to it."""
        parts = (thread.split("#") for thread in self.threads)
        return tuple(
            (f"{place}#{number}", f"https://github.com/{place}/issues/{number}")
            for place, number in parts
        )
