"""What the survey found: each deviation with a script that shows it without ropespec."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

REPRODUCTIONS = Path(__file__).parent / "reproductions"
"""A script for each finding; it ends well exactly when the deviation is there."""

REPORTS = Path(__file__).parent / "findings.toml"
"""What is told of each."""

KINDS = ("bug", "limit", "documented choice", "our mistake")
"""What a deviation can be."""


@dataclass(frozen=True)
class Finding:
    """A deviation, as a report to the library's authors.

    Attributes
    ----------
    id
        The name of its script.
    library
        Whose it is.
    kind
        One of `KINDS`.
    title
        One line.
    observed, expected, cause, remedy
        The report: what happens, what should and by what authority, where it comes from, and
        what would mend it.
    """

    id: str
    library: str
    kind: str
    title: str
    observed: str
    expected: str
    cause: str
    remedy: str

    def __post_init__(self) -> None:
        """Check the kind."""
        if self.kind not in KINDS:
            raise ValueError(f"{self.id}: kind {self.kind!r} is none of {KINDS}")

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON, with the script."""
        return {**asdict(self), "code": script(self.id).read_text(encoding="utf-8")}


def script(name: str) -> Path:
    """Return the file of a finding's script."""
    return REPRODUCTIONS / f"{name}.py"


@cache
def findings() -> tuple[Finding, ...]:
    """Return all findings, in the order of the page."""
    read = tomllib.loads(REPORTS.read_text(encoding="utf-8"))
    return tuple(
        Finding(id=name, **{key: " ".join(text.split()) for key, text in values.items()})
        for name, values in read.items()
    )
