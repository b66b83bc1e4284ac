"""Reports as Markdown: the summary of a run on a server, or a comment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .convention import declared, described, differences
from .ending import executed, left_out, precision, remarks, verdict
from .failure import measured, rows

if TYPE_CHECKING:
    from ropespec.checks.laws import LawResult

    from .report import Report

SIGNS = {"pass": "✅", "fail": "❌", "error": "❌", "known": "🟡", "optional": "⚪"}
"""What came of a law, at a glance; the word stands beside it."""

CAUSES = 3
"""Likely causes that are written."""


def markdown(report: Report) -> str:
    """Write a summary: verdict, convention, laws, failures, causes, what was left out."""
    parts = [
        f"## RoPE: {_text(report.target)}: {_text(report.verdict)}",
        f"**{_text(verdict(report))}**",
        *(f"> {_text(line)}" for line in remarks(report)),
        *_convention(report),
        _laws(report),
        *_causes(report),
        *_precision(report),
        *(_failure(report, result) for result in report.failed),
        "\n".join(f"- {_text(line)}" for line in (executed(report), *left_out(report))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _convention(report: Report) -> list[str]:
    """Say what the target was seen to be and what it was held to be."""
    found = report.identified
    if found is None:
        return []
    lines = [
        f"- Identified: {_text(described(found))}",
        f"- Declared: {_text(declared(report.config))}",
    ]
    if found.layout is not None:
        unlike = differences(found, report.config)
        lines.append(f"- Compared: {_text('; '.join(unlike) or 'the same')}")
    return ["\n".join(lines)]


def _laws(report: Report) -> str:
    """Tabulate the laws that ran."""
    lines = [
        "| Law | | Calls | Error / budget | Worst at |",
        "|---|---|---:|---:|---|",
        *(_row(report, result) for result in report.results if result.status != "skip"),
    ]
    return "\n".join(lines) if len(lines) > 2 else ""


def _row(report: Report, result: LawResult) -> str:
    """Write one law."""
    word = "known" if result.id in report.known else result.status
    counts = result.law.level == "required" or word != "fail"
    sign = word if counts else "optional"
    level = "" if result.law.level == "required" else f" ({result.law.level})"
    cells = [
        f"`{result.id}`{level}",
        f"{SIGNS[sign]} {word}",
        str(result.executed),
        *measured(result),
    ]
    return f"| {' | '.join(cells)} |"


def _causes(report: Report) -> list[str]:
    """List the known mistakes that explain the failures, and how to mend them."""
    if not report.diagnosis:
        return []
    lines = [
        f"1. **`{found.bug}`** ({found.confidence:.0%}): {_text(found.evidence)}\n"
        f"   Mend it: {_text(found.fix)}"
        for found in report.diagnosis[:CAUSES]
    ]
    return ["### Likely cause", "\n".join(lines)]


def _precision(report: Report) -> list[str]:
    """Say how precise the phases are."""
    lines = [f"- {_text(line)}" for line in precision(report)]
    return ["### Precision of the phases", "\n".join(lines)] if lines else []


def _failure(report: Report, result: LawResult) -> str:
    """Write one failure, folded."""
    lines = [f"- {name}: {_text(text)}" for name, text in rows(report, result)]
    code = report.reproductions.get(result.id, "")
    shown = f"\n\nTo see it again:\n\n```python\n{code.rstrip()}\n```" if code else ""
    title = f"<code>{result.id}</code>: {_text(result.law.sentence)}"
    body = "\n".join(lines)
    return f"<details>\n<summary>{title}</summary>\n\n{body}{shown}\n\n</details>"


def _text(words: str) -> str:
    """Escape what Markdown and HTML would read as marks; one line."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(words.split()))
