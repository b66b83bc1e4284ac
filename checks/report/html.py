"""Reports as one HTML page that stands by itself: it asks nothing of any other host."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import ropespec

from . import ending, failure, pictures
from .convention import declared, described, differences, facts
from .pictures import MARKS, STEP_NAMES

if TYPE_CHECKING:
    from .report import Report

LIGHT = {
    "page": "#ffffff", "panel": "#f4f5f7", "text": "#1b1f24", "soft": "#4f5861",
    "edge": "#c9ced4", "good": "#146c2e", "bad": "#b3261e", "warn": "#7a4d00",
    "code": "#eceff3",
    "l0": "#1f5fbf", "l1": "#a04000", "l2": "#146c2e", "l3": "#7b1fa2",
    "s0": "#dceaf7", "s1": "#a9cbe8", "s2": "#6aa3d1", "s3": "#f5b971", "s4": "#e2703a",
    "s5": "#a61e1e", "s6": "#1b1f24",
}  # fmt: skip
DARK = {
    "page": "#15181c", "panel": "#1e2329", "text": "#e6e9ed", "soft": "#a9b2bc",
    "edge": "#3c444d", "good": "#6fd68a", "bad": "#ff8a80", "warn": "#f2c063",
    "code": "#262c33",
    "l0": "#7fb2ff", "l1": "#ffb27f", "l2": "#6fd68a", "l3": "#d7a6ff",
    "s0": "#16344f", "s1": "#1f5580", "s2": "#3f86b8", "s3": "#c98a35", "s4": "#e8703a",
    "s5": "#ff5c5c", "s6": "#e6e9ed",
}  # fmt: skip
"""The page's colours. Text keeps a contrast of 4.5 to 1 on page, panel and code."""

TONES = {
    "pass": "good", "fail": "bad", "error": "bad", "known": "warn", "skip": "soft",
    "conformant": "good", "conformant-up-to-basis": "warn", "nonconformant": "bad",
}  # fmt: skip
"""The colour of each word; the word itself is always there."""


def html(report: Report) -> str:
    """Write the page, in the order in which it is read: the verdict first."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    source = resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        version=ropespec.__version__,
        report=report,
        light=LIGHT,
        dark=DARK,
        tones=TONES,
        verdict=ending.verdict(report),
        remarks=ending.remarks(report),
        executed=ending.executed(report),
        precision=ending.precision(report),
        left_out=ending.left_out(report),
        convention=_convention(report),
        facts=[] if report.identified is None else facts(report.identified),
        pictures=_pictures(report),
        steps=STEP_NAMES,
        laws=[_law(report, result) for result in report.results],
        failures=[_failure(report, result) for result in report.failed],
    )


def _convention(report: Report) -> list[tuple[str, str]]:
    """Say what the target was seen to be and what it was held to be."""
    found = report.identified
    if found is None:
        return [("Declared", declared(report.config))]
    rows = [("Identified", described(found)), ("Declared", declared(report.config))]
    if found.layout is not None:
        unlike = "; ".join(differences(found, report.config))
        rows.append(("Compared", unlike or "the same"))
    return rows


def _pictures(report: Report) -> dict[str, Any]:
    """Draw the errors; nothing where none were measured."""
    errors = report.errors
    if errors is None or not errors.ratios or not errors.pairs:
        return {}
    return {
        "chart": pictures.chart(errors),
        "lines": [
            (dtype, place % len(MARKS), MARKS[place % len(MARKS)])
            for place, dtype in enumerate(errors.ratios)
        ],
        "maps": [(dtype, pictures.heat_map(errors, dtype)) for dtype in errors.ratios],
    }


def _law(report: Report, result: Any) -> dict[str, str]:
    """Write one line of the table of laws."""
    error, place = failure.measured(result)
    word = "known" if result.id in report.known else result.status
    counts = result.law.level == "required" or word != "fail"
    return {
        "id": result.id,
        "sentence": result.law.sentence,
        "level": result.law.level,
        "word": word,
        "tone": TONES[word] if counts else "soft",
        "executed": str(result.executed),
        "ratio": error,
        "where": place,
        "reason": result.reason if result.status == "skip" else "",
    }


def _failure(report: Report, result: Any) -> dict[str, Any]:
    """Write one failure."""
    return {
        "id": result.id,
        "sentence": result.law.sentence,
        "level": result.law.level,
        "tone": "bad" if result.law.level == "required" else "soft",
        "rows": failure.rows(report, result),
        "code": report.reproductions.get(result.id, "").rstrip(),
    }
