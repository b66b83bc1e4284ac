"""What came of holding a reader to all vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ropespec
from ropespec.checks.bugs import BUGS

from .judge import Judgement

PASSES, FAILS, NOTHING_RUN, INTERRUPTED = 0, 1, 5, 130


@dataclass(frozen=True)
class ConfigReport:
    """The judgements of one reader.

    Attributes
    ----------
    reader
        What the user called it.
    judgements
        One for every vector that was run.
    interrupted
        Whether the user ended it before all were run.
    """

    reader: str
    judgements: tuple[Judgement, ...]
    interrupted: bool = False

    @property
    def failed(self) -> tuple[Judgement, ...]:
        """Those that failed."""
        return tuple(each for each in self.judgements if each.status == "fail")

    @property
    def answered(self) -> int:
        """How many configurations the reader answered; one that refuses all reads nothing."""
        return sum(each.answered for each in self.judgements)

    @property
    def verdict(self) -> str:
        """`conformant`, `nonconformant`, or `error` where nothing or not all was run."""
        if not self.judgements or self.interrupted:
            return "error"
        return "nonconformant" if self.failed else "conformant"

    @property
    def exit_code(self) -> int:
        """0 when all passed, 1 when one failed, 5 when nothing was run, 130 interrupted."""
        if self.interrupted:
            return INTERRUPTED
        if not self.judgements:
            return NOTHING_RUN
        return FAILS if self.failed else PASSES

    @property
    def causes(self) -> tuple[tuple[str, int], ...]:
        """Slugs of the mistakes that explain failures, the commonest first."""
        counts: dict[str, int] = {}
        for each in self.failed:
            if each.bug:
                counts[each.bug] = counts.get(each.bug, 0) + 1
        return tuple(sorted(counts.items(), key=lambda pair: -pair[1]))

    def advice(self) -> list[str]:
        """Say for each cause what would mend it."""
        return [f"{slug} ({count}): {BUGS[slug].fix}" for slug, count in self.causes]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "spec_version": ropespec.__version__,
            "reader": self.reader,
            "verdict": self.verdict,
            "interrupted": self.interrupted,
            "configurations": [each.as_dict() for each in self.judgements],
            "diagnosis": [{"bug": slug, "failures": count} for slug, count in self.causes],
            "counts": {
                "executed": len(self.judgements),
                "passed": len(self.judgements) - len(self.failed),
                "failed": len(self.failed),
                "answered": self.answered,
            },
        }
