"""The files that a report is written to: tried before the run, written after it, each alone."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ropespec.reference.errors import ConfigError

from .json_writer import as_json

if TYPE_CHECKING:
    from .report import Report

STDOUT = "-"


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """Where each form of a report goes: a file, "-" for standard output, None for nowhere.

    Attributes
    ----------
    json, junit, sarif, markdown, html, badge
        The forms. The Markdown is added to the file that `GITHUB_STEP_SUMMARY` names, which
        other steps write to as well; every other file is written anew.
    """

    json: str | None = None
    junit: str | None = None
    sarif: str | None = None
    markdown: str | None = None
    html: str | None = None
    badge: str | None = None

    @property
    def to_stdout(self) -> bool:
        """Whether standard output is taken by one of them."""
        return any(path == STDOUT for _, path in self._wanted())

    def check(self) -> None:
        """Refuse paths that cannot be written, before a run is spent on them.

        Raises
        ------
        ConfigError
            One line: which option, which path, and why not.
        """
        wanted = list(self._wanted())
        paths = [path for _, path in wanted]
        for name, path in wanted:
            if paths.count(path) > 1:
                advice = "give each form a file of its own"
                raise ConfigError(f"--{name}", path, "a file that no other report has", advice)
            problem = _obstacle(path)
            if problem:
                raise ConfigError(
                    f"--{name}", path, "a file that can be written, or -", problem
                )

    def write(self, report: Report) -> list[str]:
        """Write every form that is wanted.

        Returns
        -------
        list
            What could not be written, one line each; the others are written all the same.
        """
        problems = []
        for name, path in self._wanted():
            try:
                _put(WRITERS[name](report), path)
            except OSError as error:
                reason = error.strerror or "it cannot be written"
                problems.append(f"--{name}: {path!r} was not written: {reason}; give another")
        return problems

    def _wanted(self) -> Iterator[tuple[str, str]]:
        """List the forms that are wanted, with their paths."""
        for field in fields(self):
            path = getattr(self, field.name)
            if path is not None:
                yield field.name, path


def _obstacle(path: str) -> str:
    """Say why a path cannot be written to; the empty text if it seems that it can."""
    if path == STDOUT:
        return ""
    place = Path(path)
    if place.is_dir():
        return "it is a folder; name a file in it"
    if not place.parent.is_dir():
        return f"there is no folder {str(place.parent)!r}; make it"
    if not os.access(place if place.exists() else place.parent, os.W_OK):
        return "you may not write there; choose another place"
    return ""


def _put(text: str, path: str) -> None:
    """Write a text, or add it to the summary that is shared with other steps."""
    if path == STDOUT:
        sys.stdout.write(text)
        return
    shared = path == os.environ.get("GITHUB_STEP_SUMMARY")
    with Path(path).open(
        "a" if shared else "w", encoding="utf-8", errors="backslashreplace"
    ) as file:
        file.write(text)


def _json(report: Report) -> str:
    return as_json(report.as_dict())


def _junit(report: Report) -> str:
    from .junit import junit

    return junit(report)


def _sarif(report: Report) -> str:
    from .sarif import sarif

    return as_json(sarif(report))


def _markdown(report: Report) -> str:
    from .markdown import markdown

    return markdown(report)


def _html(report: Report) -> str:
    from .html import html

    return html(report)


def _badge(report: Report) -> str:
    from .badge import badge

    return as_json(badge(report))


WRITERS: dict[str, Callable[[Any], str]] = {
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "markdown": _markdown,
    "html": _html,
    "badge": _badge,
}
"""What writes each form, imported when it is wanted."""
