"""Proof that the suite works: it fails every planted bug and passes every honest one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any

from rich.table import Table

from .corpus import Entry, honest, planted
from .laws import LAWS
from .report import Report
from .run import check

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[int, int, str], None]
"""Called with entries done, entries in all, and the name of the next."""


@dataclass(frozen=True)
class Judged:
    """One entry of the corpus and what the suite said of it.

    Attributes
    ----------
    entry
        What was judged.
    report
        The whole report.
    seconds
        How long it took.
    """

    entry: Entry
    report: Report
    seconds: float

    @property
    def killers(self) -> tuple[str, ...]:
        """Ids of the required laws that failed, in the order of the laws."""
        return tuple(r.id for r in self.report.failed if r.law.level == "required")

    @property
    def as_deserved(self) -> bool:
        """Whether an honest entry conforms, or a planted bug broke a required law."""
        if self.entry.bug is None:
            return self.report.verdict == "conformant"
        return self.report.verdict in ("nonconformant", "conformant-up-to-basis")

    @property
    def causes(self) -> tuple[str, ...]:
        """Slugs of the diagnosis, best first."""
        return tuple(diagnosis.bug for diagnosis in self.report.diagnosis)

    def named_within(self, first: int) -> bool:
        """Whether the planted bug, by any of its names, is among the first causes."""
        names = {self.entry.bug, *self.entry.also}
        return bool(names & set(self.causes[:first]))

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        return {
            "name": self.entry.name,
            "framework": self.entry.framework,
            "bug": self.entry.bug,
            "verdict": self.report.verdict,
            "grade": self.report.grade,
            "as_deserved": self.as_deserved,
            "killed_by": list(self.killers),
            "diagnosis": list(self.causes[:3]),
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True)
class Selftest:
    """What came of judging the corpus.

    Attributes
    ----------
    honest, planted
        What was judged, in the order of the corpus.
    seconds
        How long all of it took.
    """

    honest: tuple[Judged, ...]
    planted: tuple[Judged, ...]
    seconds: float = field(compare=False)

    @property
    def survivors(self) -> tuple[str, ...]:
        """Planted bugs that no required law caught."""
        return tuple(one.entry.name for one in self.planted if not one.as_deserved)

    @property
    def false_alarms(self) -> tuple[str, ...]:
        """Honest implementations that were not found conformant."""
        return tuple(one.entry.name for one in self.honest if not one.as_deserved)

    @property
    def idle_laws(self) -> tuple[str, ...]:
        """Required laws that catch none of the planted bugs."""
        caught = {law for one in self.planted for law in one.killers}
        return tuple(law.id for law in LAWS if law.level == "required" and law.id not in caught)

    @property
    def ok(self) -> bool:
        """Whether every bug was caught and no honest implementation rejected."""
        whole = bool(self.honest and self.planted)
        return whole and not self.survivors and not self.false_alarms

    @property
    def exit_code(self) -> int:
        """0 when all came out as it should, else 1."""
        return 0 if self.ok else 1

    def named_rate(self, first: int) -> float:
        """Return the share of planted bugs that are among the first causes."""
        hits = [one.named_within(first) for one in self.planted]
        return sum(hits) / len(hits) if hits else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return {
            "ok": self.ok,
            "laws": [law.id for law in LAWS],
            "planted": [one.as_dict() for one in self.planted],
            "honest": [one.as_dict() for one in self.honest],
            "survivors": list(self.survivors),
            "false_alarms": list(self.false_alarms),
            "idle_laws": list(self.idle_laws),
            "diagnosis": {"top_1": self.named_rate(1), "top_3": self.named_rate(3)},
            "seconds": round(self.seconds, 2),
        }


def selftest(
    *, level: str = "quick", seed: int = 0, slow: bool = False, progress: Progress | None = None
) -> Selftest:
    """Judge the whole corpus.

    Parameters
    ----------
    level, seed
        As for `ropespec.checks.run.check`.
    slow
        Whether to include entries that take seconds, as compiled ones.
    progress
        Called before each entry.

    Returns
    -------
    Selftest
        `ok` when every planted bug broke a required law and every honest one conforms.
    """
    started = perf_counter()
    entries = (*honest(slow=slow), *planted(slow=slow))
    judged = []
    for done, entry in enumerate(entries):
        if progress is not None:
            progress(done, len(entries), entry.name)
        judged.append(judge(entry, level=level, seed=seed))
    return Selftest(
        honest=tuple(one for one in judged if one.entry.bug is None),
        planted=tuple(one for one in judged if one.entry.bug is not None),
        seconds=perf_counter() - started,
    )


def judge(entry: Entry, *, level: str = "quick", seed: int = 0) -> Judged:
    """Check one entry of the corpus, on a fresh target."""
    started = perf_counter()
    report = check(
        entry.target, entry.config, factory=True, level=level, seed=seed, **entry.claims
    )
    return Judged(entry, report, perf_counter() - started)


def print_selftest(result: Selftest, console: Console, *, matrix: bool = True) -> None:
    """Print the kill matrix, the honest implementations and the summary."""
    if matrix:
        console.print(_matrix(result.planted))
        console.print(_honest_table(result.honest))
    for line in summary(result):
        console.print(line, soft_wrap=True)


def summary(result: Selftest) -> list[str]:
    """Return the outcome in lines: what was judged, and what went wrong by name."""
    caught = len(result.planted) - len(result.survivors)
    passed = len(result.honest) - len(result.false_alarms)
    first, third = (f"{result.named_rate(count):.0%}" for count in (1, 3))
    troubles = (
        ("required laws that caught nothing", result.idle_laws),
        ("false alarms", result.false_alarms),
        ("survived", result.survivors),
    )
    judged = f"{caught} of {len(result.planted)} planted bugs caught, "
    judged += f"{passed} of {len(result.honest)} honest implementations passed, "
    return [
        judged + f"in {result.seconds:.1f} s",
        f"diagnosis: right first {first}, among the first three {third}",
        *(f"{what}: {', '.join(names)}" for what, names in troubles if names),
    ]


def _matrix(rows: Iterable[Judged]) -> Table:
    """Lay out bugs against laws; a column for each law, numbered below the title."""
    numbers = ", ".join(f"{place} {law.id}" for place, law in enumerate(LAWS, start=1))
    table = Table(title="Planted bugs and the laws that catch them", caption=numbers)
    table.add_column("planted", no_wrap=True)
    table.add_column("bug", no_wrap=True)
    for place in range(1, len(LAWS) + 1):
        table.add_column(str(place), justify="center", no_wrap=True, min_width=2)
    table.add_column("diagnosis", no_wrap=True)
    for one in rows:
        caught = {result.id for result in one.report.failed}
        marks = ["x" if law.id in caught else "" for law in LAWS]
        first = one.causes[0] if one.causes else "none"
        style = None if one.as_deserved else "bold red"
        verdict = first if one.named_within(1) else f"[yellow]{first}[/]"
        table.add_row(one.entry.name, one.entry.bug, *marks, verdict, style=style)
    return table


def _honest_table(rows: Iterable[Judged]) -> Table:
    """List the honest implementations with their grades."""
    table = Table(title="Honest implementations")
    for column in ("implementation", "framework", "layout", "verdict", "grade"):
        table.add_column(column, no_wrap=True)
    for one in rows:
        style = None if one.as_deserved else "bold red"
        table.add_row(
            one.entry.name, one.entry.framework, one.entry.config.layout,
            one.report.verdict, one.report.grade or "none", style=style,
        )  # fmt: skip
    return table
