"""Reports for people, on a terminal or in a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import ropespec
from ropespec.checks.laws import LawResult

from .convention import declared, described, differences, facts
from .ending import executed, left_out, precision, remarks, verdict
from .failure import measured, rows

if TYPE_CHECKING:
    from ropespec.checks.identify import Identification

    from .report import Report

COLOURS = {
    "pass": "green",
    "fail": "bold red",
    "skip": "dim",
    "known": "yellow",
    "error": "bold red",
    "conformant": "bold green",
    "conformant-up-to-basis": "bold yellow",
    "nonconformant": "bold red",
}
"""How each word is shown where there are colours."""

CAUSES = 3
"""Likely causes that are shown; the JSON has all."""


def show(report: Report, console: Console | None = None) -> None:
    """Write a whole report."""
    out = console or Console(highlight=False, emoji=False)
    claims = report.claims
    how = f"{claims.framework}, {', '.join(claims.dtypes)}, signature {claims.signature}"
    out.print(f"[bold]ropespec {ropespec.__version__}[/]  {escape(report.target)}  ({how})")
    out.print()
    _show_convention(report, out)
    out.print()
    out.print(_laws(report))
    for result in report.failed:
        if result.law.level == "information":
            out.print(f"note: {result.id}: {escape(result.reason)}")
        else:
            _show_failure(report, result, out)
    _show_causes(report, out)
    _show_profile(report, out)
    _show_verdict(report, out)


def show_identification(
    target: str, found: Identification, console: Console | None = None
) -> None:
    """Write what was found out about a target's convention."""
    out = console or Console(highlight=False, emoji=False)
    out.print(f"[bold]{escape(target)}[/]: {escape(described(found))}")
    out.print(_plain_table(facts(found)))
    for note in found.notes:
        out.print(f"  note: {escape(note)}")
    for sentence in found.untold:
        out.print(f"  cannot tell: {escape(sentence)}")


def _show_convention(report: Report, out: Console) -> None:
    """Say what the target was seen to be, before anything is judged."""
    if report.identified is not None:
        out.print(f"Identified  {escape(described(report.identified))}")
        out.print(f"Declared    {escape(declared(report.config))}")
        if report.identified.layout is not None:
            unlike = differences(report.identified, report.config)
            out.print(f"Compared    {escape('; '.join(unlike) or 'the same')}")


def _show_profile(report: Report, out: Console) -> None:
    """Say how precise the phases are."""
    lines = precision(report)
    if lines:
        out.print()
        out.print("[bold]Precision of the phases[/]")
    for line in lines:
        out.print(f"  {escape(line)}")


def _laws(report: Report) -> Table:
    """Tabulate the laws that ran."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("law", "", "calls", "error / budget", "worst at"):
        right = name in {"calls", "error / budget"}
        table.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=name != "worst at",
            min_width=len(name) or len("error"),
        )
    for result in report.results:
        if result.status == "skip":
            continue
        error, place = measured(result)
        optional = "" if result.law.level == "required" else f" [dim]({result.law.level})[/]"
        word = "known" if result.id in report.known else result.status
        table.add_row(
            f"{result.id}{optional}",
            f"[{'dim' if optional else COLOURS[word]}]{word}[/]",
            str(result.executed),
            error,
            place,
        )
    return table


def _show_failure(report: Report, result: LawResult, out: Console) -> None:
    """Say what was required, what came out, where, how far off, and how to see it again."""
    out.print()
    out.print(f"[bold red]{result.id}[/]: {escape(result.law.sentence)}")
    out.print(_plain_table(rows(report, result)))
    lines = report.reproductions.get(result.id, "")
    if lines:
        out.print("  [dim]to see it again:[/]")
        for line in lines.splitlines():
            out.print(f"    {escape(line)}", soft_wrap=True)


def _plain_table(rows: list[tuple[str, str]]) -> Table:
    """Align names and texts."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim", justify="right", min_width=10)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(name, escape(text))
    return table


def _show_causes(report: Report, out: Console) -> None:
    """Say which known mistakes explain the failures, and how to mend them."""
    if not report.diagnosis:
        return
    out.print()
    out.print("[bold]Likely cause[/]")
    for found in report.diagnosis[:CAUSES]:
        out.print(f"  [bold]{found.bug}[/] ({found.confidence:.0%}): {escape(found.evidence)}")
        out.print(f"    mend it: {escape(found.fix)}")


def _show_verdict(report: Report, out: Console) -> None:
    """End with the verdict, and with what was executed and what was not."""
    out.print()
    colour = COLOURS.get(report.verdict, "bold red")
    text = escape(verdict(report))
    out.print(text.replace(report.verdict, f"[{colour}]{report.verdict}[/]", 1))
    for line in (*remarks(report), executed(report), *left_out(report)):
        out.print(escape(line))
