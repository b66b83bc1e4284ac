"""Failures that are known: read from a file, strict, and excused until a day or a version.

An entry excuses one law for one target. The file may not rot: an entry that excuses nothing,
because its law passes now or does not apply, and one whose time has run out while its law
still fails, fail the run.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from ropespec.reference import ConfigError
from ropespec.reference.formats import FORMATS
from ropespec.reference.validate import choice

from .laws import LAWS, LawResult

REQUIRED = ("law", "reason", "url", "until")
OPTIONAL = ("dtype", "target")
"""The keys of an entry."""

EXAMPLE = 'write until = 2027-03-01, or until = "my_package 2.1"'


@dataclass(frozen=True)
class Known:
    """One failure that is known.

    Attributes
    ----------
    law
        Id of the law that fails.
    reason, url
        Why it fails, and where that is followed up.
    until
        The last day that it is excused, `2027-03-01`; or a package and the first version
        that it is no longer excused with, `my_package 2.1`.
    dtype
        The format that it fails in; None for any.
    target
        The target that it is about, as it was named; None for any.

    Examples
    --------
    >>> one = Known("value", "tables of 4096 rows", "https://example.org/1", "2027-03-01")
    >>> one.expired(datetime.date(2027, 3, 1)), one.expired(datetime.date(2027, 3, 2))
    (False, True)
    """

    law: str
    reason: str
    url: str
    until: str
    dtype: str | None = None
    target: str | None = None

    def expired(self, today: datetime.date) -> bool:
        """Whether it is no longer excused."""
        last = _day(self.until)
        if last is not None:
            return today > last
        package, version = self.until.split()
        return Version(metadata.version(package)) >= Version(version)

    def concerns(self, target: str, dtypes: Iterable[str]) -> bool:
        """Whether it says something about a target and the formats that it is tried in."""
        return self.target in (None, target) and (self.dtype is None or self.dtype in dtypes)

    def as_dict(self) -> dict[str, Any]:
        """Return the entry as JSON values."""
        return dict(vars(self))


@dataclass(frozen=True)
class Excuses:
    """What known failures come to in one run.

    Attributes
    ----------
    known
        For each law whose failure is excused, by which entry.
    stale
        For each law whose entry is wrong by now, what is wrong, in one line.
    """

    known: dict[str, Known]
    stale: dict[str, str]


def read_known(path: str) -> tuple[Known, ...]:
    """Read a file of known failures: an array `[[known]]` of tables.

    Raises
    ------
    ConfigError
        One line: if it cannot be read, is no TOML, or an entry has a wrong key or value.
    """
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise ConfigError("known-failures", path, "a readable TOML file", reason) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            "known-failures", path, "TOML", " ".join(str(error).split())
        ) from None
    entries = values.pop("known", [])
    if values or not isinstance(entries, list):
        given = f"{path}: {', '.join(values) or 'known'}"
        advice = "give each known failure a table of its own under [[known]]"
        raise ConfigError("known-failures", given, "tables [[known]] alone", advice)
    found = tuple(_entry(value, f"{path}: entry {n}") for n, value in enumerate(entries, 1))
    for place, one in enumerate(found):
        if any(_same(one, other) for other in found[:place]):
            advice = "keep one of the two"
            raise ConfigError(f"{path}: law", one.law, "one entry for each failure", advice)
    return found


def excuse(
    results: Iterable[LawResult],
    entries: Iterable[Known],
    target: str,
    dtypes: Iterable[str],
    today: datetime.date,
) -> Excuses:
    """Say which failures are excused, and what is wrong with the list.

    Parameters
    ----------
    results
        What came of the laws.
    entries
        What is known.
    target, dtypes
        The name of what was judged, and the formats it was tried in.
    today
        The day that expiry is counted by.
    """
    by_law = {result.id: result for result in results}
    concerned = [one for one in entries if one.concerns(target, dtypes)]
    live = [one for one in concerned if not one.expired(today)]
    known = {}
    for result in by_law.values():
        excusing = [one for one in live if one.law == result.id]
        if result.status == "fail" and _covered(result, excusing):
            known[result.id] = excusing[0]
    stale: dict[str, str] = {}
    for one in concerned:
        problem = _problem(one, by_law.get(one.law), today)
        if problem:
            stale[one.law] = "; ".join(filter(None, (stale.get(one.law), problem)))
    return Excuses(known, stale)


def _covered(result: LawResult, excusing: list[Known]) -> bool:
    """Whether entries excuse every format that a law failed in."""
    if any(one.dtype is None for one in excusing):
        return True
    excused = {one.dtype for one in excusing}
    return bool(result.failed_dtypes) and excused.issuperset(result.failed_dtypes)


def _problem(one: Known, result: LawResult | None, today: datetime.date) -> str:
    """Say what is wrong with an entry after a run; the empty text if nothing is."""
    where = f"known failure {one.law!r}" + (f" in {one.dtype}" if one.dtype else "")
    if result is None or (result.status == "skip" and result.applicable):
        return ""
    if result.status == "skip":
        return f"{where}: the law does not apply: {result.reason}; remove the entry"
    if result.status != "fail" or not _fails_in(result, one.dtype):
        return f"{where}: it passes now; remove the entry"
    if one.expired(today):
        advice = "mend the target, or set a later day with a reason"
        return f"{where}: excused until {one.until}, which is over; {advice}"
    return ""


def _fails_in(result: LawResult, dtype: str | None) -> bool:
    """Whether a law failed in a format, or at all."""
    told = result.failed_dtypes
    return dtype is None or not told or dtype in told


def _same(one: Known, other: Known) -> bool:
    """Whether two entries are about the same failure."""
    return (one.law, one.dtype, one.target) == (other.law, other.dtype, other.target)


def _entry(value: Any, where: str) -> Known:
    """Read one table."""
    if not isinstance(value, dict):
        raise ConfigError(where, value, "a table", "write it below [[known]]")
    given = {key: str(each) if _is_day(each) else each for key, each in value.items()}
    for key in given:
        choice(f"{where}: key", key, (*REQUIRED, *OPTIONAL))
    for key in REQUIRED:
        if key not in given:
            advice = f"each entry has {', '.join(REQUIRED)}"
            raise ConfigError(f"{where}: {key}", None, "a text", advice)
    for key, each in given.items():
        if not isinstance(each, str) or not each.strip():
            raise ConfigError(f"{where}: {key}", each, "a text that is not empty", "say it")
    choice(f"{where}: law", given["law"], [law.id for law in LAWS])
    if "dtype" in given:
        choice(f"{where}: dtype", given["dtype"], FORMATS)
    if not given["url"].startswith(("https://", "http://")):
        advice = "name the issue that it is followed up in"
        raise ConfigError(f"{where}: url", given["url"], "an address https://...", advice)
    _check_until(given["until"], where)
    return Known(**given)


def _is_day(value: Any) -> bool:
    """Whether TOML read a day without a time."""
    return isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)


def _day(text: str) -> datetime.date | None:
    """Read a day; None for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def _check_until(until: str, where: str) -> None:
    """Refuse an end that cannot be told."""
    if _day(until) is not None:
        return
    words = until.split()
    expected = "a day, or an installed package and a version"
    if len(words) != 2:
        raise ConfigError(f"{where}: until", until, expected, EXAMPLE)
    try:
        Version(words[1])
        metadata.version(words[0])
    except InvalidVersion:
        raise ConfigError(f"{where}: until", until, expected, EXAMPLE) from None
    except metadata.PackageNotFoundError:
        advice = f"no package {words[0]!r} is installed here; install it, or give a day"
        raise ConfigError(f"{where}: until", until, expected, advice) from None
