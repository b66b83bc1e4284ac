"""Proof that the suite works: it fails every planted bug and passes every honest one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from importlib.util import find_spec
from multiprocessing import get_context
from time import perf_counter
from typing import Any

from .bugs import BUGS
from .corpus import Entry, honest, planted
from .corpus.sampled import sample
from .diagnose import Diagnosis
from .laws import LAWS
from .report import Report
from .run import check

Progress = Callable[[int, int, str], None]
"""Called with entries done, entries in all, and the name of the next."""


@dataclass(frozen=True)
class Verdict:
    """What the suite said of one entry: plain values, so that they cross processes.

    Attributes
    ----------
    verdict, grade
        As in the report.
    failed
        Ids of all laws that failed, in the order of the laws.
    killers
        Ids of the required ones among them.
    diagnosis
        The causes, likeliest first.
    trouble
        Why there is no judgement, or why an honest entry failed; empty otherwise.
    seconds
        How long it took.
    """

    verdict: str
    grade: str | None
    failed: tuple[str, ...]
    killers: tuple[str, ...]
    diagnosis: tuple[Diagnosis, ...]
    trouble: str
    seconds: float


@dataclass(frozen=True)
class Judged:
    """One entry of the corpus and what the suite said of it."""

    entry: Entry
    said: Verdict

    @property
    def killers(self) -> tuple[str, ...]:
        """Ids of the required laws that failed, in the order of the laws."""
        return self.said.killers

    @property
    def as_deserved(self) -> bool:
        """Whether an honest entry conforms, or a planted bug broke a required law."""
        if self.entry.bug is None:
            return self.said.verdict == "conformant"
        return self.said.verdict in ("nonconformant", "conformant-up-to-basis")

    @property
    def causes(self) -> tuple[str, ...]:
        """Slugs of the diagnosis, best first."""
        return tuple(diagnosis.bug for diagnosis in self.said.diagnosis)

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
            "also": list(self.entry.also),
            "verdict": self.said.verdict,
            "grade": self.said.grade,
            "as_deserved": self.as_deserved,
            "killed_by": list(self.killers),
            "diagnosis": list(self.causes[:3]),
            "trouble": self.said.trouble,
            "seconds": round(self.said.seconds, 3),
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
    drawn
        Whether the bugs were drawn at random; then there is nothing honest among them.
    """

    honest: tuple[Judged, ...]
    planted: tuple[Judged, ...]
    seconds: float = field(compare=False)
    drawn: bool = False

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
        whole = bool(self.planted and (self.honest or self.drawn))
        return whole and not self.survivors and not self.false_alarms

    @property
    def exit_code(self) -> int:
        """0 when all came out as it should, else 1."""
        return 0 if self.ok else 1

    def named_rate(self, first: int) -> float:
        """Return the share of planted bugs that are among the first causes."""
        hits = [one.named_within(first) for one in self.planted]
        return sum(hits) / len(hits) if hits else 0.0

    @property
    def confused(self) -> tuple[tuple[str, str, int], ...]:
        """Planted slug, first cause and how often, where the first cause is not the bug."""
        wrong = [one for one in self.planted if not one.named_within(1)]
        pairs = Counter((str(one.entry.bug), (*one.causes, "none")[0]) for one in wrong)
        return tuple((bug, cause, times) for (bug, cause), times in pairs.most_common())

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
            "confused": [list(each) for each in self.confused],
            "drawn": self.drawn,
            "seconds": round(self.seconds, 2),
        }


def selftest(
    *,
    level: str = "quick",
    seed: int = 0,
    slow: bool = False,
    drawn: int = 0,
    every_law: bool = False,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Selftest:
    """Judge the whole corpus, or bugs drawn at random.

    Parameters
    ----------
    level, seed
        As for `ropespec.checks.run.check`; the seed decides the draw as well.
    slow
        Whether to include entries that take seconds, as compiled ones.
    drawn
        How many bugs to draw at random in place of the corpus, 0 for the corpus.
    every_law
        Whether all laws are run on every bug. Otherwise a bug that a required law has caught
        is shown to no others than those that are there for it.
    jobs
        Processes to judge in.
    progress
        Called before each entry.

    Returns
    -------
    Selftest
        `ok` when every planted bug broke a required law and every honest one conforms.
    """
    started = perf_counter()
    judged = []
    how = {"level": level, "seed": seed, "every_law": every_law}
    with _workers(jobs, slow, drawn, seed) as pool:
        entries = _entries(slow, drawn, seed)
        numbered = partial(_numbered, slow, drawn, how)
        verdicts = _verdicts(entries, numbered, how, pool)
        for done, entry in enumerate(entries):
            if progress is not None:
                progress(done, len(entries), entry.name)
            judged.append(Judged(entry, next(verdicts)))
    return Selftest(
        honest=tuple(one for one in judged if one.entry.bug is None),
        planted=tuple(one for one in judged if one.entry.bug is not None),
        seconds=perf_counter() - started,
        drawn=bool(drawn),
    )


def judge(
    entry: Entry, *, level: str = "quick", seed: int = 0, every_law: bool = False
) -> Judged:
    """Check one entry of the corpus, on a fresh target.

    Parameters
    ----------
    entry
        What is judged.
    level, seed, every_law
        As for `selftest`.
    """
    started = perf_counter()
    named = (entry.bug, *entry.also)
    names = tuple(BUGS) if every_law else tuple(name for name in named if name is not None)
    report = check(
        entry.target, entry.config, factory=True, shrink=False, settle=names,
        level=level, seed=seed, **entry.claims,
    )  # fmt: skip
    failed = report.failed
    verdict = Verdict(
        verdict=report.verdict,
        grade=report.grade,
        failed=tuple(result.id for result in failed),
        killers=tuple(result.id for result in failed if result.law.level == "required"),
        diagnosis=report.diagnosis,
        trouble=_trouble(entry, report),
        seconds=perf_counter() - started,
    )
    return Judged(entry, verdict)


def _trouble(entry: Entry, report: Report) -> str:
    """Say why an entry was not judged, or why an honest one failed."""
    errors = [f"{each.id}: {each.reason}" for each in report.results if each.status == "error"]
    wrong = [f"{each.id}: {each.reason}" for each in report.failed] if entry.bug is None else []
    return "; ".join(filter(None, (report.error, *errors, *wrong)))


def _entries(slow: bool, drawn: int, seed: int) -> tuple[Entry, ...]:
    """Return what is to be judged."""
    return sample(drawn, seed) if drawn else (*honest(slow=slow), *planted(slow=slow))


_kept = lru_cache(maxsize=1)(_entries)
"""The same, once for each process."""


def _numbered(slow: bool, drawn: int, how: dict[str, Any], number: int) -> Verdict:
    """Judge an entry by its number: entries themselves do not cross processes."""
    return judge(_kept(slow, drawn, how["seed"])[number], **how).said


def _verdicts(
    entries: tuple[Entry, ...],
    numbered: Callable[[int], Verdict],
    how: dict[str, Any],
    pool: Executor | None,
) -> Iterator[Verdict]:
    """Return the verdicts in order, from this process or from several."""
    if pool is None:
        return (judge(entry, **how).said for entry in entries)
    return iter(pool.map(numbered, range(len(entries)), chunksize=2))


@contextmanager
def _workers(jobs: int, slow: bool, drawn: int, seed: int) -> Iterator[Executor | None]:
    """Start processes that import what is to be judged, while this one does; None for one."""
    if jobs < 2:
        yield None
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_alone) as pool:
        for _ in range(jobs):
            pool.submit(_imported, slow, drawn, seed)
        yield pool


def _imported(slow: bool, drawn: int, seed: int) -> None:
    """Import everything, and answer nothing: entries do not cross processes."""
    _kept(slow, drawn, seed)


def _alone() -> None:
    """Let a worker keep to one core: the others are at work beside it."""
    if find_spec("torch") is not None:
        import torch

        torch.set_num_threads(1)


def summary(result: Selftest) -> list[str]:
    """Return the outcome in lines: what was judged, and what went wrong by name."""
    caught = len(result.planted) - len(result.survivors)
    passed = len(result.honest) - len(result.false_alarms)
    first, third = (f"{result.named_rate(count):.0%}" for count in (1, 3))
    idle = () if result.drawn else result.idle_laws
    confused = tuple(f"{bug} called {cause} {n} times" for bug, cause, n in result.confused)
    troubles = (
        ("required laws that caught nothing", idle),
        ("false alarms", result.false_alarms),
        ("survived", result.survivors),
        ("named wrongly", confused if result.drawn else ()),
    )
    judged = f"{caught} of {len(result.planted)} planted bugs caught, "
    honest_ones = f"{passed} of {len(result.honest)} honest implementations passed, "
    judged += "" if result.drawn else honest_ones
    return [
        judged + f"in {result.seconds:.1f} s",
        f"diagnosis: right first {first}, among the first three {third}",
        *(f"{what}: {', '.join(names)}" for what, names in troubles if names),
    ]
