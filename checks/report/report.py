"""The one object that every report is written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import ropespec
from ropespec.checks.budget import EXACT_ULPS
from ropespec.checks.laws import LawResult
from ropespec.checks.target import Claims
from ropespec.reference.config import RotaryConfig

if TYPE_CHECKING:
    from ropespec.checks.diagnose import Diagnosis
    from ropespec.checks.identify import Identification
    from ropespec.checks.known_failures import Known
    from ropespec.checks.profile import Exhaustive, Profile

    from .error_map import ErrorMap

Verdict = Literal["conformant", "conformant-up-to-basis", "nonconformant", "error"]
Grade = Literal["exact", "standard"]

CONFORMS, FAILS, CANNOT_RUN, NOTHING_RUN, INTERRUPTED = 0, 1, 2, 5, 130
"""Exit codes."""


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes
    ----------
    target
        What the user called it.
    config, claims
        What it was held to be.
    results
        What came of each law, those that were not chosen included.
    identified
        The convention that it was seen to follow; None when it could not be called.
    diagnosis
        Known bugs that explain a failure, best first.
    basis
        Channels c such that y[..., c] conforms, where the output y itself does not.
    reproductions
        For each failed law a few lines of Python that show the failure.
    errors
        Errors against positions and pairs, in units of their budgets; None where nothing was
        measured.
    profile
        The phase errors in radians against positions and pairs; None where nothing was
        measured.
    exhaustive
        What every position below a number showed, for each format; empty unless asked for.
    known
        For each law whose failure is known and excused, by which entry of the user's list.
    stale
        For each law whose entry in that list is wrong by now, why: it fails the run.
    noticed
        What it did besides rotating, one line each: it printed, it changed global state.
    interrupted
        Whether the user ended the run before every law had run.
    error
        Why nothing could be judged, in one line; empty when something was.
    cause
        The exception behind it.
    level, seed
        How much was tried, and what decided the random inputs.
    allow_basis_change
        Whether a permuted output is good enough for exit code 0.
    environment
        Versions of what ran.
    """

    target: str
    config: RotaryConfig
    claims: Claims
    results: tuple[LawResult, ...] = ()
    identified: Identification | None = None
    diagnosis: tuple[Diagnosis, ...] = ()
    basis: tuple[int, ...] | None = None
    reproductions: Mapping[str, str] = field(default_factory=dict)
    errors: ErrorMap | None = None
    profile: Profile | None = None
    exhaustive: tuple[Exhaustive, ...] = ()
    known: Mapping[str, Known] = field(default_factory=dict)
    stale: Mapping[str, str] = field(default_factory=dict)
    noticed: tuple[str, ...] = ()
    interrupted: bool = False
    error: str = ""
    cause: BaseException | None = field(default=None, repr=False, compare=False)
    level: str = "standard"
    seed: int = 0
    allow_basis_change: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Whether the target conforms; only required laws decide it, less what is known."""
        broken = any(result.status == "error" for result in self.results)
        if self.error or broken or self.interrupted or not self.executed:
            return "error"
        if any(result.law.level == "required" for result in self.unexcused):
            return "nonconformant"
        if not all(tried.holds for tried in self.exhaustive):
            return "nonconformant"
        return "conformant" if self.basis is None else "conformant-up-to-basis"

    @property
    def grade(self) -> Grade | None:
        """How precise it is, None when it does not conform or no value was compared.

        A failure that is excused leaves no grade where its law compares values.
        """
        ulps = [largest for result in self.results for _, largest in result.ulps]
        excused = any(self.law(name).ulps for name in self.known)
        if not self.verdict.startswith("conformant") or not ulps or excused:
            return None
        return "exact" if max(ulps) <= EXACT_ULPS else "standard"

    @property
    def grades(self) -> dict[str, Grade]:
        """The grade of each format that a value was compared in, if the target conforms."""
        largest: dict[str, float] = {}
        for result in self.results:
            for dtype, ulps in result.ulps:
                largest[dtype] = max(largest.get(dtype, 0.0), ulps)
        if self.grade is None:
            return {}
        return {
            dtype: "exact" if ulps <= EXACT_ULPS else "standard"
            for dtype, ulps in largest.items()
        }

    @property
    def exit_code(self) -> int:
        """The exit code of the command.

        0 conforms, 1 does not or a known failure is none any more, 2 cannot run, 5 nothing
        ran, 130 was interrupted.
        """
        if self.interrupted:
            return INTERRUPTED
        if self.verdict == "error":
            broken = any(result.status == "error" for result in self.results)
            return CANNOT_RUN if self.error or broken else NOTHING_RUN
        if self.stale:
            return FAILS
        if self.verdict == "conformant":
            return CONFORMS
        allowed = self.verdict == "conformant-up-to-basis" and self.allow_basis_change
        return CONFORMS if allowed else FAILS

    @property
    def executed(self) -> tuple[LawResult, ...]:
        """The laws that judged at least one call."""
        return tuple(result for result in self.results if result.executed)

    @property
    def failed(self) -> tuple[LawResult, ...]:
        """The laws that failed, of any level, known or not."""
        return tuple(result for result in self.results if result.status == "fail")

    @property
    def unexcused(self) -> tuple[LawResult, ...]:
        """The laws that failed and are not known to."""
        return tuple(result for result in self.failed if result.id not in self.known)

    @property
    def skipped(self) -> tuple[LawResult, ...]:
        """The laws that would apply and did not run."""
        return tuple(r for r in self.results if r.status == "skip" and r.applicable)

    @property
    def not_applicable(self) -> tuple[LawResult, ...]:
        """The laws that say nothing about such a target."""
        return tuple(r for r in self.results if r.status == "skip" and not r.applicable)

    @property
    def counts(self) -> dict[str, int]:
        """How many laws passed, failed, were skipped, did not apply, and calls were judged.

        Known failures count as failed, and once more as known.
        """
        return {
            "laws": len(self.results),
            "passed": sum(result.status == "pass" for result in self.results),
            "failed": len(self.failed),
            "known": len(self.known),
            "errors": sum(result.status == "error" for result in self.results),
            "skipped": len(self.skipped),
            "not_applicable": len(self.not_applicable),
            "executed": sum(result.executed for result in self.results),
        }

    def law(self, law_id: str) -> LawResult:
        """Return what came of one law.

        Raises
        ------
        KeyError
            If there is no such law in the report.
        """
        return {result.id: result for result in self.results}[law_id]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values; numbers that JSON lacks are still floats."""
        return {
            "spec_version": ropespec.__version__,
            "target": self.target,
            "verdict": self.verdict,
            "grade": self.grade,
            "grades": self.grades,
            "error": self.error or None,
            "config": self.config.to_dict(),
            "claims": {**vars(self.claims), "dtypes": list(self.claims.dtypes)},
            "identified": None if self.identified is None else self.identified.as_dict(),
            "basis": None if self.basis is None else list(self.basis),
            "laws": [
                {
                    **result.as_dict(),
                    "reproduce": self.reproductions.get(result.id),
                    "known": self.known[result.id].as_dict()
                    if result.id in self.known
                    else None,
                }
                for result in self.results
            ],
            "diagnosis": [found.as_dict() for found in self.diagnosis],
            "counts": self.counts,
            "executed": [result.id for result in self.executed],
            "skipped": [{"id": r.id, "reason": r.reason} for r in self.skipped],
            "not_applicable": [{"id": r.id, "reason": r.reason} for r in self.not_applicable],
            "stale_known_failures": list(self.stale.values()),
            "noticed": list(self.noticed),
            "interrupted": self.interrupted,
            "profile": None if self.profile is None else self.profile.as_dict(),
            "exhaustive": [tried.as_dict() for tried in self.exhaustive],
            "error_map": None if self.errors is None else self.errors.as_dict(),
            "level": self.level,
            "seed": self.seed,
            "environment": dict(self.environment),
        }
