"""A likely cause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ropespec.checks.bugs import BUGS


@dataclass(frozen=True)
class Diagnosis:
    """One known mistake that would explain what was seen.

    Attributes
    ----------
    bug
        Its slug.
    confidence
        0 to 1: near 1 when it foretells every wrong value and every right one.
    evidence
        One sentence with the numbers that speak for it.
    """

    bug: str
    confidence: float
    evidence: str

    @property
    def fix(self) -> str:
        """How to mend it."""
        return BUGS[self.bug].fix

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        return {
            "bug": self.bug,
            "confidence": round(self.confidence, 3),
            "evidence": self.evidence,
            "fix": self.fix,
        }
