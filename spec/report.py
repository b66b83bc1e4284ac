"""What a proof run found, theorem by theorem and step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .kernel.verdict import Status, Verdict


@dataclass(frozen=True)
class StepResult:
    """One step of a proof with the kernel's verdict.

    Attributes
    ----------
    name, text
        The step's name and what it does.
    latex
        The claim that it establishes.
    verdict
        What the kernel says.
    """

    name: str
    text: str
    latex: str
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return {
            "name": self.name,
            "text": self.text,
            "latex": self.latex,
            **_judged(self.verdict),
        }


@dataclass(frozen=True)
class AlteredResult:
    """One altered statement with the kernel's verdict, which should be `refuted`."""

    what: str
    latex: str
    verdict: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return {"what": self.what, "latex": self.latex, **_judged(self.verdict)}


@dataclass(frozen=True)
class TheoremResult:
    """What a run found about one theorem.

    Attributes
    ----------
    id, title, source, statement
        The theorem; its statement in LaTeX.
    steps, altered
        The verdicts on the proof's steps and on the altered statements.
    missing
        LaTeX of the parts of the statement that no step claims.
    laws
        The laws that come from it.
    seconds
        Wall time of the kernel's work on it.
    """

    id: str
    title: str
    source: str
    statement: str
    steps: tuple[StepResult, ...]
    altered: tuple[AlteredResult, ...]
    missing: tuple[str, ...]
    laws: tuple[str, ...]
    seconds: float

    @property
    def status(self) -> Status:
        """Refuted when a step is; proved when all of `ok` holds; else undecided."""
        if any(step.verdict.refuted for step in self.steps):
            return "refuted"
        return "proved" if not self.problems else "undecided"

    @property
    def ok(self) -> bool:
        """Whether it is proved, completely, and every altered statement is refuted."""
        return self.status == "proved"

    @property
    def problems(self) -> tuple[str, ...]:
        """Say what is wrong, one line each."""
        steps = [s for s in self.steps if not s.verdict.proved]
        altered = [a for a in self.altered if not a.verdict.refuted]
        return (
            *(f"{self.id}, step '{s.name}': {_problem(s.verdict)}" for s in steps),
            *(
                f"{self.id}, altered statement '{a.what}' is {a.verdict.status}, "
                f"but should be refuted: {a.verdict.reason}"
                for a in altered
            ),
            *(f"{self.id}: no step of the proof claims {tex}" for tex in self.missing),
            *(() if self.steps else (f"{self.id} has no proof",)),
        )

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON data."""
        return {
            "id": self.id,
            "title": self.title,
            "source": self.source,
            "statement": self.statement,
            "status": self.status,
            "seconds": round(self.seconds, 4),
            "steps": [step.as_dict() for step in self.steps],
            "altered": {
                "tried": len(self.altered),
                "refuted": sum(a.verdict.refuted for a in self.altered),
                "details": [altered.as_dict() for altered in self.altered],
            },
            "laws": list(self.laws),
            "problems": list(self.problems),
        }


@dataclass(frozen=True)
class ProofReport:
    """A whole proof run."""

    results: tuple[TheoremResult, ...]
    seconds: float
    environment: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether something was asked and every theorem of the run is proved."""
        return bool(self.results) and all(result.ok for result in self.results)

    @property
    def problems(self) -> tuple[str, ...]:
        """Say what is wrong, one line each."""
        return tuple(line for result in self.results for line in result.problems)

    def as_dict(self) -> dict[str, Any]:
        """Give the data of `ropespec prove --json`."""
        return {
            "theorems": [result.as_dict() for result in self.results],
            "seconds": round(self.seconds, 4),
            "environment": self.environment,
        }


def _problem(verdict: Verdict) -> str:
    shown = f" ({verdict.witness})" if verdict.witness else ""
    return f"{verdict.status}: {verdict.reason}{shown}"


def _judged(verdict: Verdict) -> dict[str, Any]:
    witness = str(verdict.witness) if verdict.witness else None
    return {
        "status": verdict.status,
        "rule": verdict.rule,
        "reason": verdict.reason,
        "witness": witness,
    }
