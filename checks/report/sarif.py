"""Reports as SARIF 2.1.0 (OASIS standard), as code scanning takes them.

A law is a rule, and a failure is a result at the line where the target is defined. A known
failure is a result that is suppressed.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import ropespec
from ropespec.checks.profile.text import summary

from . import ending, failure
from .place import find_place

if TYPE_CHECKING:
    from ropespec.checks.laws import LawResult
    from ropespec.checks.profile import Exhaustive

    from .report import Report

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {"required": "error", "recommended": "warning", "information": "note"}
"""How much a failed law counts, in SARIF's words."""

EVERY_POSITION: dict[str, Any] = {
    "id": "every-position",
    "name": "EveryPosition",
    "shortDescription": {"text": "Every position that was asked for is within its bound."},
    "help": {"text": "See every position again: ropespec check --exhaustive N."},
    "defaultConfiguration": {"level": "error"},
}
"""What is tried besides the laws when it is asked for."""


def sarif(report: Report) -> dict[str, Any]:
    """Return a log of one run."""
    rules = [*(_rule(result) for result in report.results), EVERY_POSITION]
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    results = [_result(report, result, places[result.id]) for result in report.failed]
    results += [_beyond(report, tried, len(rules) - 1) for tried in report.exhaustive]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "ropespec",
                        "version": ropespec.__version__,
                        "rules": rules,
                    }
                },
                "automationDetails": {"id": f"ropespec/{report.target}/"},
                "invocations": [_invocation(report)],
                "results": [result for result in results if result],
                "columnKind": "unicodeCodePoints",
            }
        ],
    }


def _rule(result: LawResult) -> dict[str, Any]:
    """Describe a law."""
    law = result.law
    theorem = f" Read the theorem: ropespec explain {law.theorem}." if law.theorem else ""
    return {
        "id": law.id,
        "name": law.id.title().replace("-", ""),
        "shortDescription": {"text": law.sentence},
        "fullDescription": {"text": f"{law.sentence} Budget: {law.budget}"},
        "help": {"text": f"Run this law alone: ropespec check --law {law.id}.{theorem}"},
        "defaultConfiguration": {"level": LEVELS[law.level]},
        "properties": {"tags": ["correctness", f"grip/{law.level}"]},
    }


def _result(report: Report, result: LawResult, rule: int) -> dict[str, Any]:
    """Describe a failure."""
    identity = hashlib.sha256(f"{report.target}\n{result.id}".encode()).hexdigest()
    found = {
        "ruleId": result.id,
        "ruleIndex": rule,
        "level": LEVELS[result.law.level],
        "message": {"text": failure.plain(report, result)},
        "locations": [_location(report.target)],
        "partialFingerprints": {"ropespecTargetAndLaw/v1": identity},
    }
    known = report.known.get(result.id)
    if known is not None:
        text = f"{known.reason}; until {known.until}; {known.url}"
        found["suppressions"] = [{"kind": "external", "justification": text}]
    return found


def _beyond(report: Report, tried: Exhaustive, rule: int) -> dict[str, Any]:
    """Describe positions beyond their bound; nothing where all that were tried hold."""
    if tried.holds or (tried.interrupted and tried.first_bad is None):
        return {}
    return {
        "ruleId": EVERY_POSITION["id"],
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{tried.dtype}: {summary(tried)}"},
        "locations": [_location(report.target)],
    }


def _location(target: str) -> dict[str, Any]:
    """Say where a target is defined, and what it is called."""
    name = target.rpartition(":")[2]
    named = {"name": name, "fullyQualifiedName": target, "kind": "function"}
    location: dict[str, Any] = {"logicalLocations": [named]}
    place = find_place(target)
    if place is not None:
        path, line = place
        location["physicalLocation"] = {
            "artifactLocation": {"uri": path, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line},
        }
    return location


def _invocation(report: Report) -> dict[str, Any]:
    """Say how the run went: whether it could judge, and what else is to be done."""
    notes = [*ending.remarks(report), ending.executed(report), *ending.left_out(report)]
    level = "note"
    if report.verdict == "error":
        notes, level = [ending.verdict(report), *notes], "error"
    return {
        "executionSuccessful": report.verdict != "error",
        "exitCode": report.exit_code,
        "toolExecutionNotifications": [
            {"level": level if place == 0 else "note", "message": {"text": text}}
            for place, text in enumerate(notes)
        ],
    }
