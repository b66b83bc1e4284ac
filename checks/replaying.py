"""Failures that are kept on disk, and seen again: `ropespec replay`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference import RotaryConfig

from .errors import CheckError
from .isolation import Limits
from .laws import LEVELS, Failure, Focus, Scope, find_law, run_steps
from .laws.running import said
from .opening import Way, open_target
from .report import write_json

if TYPE_CHECKING:
    from .report import Report

FOLDER = Path(".ropespec") / "failures"
"""Where failures are kept, from the current folder."""

FORMAT = 1
"""Version of the files."""

SHOWN = 12
"""Known ids that a message lists."""


class ReplayError(CheckError):
    """A failure cannot be seen again: it is not known, or its file is none of ours."""


@dataclass(frozen=True)
class Kept:
    """A failure with all that is needed to see it again.

    Attributes
    ----------
    failure
        The law and its inputs.
    target
        What the user called the target.
    claims
        What was claimed of it.
    config
        What it was held to be.
    level
        How much was tried, by its name.
    basis
        The order of output channels that was allowed for, None for as they are.
    environment
        Versions of what ran.
    factory
        Whether the target makes what is called.
    """

    failure: Failure
    target: str
    claims: dict[str, Any]
    config: RotaryConfig
    level: str
    basis: tuple[int, ...] | None
    environment: dict[str, str]
    factory: bool

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "format": FORMAT,
            **self.failure.as_dict(),
            "target": self.target,
            "claims": self.claims,
            "config": self.config.to_dict(),
            "level": self.level,
            "basis": None if self.basis is None else list(self.basis),
            "environment": self.environment,
            "factory": self.factory,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Kept:
        """Read what `as_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        if values["format"] != FORMAT:
            raise ValueError(f"format {values['format']}")
        return cls(
            failure=Failure.from_dict(values),
            target=values["target"],
            claims=dict(values["claims"]),
            config=RotaryConfig.from_dict(values["config"]),
            level=values["level"],
            basis=None if values["basis"] is None else tuple(values["basis"]),
            environment=dict(values["environment"]),
            factory=bool(values["factory"]),
        )


@dataclass(frozen=True)
class Replayed:
    """What came of seeing a failure again.

    Attributes
    ----------
    kept
        The failure.
    reason
        What went wrong this time; empty when it is mended.
    """

    kept: Kept
    reason: str

    @property
    def fails(self) -> bool:
        """Whether it still fails."""
        return bool(self.reason)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {**self.kept.as_dict(), "still_fails": self.fails, "now": self.reason or None}


def keep(report: Report, folder: Path = FOLDER, *, factory: bool = False) -> str | None:
    """Write the failures of a report down, each under its id.

    Parameters
    ----------
    report
        What a check found.
    folder
        Where to.
    factory
        Whether the target makes what is called.

    Returns
    -------
    str or None
        One line if that cannot be done here; the report is none the worse for it.
    """
    failures = [result.failure for result in report.failed if result.failure is not None]
    claims = {**vars(report.claims), "dtypes": list(report.claims.dtypes)}
    try:
        for failure in failures:
            folder.mkdir(parents=True, exist_ok=True)
            kept = Kept(
                failure,
                report.target,
                claims,
                report.config,
                report.level,
                report.basis,
                dict(report.environment),
                factory,
            )
            write_json(kept.as_dict(), str(folder / f"{failure.id}.json"))
    except (OSError, CheckError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        return f"failures cannot be replayed later: {str(folder)!r} cannot be written: {reason}"
    return None


def known(folder: Path = FOLDER) -> list[str]:
    """List the ids of the failures that are kept, the latest first."""
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.stem for path in files]


def find(failure_id: str, folder: Path = FOLDER) -> Kept:
    """Read a failure that was kept.

    Raises
    ------
    ReplayError
        If there is none of that id, with those that there are, or its file cannot be read.
    """
    path = folder / f"{failure_id}.json"
    if failure_id not in known(folder):
        raise ReplayError(_unknown(failure_id, folder))
    try:
        return Kept.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError) as error:
        advice = "run ropespec check again to write it anew"
        raise ReplayError(
            f"replay: {str(path)!r} is no kept failure ({error}); {advice}"
        ) from None


def _unknown(failure_id: str, folder: Path) -> str:
    """Say that there is no such failure, and which there are."""
    ids = known(folder)
    if not ids:
        advice = "run ropespec check in this folder first"
        return f"replay: no failure {failure_id!r}: none is kept in {str(folder)!r}; {advice}"
    near = difflib.get_close_matches(failure_id, ids, n=SHOWN, cutoff=0.4)
    listed = list(dict.fromkeys([*near, *ids]))[:SHOWN]
    more = f" and {len(ids) - len(listed)} more" if len(ids) > len(listed) else ""
    return f"replay: no failure {failure_id!r}; known are {', '.join(listed)}{more}"


@np.errstate(all="ignore")
def replay(
    failure_id: str,
    target: str | Callable[..., Any] | None = None,
    *,
    folder: Path = FOLDER,
    timeout: float | None = None,
    memory: float | None = None,
) -> Replayed:
    """Run exactly those inputs again that broke a law.

    Parameters
    ----------
    failure_id
        As a report names it.
    target
        What is called; the same target as then when left out. A function that was given
        itself has to be given again.
    folder
        Where failures are kept.
    timeout, memory
        As for `ropespec.checks.run.check`.

    Raises
    ------
    ReplayError
        If there is no such failure.
    TargetError
        If the target cannot be loaded.
    """
    kept = find(failure_id, folder)
    where = kept.target if target is None else target
    if isinstance(where, str) and ":" not in where:
        advice = f"give it: ropespec.checks.replay({failure_id!r}, your_function)"
        raise ReplayError(f"replay: {where!r} was given as a function; {advice}")
    way = Way(factory=kept.factory, limits=Limits.of(timeout, memory))
    opened = open_target(where, kept.claims, way, kept.config)
    found = opened.target if kept.basis is None else opened.target.reordered(kept.basis)
    law = find_law(kept.failure.law)
    nothing = np.random.default_rng(0)  # an input that is kept leaves nothing open
    scope = Scope(found, kept.config, LEVELS[kept.level], Focus(), nothing)
    try:
        trial = run_steps(law, scope, kept.failure.steps)
    finally:
        opened.target.close()
    return Replayed(kept, said(trial))
