"""The page of findings: each deviation as a report to its authors."""

from itertools import groupby
from typing import Any

from ropespec.checks.survey.findings import KINDS

from .markdown import bullets, page, plain, section

LEAD = """\
Each deviation below was reproduced by the script beside it, which needs the library alone and
no ropespec; the survey runs it again each time. Nothing here was sent to anybody: the reports
are written so that they could be.

A **bug** contradicts the library's own words or the papers it names. A **limit** is right
within bounds that are not told. A **documented choice** is what its authors say, and others do
otherwise. **Our mistake** is what the suite took for a deviation and was none."""

REPORT = """\
{observed}

**Expected:** {expected}

**Cause:** {cause}

**Remedy:** {remedy}

```python
{code}
```

With {library} {version} it prints:

```text
{output}
```"""


def findings_page(found: dict[str, Any]) -> str:
    """Write the page."""
    order = sorted(found["findings"], key=lambda each: KINDS.index(each["kind"]))
    versions = {each["name"]: _version(each) for each in found["libraries"]}
    sections = [
        section(_plural(kind), "\n\n".join(_report(each, versions) for each in group))
        for kind, group in groupby(order, key=lambda each: str(each["kind"]))
    ]
    return page("Findings of the survey", LEAD, *sections)


def named(found: dict[str, Any], library: str) -> str:
    """List the findings of a library, with links."""
    return bullets(
        f"[{plain(each['title'])}](findings.md#{each['id']}) ({each['kind']})"
        for each in found["findings"]
        if each["library"] == library
    )


def _version(library: dict[str, Any]) -> str:
    """Return a library's version, from what is installed where it is not judged."""
    return str(library["version"] or library["packages"].get(library["name"], ""))


def _plural(kind: str) -> str:
    """Head a section."""
    return {
        "bug": "Bugs", "limit": "Limits", "documented choice": "Documented choices",
        "our mistake": "Our mistakes",
    }[kind]  # fmt: skip


def _report(finding: dict[str, Any], versions: dict[str, str]) -> str:
    """Write one report."""
    head = f"### {finding['library']}: {plain(finding['title'])} {{ #{finding['id']} }}"
    words = {key: finding[key] for key in ("observed", "expected", "cause", "remedy")}
    state = "" if finding["reproduced"] else "\n\n**It was not reproduced in the last run.**"
    text = REPORT.format(
        **words,
        code=finding["code"].strip(),
        output=finding["output"],
        library=finding["library"],
        version=versions.get(finding["library"], ""),
    )
    return f"{head}\n\n{text}{state}"
