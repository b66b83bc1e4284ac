"""Reports as JUnit XML, in the form that Surefire writes and Jenkins and GitLab read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from . import ending, failure

if TYPE_CHECKING:
    from ropespec.checks.laws import LawResult

    from .report import Report

SUITE = "ropespec"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no place for."""


def junit(report: Report) -> str:
    """Write one test case for each law, and one for the run itself when that failed."""
    cases = [_case(report, result) for result in report.results]
    problem = _run_problem(report)
    if problem:
        cases.append(_element("testcase", classname=SUITE, name="run", time="0"))
        _child(cases[-1], "error", ending.verdict(report), problem, type=report.verdict)
    counts = {
        "tests": len(cases),
        "failures": sum(case.find("failure") is not None for case in cases),
        "errors": sum(case.find("error") is not None for case in cases),
        "skipped": sum(case.find("skipped") is not None for case in cases),
    }
    seconds = f"{sum(result.seconds for result in report.results):.3f}"
    totals = {name: str(count) for name, count in counts.items()}
    suite = _element("testsuite", name=f"{SUITE} {report.target}", time=seconds, **totals)
    suite.append(_properties(report))
    suite.extend(cases)
    del totals["skipped"]  # Jenkins' schema knows it for a suite alone
    root = _element("testsuites", name=SUITE, time=seconds, **totals)
    root.append(suite)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(report: Report, result: LawResult) -> Xml.Element:
    """Write what came of one law."""
    case = _element(
        "testcase", classname=f"{SUITE}.law", name=result.id, time=f"{result.seconds:.3f}"
    )
    known = report.known.get(result.id)
    if result.status == "skip":
        _child(case, "skipped", result.reason)
    elif result.status == "error":
        _child(case, "error", result.reason, type="error")
    elif known is not None:
        _child(case, "skipped", f"known failure: {known.reason} ({known.url})")
    elif result.status == "fail" and result.law.level == "required":
        text = failure.plain(report, result)
        _child(case, "failure", result.reason, text, type=result.law.level)
    elif result.status == "fail":
        _child(case, "skipped", f"{result.law.level} only: {result.reason}")
    return case


def _run_problem(report: Report) -> str:
    """Say what failed the run although no law did; the empty text if nothing."""
    judged = any(result.status == "error" for result in report.results)
    required = any(result.law.level == "required" for result in report.unexcused)
    if report.exit_code == 0 or judged or required:
        return "\n".join(report.stale.values())
    said = [ending.verdict(report), *ending.remarks(report), *ending.precision(report)]
    return "\n".join([*said, ending.executed(report)])


def _properties(report: Report) -> Xml.Element:
    """Write what the run was."""
    values = {
        "verdict": report.verdict,
        "grade": report.grade or "none",
        "level": report.level,
        "seed": report.seed,
        **report.environment,
    }
    properties = _element("properties")
    for name, value in values.items():
        Xml.SubElement(properties, "property", name=name, value=_clean(str(value)))
    return properties


def _element(tag: str, **attributes: str) -> Xml.Element:
    """Make an element."""
    return Xml.Element(tag, {name: _clean(value) for name, value in attributes.items()})


def _child(
    case: Xml.Element, tag: str, message: str, text: str = "", **attributes: str
) -> None:
    """Give a test case what came of it."""
    child = _element(tag, message=message, **attributes)
    child.text = _clean(text or message)
    case.append(child)


def _clean(text: str) -> str:
    """Replace what XML cannot hold; a target may have raised with anything."""
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
