"""What a theorem is: statement, source, proof, altered statements, meaning and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .claims import Claim
from .kernel import Term


@dataclass(frozen=True)
class Source:
    """Where a statement comes from.

    Attributes
    ----------
    paper
        Short name of the paper; empty when the statement is this project's own.
    arxiv
        Its arXiv number; may be empty.
    equation
        Equation or section, as the paper counts, such as `Eq. (15)`.
    checked
        Whether the number was compared with the text of the paper.
    """

    paper: str
    arxiv: str = ""
    equation: str = ""
    checked: bool = False

    def __str__(self) -> str:
        """Write it on one line."""
        parts = [self.paper, f"arXiv {self.arxiv}" if self.arxiv else "", self.equation]
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class Quantified:
    """One quantified symbol.

    Attributes
    ----------
    tex
        Its LaTeX.
    words
        What it is and what is assumed of it.
    symbol
        The SymPy object that carries the assumptions.
    """

    tex: str
    words: str
    symbol: Any


@dataclass(frozen=True)
class Step:
    """One named step of a proof: what is done, in words, and the claim that it establishes."""

    name: str
    text: str
    claim: Claim


@dataclass(frozen=True)
class Altered:
    """A false neighbour of the statement, which the kernel must refute."""

    what: str
    claim: Claim


@dataclass(frozen=True)
class Formula:
    """A side of the statement that can be run with numbers (`executable`).

    Attributes
    ----------
    name
        What it computes.
    term
        The formula.
    """

    name: str
    term: Term


@dataclass(frozen=True)
class Theorem:
    """One theorem; the kernel, the checks and the site all read this object.

    Attributes
    ----------
    id
        Letter of the chapter and number, such as `B2`.
    title
        A few words.
    source
        Where it comes from.
    symbols
        The quantified symbols with their assumptions.
    statement
        The claims that make up the statement; each is also the claim of a step.
    proof
        The steps, in order.
    altered
        False neighbours of the statement, at least three.
    meaning
        What it says, in plain words.
    not_implied
        Known bugs that obey the theorem, with a sentence on why: (bug slug, sentence).
    laws
        The laws that checks hold implementations to because of it.
    depends
        Theorems that its proof leans on in words.
    formulas
        Sides of the statement that can be run with numbers.
    correction
        What was wrong with the statement as it is usually given, if anything.
    """

    id: str
    title: str
    source: Source
    symbols: tuple[Quantified, ...]
    statement: tuple[Claim, ...]
    proof: tuple[Step, ...]
    altered: tuple[Altered, ...]
    meaning: str
    not_implied: tuple[tuple[str, str], ...] = ()
    laws: tuple[str, ...] = ()
    depends: tuple[str, ...] = ()
    formulas: tuple[Formula, ...] = ()
    correction: str | None = None

    @property
    def chapter(self) -> str:
        """The letter of its chapter."""
        return self.id[0]

    def latex(self) -> str:
        """Write the statement, its parts one below the other."""
        parts = [claim.latex() for claim in self.statement]
        if len(parts) == 1:
            return parts[0]
        return "\\begin{gathered}\n" + " \\\\\n".join(parts) + "\n\\end{gathered}"

    def missing(self) -> tuple[Claim, ...]:
        """List the parts of the statement that no step of the proof claims."""
        claimed = [step.claim for step in self.proof]
        return tuple(claim for claim in self.statement if claim not in claimed)


@dataclass(frozen=True)
class Chapter:
    """A chapter: what it is about, for a reader who does not know it, and its theorems."""

    letter: str
    title: str
    intro: str
    theorems: tuple[Theorem, ...] = field(repr=False)
