"""`ropespec survey`: run what was not run before, keep what was, gather all of it."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import ropespec
from ropespec.checks.bench.bench import WARM
from ropespec.checks.errors import CheckError
from ropespec.checks.peers import Peer
from ropespec.checks.report.json_writer import as_json

from .environments import Environments
from .findings import findings, script
from .libraries import LIBRARIES, Library, chosen

LIMIT = 1800
"""Seconds for one implementation, whatever it does."""

NOT_REACHED = "not reached when the survey was recorded; ropespec survey NAME runs it"
"""Why an implementation has no result when a run was interrupted."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Plan:
    """What a survey runs.

    Attributes
    ----------
    folder
        Where environments and results are kept.
    seed, level
        As for `check`.
    timed
        Whether speeds are measured too.
    here
        Whether this interpreter is used instead of environments of their own.
    fresh
        Whether kept results are made again.
    """

    folder: Path
    seed: int = 0
    level: str = "quick"
    timed: bool = True
    here: bool = False
    fresh: bool = False

    @property
    def decides(self) -> dict[str, Any]:
        """What a kept result has to agree with."""
        return {"seed": self.seed, "level": self.level, "here": self.here}


@dataclass(frozen=True)
class Job:
    """One thing to run in a library's environment: an implementation, its speed, a finding."""

    library: Library
    task: str
    name: str

    @property
    def called(self) -> dict[str, Any]:
        """As what an implementation is judged; nothing for a finding."""
        peers = [peer for peer in self.library.peers if peer.slug == self.name]
        return {
            key: value
            for peer in peers
            for key, value in (
                ("target", peer.target),
                ("config", peer.config.to_dict()),
                ("claims", {name: _listed(claim) for name, claim in peer.claims.items()}),
            )
        }

    @property
    def title(self) -> str:
        """What a progress bar says."""
        return f"{self.task} {self.library.name}/{self.name}"

    def file(self, folder: Path) -> Path:
        """Where its result is kept."""
        return folder / "results" / self.library.name / f"{self.task}-{self.name}.json"


class Survey:
    """A run of the survey.

    Parameters
    ----------
    plan
        What is run.
    progress
        Called before each step.

    Attributes
    ----------
    interrupted
        Whether the run was ended before all was done.
    """

    def __init__(self, plan: Plan, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress
        self.interrupted = False
        self._step = (0, 1)
        self._environments = Environments(plan.folder / "environments", self._tell)
        self._pythons: dict[str, Path] = {}

    def run(self, names: Sequence[str] = ()) -> dict[str, Any]:
        """Run what is not kept, and return everything that was asked for.

        An interruption ends the running; what there is by then is returned.

        Raises
        ------
        CheckError
            If there is no such library or implementation.
        """
        wanted = chosen(names)
        jobs = list(self._jobs(wanted))
        try:
            for place, job in enumerate(jobs):
                self._step = (place, len(jobs))
                self._tell(job.title)
                kept = self._kept(job)
                if self._plan.fresh or kept is None or kept.get("problem"):
                    self._keep(job, self._done(job))
            self._progress(len(jobs), len(jobs), "")
        except KeyboardInterrupt:
            self.interrupted = True
        return self._gathered(wanted, jobs)

    def _jobs(self, wanted: Sequence[tuple[Library, tuple[Peer, ...]]]) -> Iterator[Job]:
        """List what is to be run, speeds last, when nothing else runs any more."""
        for library, peers in wanted:
            yield from (Job(library, "judge", peer.slug) for peer in peers)
            if peers == library.peers:
                found = (each for each in findings() if each.library == library.name)
                yield from (Job(library, "finding", each.id) for each in found)
        if self._plan.timed:
            for library, peers in wanted:
                yield from (Job(library, "speed", peer.slug) for peer in peers if peer.timed)

    def _kept(self, job: Job) -> dict[str, Any] | None:
        """Return a result that is kept and still holds."""
        try:
            kept = json.loads(job.file(self._plan.folder).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        found: dict[str, Any] = kept
        return found if found.get("decides") == self._decides(job) else None

    def _decides(self, job: Job) -> dict[str, Any]:
        """What a result of a job depends on, besides ropespec's own code."""
        lock = "" if self._plan.here else job.library.lock.read_text(encoding="utf-8")
        text = script(job.name).read_text("utf-8") if job.task == "finding" else ""
        common = {**self._plan.decides, "lock": lock.split(), "ropespec": ropespec.__version__}
        whole = {**common, "script": text, "called": job.called}
        found: dict[str, Any] = json.loads(json.dumps(whole))  # tuples come back as lists
        return found

    def _keep(self, job: Job, result: dict[str, Any]) -> None:
        """Write a result whole, or not at all."""
        file = job.file(self._plan.folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        whole = {"decides": self._decides(job), "date": now, **result}
        place = f"{self._plan.folder.resolve()}/"  # what a library prints may tell where it is
        unfinished = file.with_suffix(".new")
        unfinished.write_text(as_json(whole).replace(place, ""), encoding="utf-8")
        unfinished.replace(file)

    def _done(self, job: Job) -> dict[str, Any]:
        """Run one job in its environment; what goes wrong is its result."""
        try:
            python = self._python(job.library)
        except CheckError as error:
            return {"problem": str(error).removeprefix("survey: ")}
        variables = {**os.environ, **job.library.variables}
        if job.task == "speed":
            variables["GLIBC_TUNABLES"] = WARM
        if job.task == "finding":
            return _reproduced(python, job.name, variables)
        with tempfile.TemporaryDirectory() as folder:
            output = Path(folder) / "result.json"
            command = [job.task, f"{job.library.name}/{job.name}", str(output)]
            if job.task == "judge":
                command += [str(self._plan.seed), self._plan.level]
            problem = _run([python, "-m", "ropespec.checks.survey.worker", *command], variables)
            if not output.is_file():
                return {"problem": problem or "it ended without a result"}
            found: dict[str, Any] = json.loads(output.read_text(encoding="utf-8"))
        return {"result": found}

    def _python(self, library: Library) -> Path:
        """Return the interpreter to run a library in."""
        if self._plan.here:
            return Path(sys.executable)
        if library.name not in self._pythons:
            self._pythons[library.name] = self._environments.python(library)
        return self._pythons[library.name]

    def _gathered(
        self, wanted: Sequence[tuple[Library, tuple[Peer, ...]]], jobs: Sequence[Job]
    ) -> dict[str, Any]:
        """Put the kept results of the jobs together."""
        kept = {(job.library.name, job.task, job.name): self._kept(job) or {} for job in jobs}
        implementations = [
            _implementation(library, peer, kept) for library, peers in wanted for peer in peers
        ]
        reproduced = [
            {**each.as_dict(), **kept.get((each.library, "finding", each.id), {})}
            for each in findings()
            if kept.get((each.library, "finding", each.id))
        ]
        dates = [str(each["date"]) for each in kept.values() if "date" in each]
        return {
            "survey_version": 1,
            "spec_version": ropespec.__version__,
            "date": max(dates, default=None),
            "seed": self._plan.seed,
            "level": self._plan.level,
            "environment": {
                "python": platform.python_version(),
                "platform": platform.platform(),
                "machine": platform.machine(),
            },
            "libraries": [
                _library(library, self._plan.here)
                for library in (LIBRARIES if len(wanted) == len(LIBRARIES) else _named(wanted))
            ],
            "implementations": implementations,
            "findings": [
                {key: value for key, value in each.items() if key != "decides"}
                for each in reproduced
            ],
        }

    def _tell(self, what: str) -> None:
        """Say what comes next."""
        self._progress(*self._step, what)


def _listed(claim: Any) -> Any:
    """Return a claim as JSON gives it back."""
    return list(claim) if isinstance(claim, tuple) else claim


def _named(wanted: Sequence[tuple[Library, tuple[Peer, ...]]]) -> list[Library]:
    """Return the libraries of what was asked for."""
    return [library for library, _ in wanted]


def _library(library: Library, here: bool) -> dict[str, Any]:
    """Describe a library: its version and those of all that it brings, or why it is missing."""
    if library.missing:
        return {
            "name": library.name, "version": None, "packages": {}, "missing": library.missing
        }  # fmt: skip
    packages = _installed() if here else locked(library)
    return {
        "name": library.name,
        "version": packages.get(library.name),
        "packages": packages,
        "missing": None,
    }


def _installed() -> dict[str, str]:
    """Return the versions of what is installed here."""
    found = {str(each.name).lower().replace("_", "-"): each.version for each in _here()}
    return dict(sorted(found.items()))


def _here() -> list[Any]:
    """List what is installed here."""
    return list(metadata.distributions())


def locked(library: Library) -> dict[str, str]:
    """Return the exact versions of a library's environment."""
    from .environments import SHARED

    lines = [*SHARED.read_text("utf-8").split(), *library.lock.read_text("utf-8").split()]
    return dict(line.split("==") for line in lines)


def _implementation(
    library: Library, peer: Peer, kept: dict[tuple[str, str, str], dict[str, Any]]
) -> dict[str, Any]:
    """Describe an implementation by its kept results."""
    judged = kept.get((library.name, "judge", peer.slug), {})
    timed = kept.get((library.name, "speed", peer.slug), {})
    return {
        "id": f"{library.name}/{peer.slug}",
        "library": library.name,
        "name": peer.name,
        "target": peer.target,
        "source": peer.source,
        "note": peer.note,
        "config": peer.config.to_dict(),
        "date": judged.get("date"),
        "problem": judged.get("problem") if judged else NOT_REACHED,
        "speed": timed.get("result"),
        "report": judged.get("result"),
    }


def _reproduced(python: Path, name: str, variables: dict[str, str]) -> dict[str, Any]:
    """Run a reproduction, without ropespec on its path."""
    done = subprocess.run(  # noqa: S603 - our own script
        [str(python), "-W", "ignore", str(script(name))],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT,
    )
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return {
        "reproduced": done.returncode == 0,
        "output": done.stdout.strip(),
        "problem": last if done.returncode else None,
    }


def _run(command: Sequence[Any], variables: dict[str, str]) -> str:
    """Run a command; return in one line why it failed, the empty text if it did not."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [str(word) for word in command],
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return f"it took more than {LIMIT} seconds"
    last = (done.stderr.strip().splitlines() or ["no word"])[-1]
    return f"it ended with {done.returncode}: {last[:300]}" if done.returncode else ""
