"""How every report ends: verdict, what was executed, and what was not, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ropespec.checks.profile.text import one_line, summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ropespec.checks.laws import LawResult

    from .report import Report


def verdict(report: Report) -> str:
    """Write the verdict with its grade on one line."""
    words: str = report.verdict
    if report.interrupted:
        words += ": interrupted; run it again for a verdict"
    elif report.error:
        words += f": {report.error}"
    elif any(result.status == "error" for result in report.results):
        words += ": the suite itself failed in a law"
    elif not report.executed:
        words += ": nothing was run; choose other laws, or claim more"
    if report.grade:
        each = ", ".join(f"{dtype} {grade}" for dtype, grade in report.grades.items())
        detail = f" ({each})" if len(set(report.grades.values())) > 1 else ""
        words += f", grade {report.grade}{detail}"
    if report.known and report.verdict.startswith("conformant"):
        words += f", but for {len(report.known)} known {_failures(len(report.known))}"
    return words


def remarks(report: Report) -> list[str]:
    """List what a person has to do besides mending failures, one line each."""
    found = []
    if report.basis is not None:
        found.append(f"right after this order of the output channels: {list(report.basis)}")
        if not report.allow_basis_change:
            found.append("accept that with --allow-basis-change")
    broken = [f"{r.id}: {r.reason}" for r in report.results if r.status == "error"]
    return [*found, *broken, *report.stale.values(), *report.noticed]


def precision(report: Report) -> list[str]:
    """Say how precise the phases are, and what every position showed if that was asked for."""
    profile = report.profile
    found = [] if profile is None else list(one_line(profile))
    every = [f"{tried.dtype}, every position: {summary(tried)}" for tried in report.exhaustive]
    return found + every


def executed(report: Report) -> str:
    """Say how much was run, on one line."""
    counts = report.counts
    known = f" ({counts['known']} known)" if counts["known"] else ""
    return (
        f"executed: {len(report.executed)} of {counts['laws']} laws on {counts['executed']} "
        f"calls, {counts['passed']} passed, {counts['failed']} failed{known} "
        f"(level {report.level}, seed {report.seed})"
    )


def left_out(report: Report) -> list[str]:
    """Say which laws were skipped and which do not apply, one line for each reason."""
    groups = (("skipped", report.skipped), ("not applicable", report.not_applicable))
    return [
        f"{title}: {names}: {reason}"
        for title, results in groups
        for reason, names in _by_reason(results)
    ]


def _by_reason(results: Iterable[LawResult]) -> list[tuple[str, str]]:
    """Group laws by the reason why they did not run."""
    names: dict[str, list[str]] = {}
    for result in results:
        names.setdefault(result.reason, []).append(result.id)
    return [(reason, ", ".join(ids)) for reason, ids in names.items()]


def _failures(count: int) -> str:
    """Write the plural."""
    return "failure" if count == 1 else "failures"
