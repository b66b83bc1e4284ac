"""The kill matrix: which law catches which planted bug, from a recorded run of the selftest.

ropespec selftest --every-law --json run.json
cd docs && python -m generators.kill_matrix ../run.json    keep what a page needs of it
"""

import json
import sys
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from ropespec.checks.bugs import BUGS
from ropespec.checks.laws import LAWS

from .languages import LANGUAGES, Language
from .markdown import page, section, table

RECORD = Path(__file__).with_suffix(".json")
KEPT = ("name", "framework", "bug", "verdict", "grade", "killed_by", "diagnosis")

LEAD = """\
Does the suite catch what it says it catches? `ropespec selftest` plants bugs, one at a time, in
right implementations, and checks each. Every one must fail, and every honest implementation
must pass: one survivor or one false alarm ends it with exit code 1. This is a run of it."""

COMMAND = """\
Run it yourself; it takes minutes. Without `--every-law` it is done sooner: a bug that a
required law has caught is then shown only to the laws that are there for it. `--random N` draws
new bugs instead.

```text
ropespec selftest --every-law
```"""

HOW = """\
A row is a planted bug, a column a law; a dot says that the law failed. Rows are grouped by the
[name of the bug](bugs.md). No column is empty: each required law catches something. No column
is full: no single law is enough. A row without a dot is right after one fixed permutation of
the output's channels; its verdict is *conformant-up-to-basis*, which is no pass either."""

HONEST = """\
These differ in framework, layout, form and order of the arithmetic, and all are right."""

COUNTS = """\
{bugs} planted bugs, all caught; the report's first cause has the planted bug's own name in \
{first} of them. {honest} honest implementations, all conformant."""

CATCHES = ("Law", "Catches", "Catches alone")
JUDGED = ("Implementation", "Framework", "Verdict", "Grade")
"""Heads of the tables."""


@cache
def run() -> dict[str, Any]:
    """Return the recorded run."""
    read: dict[str, Any] = json.loads(RECORD.read_text(encoding="utf-8"))
    return read


def kept(found: dict[str, Any]) -> dict[str, Any]:
    """Return of a run what the pages need; it is the same on every machine."""
    return {
        kind: [{key: one[key] for key in KEPT} for one in found[kind]]
        for kind in ("planted", "honest")
    }


def _matrix(say: Language) -> str:
    """Draw the matrix."""
    caught = {law for one in run()["planted"] for law in one["killed_by"]}
    laws = [law.id for law in LAWS if law.id in caught]
    order = list(BUGS)
    rows = sorted(run()["planted"], key=lambda one: order.index(one["bug"]))
    head = "".join(
        f'<th scope="col"><a href="../laws.html#{law}"><span>{law}</span></a></th>'
        for law in laws
    ).replace("../laws", "laws")
    body = []
    for slug, group in groupby(rows, key=lambda one: one["bug"]):
        body.append(
            f'<tr><th scope="rowgroup" colspan="{len(laws) + 1}">'
            f'<a href="bugs/{slug}.html">{slug}</a></th></tr>'
        )
        for one in group:
            marks = "".join(
                f'<td class="caught"><abbr title="{law}">●</abbr></td>'
                if law in one["killed_by"]
                else "<td></td>"
                for law in laws
            )
            body.append(f'<tr><th scope="row">{one["name"]}</th>{marks}</tr>')
    return (
        '<div class="matrix" tabindex="0" role="region" '
        f'aria-label="{say("Kill matrix")}">\n'
        f'<table class="kills"><thead><tr><th scope="col">{say("planted")}</th>{head}</tr>'
        "</thead>\n"
        f"<tbody>{''.join(body)}</tbody></table>\n</div>"
    )


def _counts(say: Language) -> str:
    """Say how many laws caught how many bugs, and how many were named."""
    bugs = run()["planted"]
    first = sum(one["bug"] in one["diagnosis"][:1] for one in bugs)
    rows = [
        (
            f"[`{law.id}`](laws.md#{law.id})",
            str(sum(law.id in one["killed_by"] for one in bugs)),
            str(sum(one["killed_by"] == [law.id] for one in bugs) or ""),
        )
        for law in LAWS
        if law.level == "required"
    ]
    said = say(COUNTS).format(bugs=len(bugs), first=first, honest=len(run()["honest"]))
    return f"{said}\n\n{table([say(name) for name in CATCHES], rows)}"


def _page(say: Language) -> str:
    """Write the page in one language."""
    honest = [
        (f"`{one['name']}`", one["framework"], f"*{one['verdict']}*", one["grade"])
        for one in run()["honest"]
    ]
    judged = table([say(name) for name in JUDGED], honest)
    return page(
        say("The kill matrix"),
        say(LEAD),
        _counts(say),
        say(COMMAND),
        section(say.title("Planted bugs"), f"{say(HOW)}\n\n{_matrix(say)}"),
        section(say.title("Honest implementations"), f"{say(HONEST)}\n\n{judged}"),
    )


def pages() -> dict[str, str]:
    """Write the page."""
    return {f"{say.code}/check/kill-matrix.md": _page(say) for say in LANGUAGES}


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    RECORD.write_text(f"{json.dumps(kept(found), indent=1)}\n", encoding="utf-8")
