"""One failure in words: what every writer says of it, each in its own form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ropespec.checks.laws import LawResult, Worst

if TYPE_CHECKING:
    from .report import Report


def rows(report: Report, result: LawResult, *, alone: bool = False) -> list[tuple[str, str]]:
    """Say what came out instead, where, how far off, why, and where to read on.

    Parameters
    ----------
    report, result
        The report and the law that failed.
    alone
        Whether no list of likely causes is written besides: then the best one is explained.

    Returns
    -------
    list
        Names and texts; what there is nothing to say about is left out.
    """
    found = [("because", result.reason)]
    if result.failure is not None:
        axes = len(report.config.axes)
        others = f"; axis 0 of {axes}, the others take these in other orders" if axes else ""
        found.append(("smallest", result.failure.described() + others))
        found.append(("replay", f"ropespec replay {result.failure.id}"))
    worst = result.worst
    if worst is not None and worst.ratio > 1:
        found += [
            ("given", numbers(worst.x)),
            ("expected", numbers(worst.expected)),
            ("got", numbers(worst.got)),
            ("budget", result.law.budget),
        ]
    if report.diagnosis:
        best = report.diagnosis[0]
        evidence = f": {best.evidence}" if alone else ""
        found.append(("likely", f"{best.bug} ({best.confidence:.0%}){evidence}"))
        if alone:
            found.append(("mend it", best.fix))
    if result.law.theorem is not None:
        name = result.law.theorem
        found.append(("theorem", f"{name}: ropespec explain {name}"))
    known = report.known.get(result.id)
    if known is not None:
        found.append(("known", f"{known.reason}; until {known.until}; {known.url}"))
    return [(name, text) for name, text in found if text]


def plain(report: Report, result: LawResult) -> str:
    """Write a failure as plain text, with the lines of Python that show it again."""
    lines = [f"{result.id}: {result.law.sentence}"]
    lines += [f"{name:>10}  {text}" for name, text in rows(report, result, alone=True)]
    code = report.reproductions.get(result.id, "")
    if code:
        lines += ["", "to see it again:", "", *(f"    {line}" for line in code.splitlines())]
    return "\n".join(lines)


def measured(result: LawResult) -> tuple[str, str]:
    """Write how near a law came to its budget, and where.

    A law that failed although every number is within its budget says so: what went wrong is
    no number.
    """
    worst = result.worst
    if result.status == "error" or (
        result.status == "fail" and (worst is None or worst.ratio <= 1)
    ):
        return "", "no number: see below"
    if worst is None:
        return "", ""
    return ratio(worst), f"position {worst.position}, {worst.dtype}"


def ratio(worst: Worst) -> str:
    """Write an error in units of its budget."""
    return "changed" if worst.ratio > 1 and not worst.budget else f"{worst.ratio:.3g}"


def numbers(values: Iterable[float]) -> str:
    """Write a few values."""
    words = [f"{value:.9g}" for value in values]
    return f"({', '.join(words)})" if words else ""
