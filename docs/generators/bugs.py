"""The pages of known bugs: one for each, and the list of all, in every language.

From `ropespec.checks.bugs`, the corpus with its public reports, the recorded run of
`ropespec selftest`, and `exhibits.py`, which draws what a planted example does.
"""

import json
import tomllib
from functools import cache
from itertools import groupby
from pathlib import Path

from ropespec.checks.bugs import BUGS, Bug
from ropespec.checks.corpus import planted
from ropespec.checks.corpus.sources import REPORTS
from ropespec.checks.laws import LAWS
from ropespec.checks.links import theorems_obeyed

from .exhibits import drawn, recorded
from .kill_matrix import run
from .languages import ENGLISH, LANGUAGES, Language
from .markdown import bullets, page, plain, section, table
from .runs import links

KEYS = ("wrong", "differs", "reveals", "silent")
FOUND = tomllib.loads(
    (Path(__file__).parent / "text" / "reports.toml").read_text(encoding="utf-8")
)

LEAD = """\
A report names the bug that most likely explains a failure. These are the names. Each has a
page: what it looks like, what reveals it, how it was found in public projects, and how to mend
it. They come from public bug reports; most of them raised no error. The [kill
matrix](kill-matrix.md) says which law catches which."""

SURVEY = """\
From a survey of public issue and pull-request threads; excerpts were read, not whole threads,
and nobody's code was run. The last column says whether anything but the numbers told of it."""

NONE_FOUND = """\
No thread of the survey is about this one. It is in the suite because the mistake is easily made
and the laws have to tell it from its neighbours."""

ALSO = "Also seen in {links}."

PICTURE = """\
Positions downwards, pairs from left to right, fast ones first; a shade says how large the error
of a pair is beside its length. The planted example is `{name}`. At positions above 8191 float32
alone is off by a thousandth and more."""

UNSEEN = """\
The numbers of a single plain call are right. What is wrong shows in the way that *What reveals
it* says."""

JUDGED = ("Planted example", "Verdict", "Laws that fail", "Causes that are named")
REPORTED = ("Where", "What was wrong", "How the output differed", "What showed it", "Silent")
LISTED = ("Name", "What is computed instead", "Public reports")
"""Heads of the tables."""


def _laws(bug: Bug) -> str:
    """Link the laws that catch the bug."""
    ids = [law.id for law in LAWS if bug.slug in law.kills]
    return ", ".join(f"[`{name}`](../laws.md#{name})" for name in ids)


def _looks(bug: Bug, say: Language) -> str:
    """Say what it does to numbers and to a report."""
    shown = recorded().get(bug.slug)
    picture = (
        f"{drawn(shown['shades'], say)}\n\n{say(PICTURE).format(name=shown['planted'])}"
        if shown
        else say(UNSEEN)
    )
    judged = [one for one in run()["planted"] if one["bug"] == bug.slug]
    rows = [
        (
            f"`{one['name']}`",
            f"*{one['verdict']}*",
            ", ".join(f"`{law}`" for law in one["killed_by"]),
            ", ".join(f"`{cause}`" for cause in one["diagnosis"][:2]),
        )
        for one in judged
    ]
    told = table([say(name) for name in JUDGED], rows)
    return f"{picture}\n\n{told}" if told else picture


def _reveals(bug: Bug, say: Language) -> str:
    """Say which input and which law show it, and what hides it."""
    obeyed = links(theorems_obeyed(bug.slug), say.english("../../spec/"))
    facts = {
        "Laws that catch it": _laws(bug),
        "Theorems that it obeys, so that they cannot show it": obeyed,
    }
    lines = bullets(f"**{say(name)}:** {text}" for name, text in facts.items() if text)
    first = next((law.id for law in LAWS if bug.slug in law.kills), "")
    command = f"```text\nropespec check TARGET --law {first} ...\n```" if first else ""
    return "\n\n".join(filter(None, (say(bug.reveals), lines, command)))


@cache
def reports() -> dict[str, tuple[str, ...]]:
    """Number the public reports of each bug."""
    bug_of = {entry.name: entry.bug for entry in planted(slow=True)}
    found: dict[str, list[str]] = {}
    for report in REPORTS:
        for slug in dict.fromkeys(bug_of.get(name) for name in report.planted):
            if slug:
                found.setdefault(slug, []).append(report.number)
    return {slug: tuple(numbers) for slug, numbers in found.items()}


def _found(bug: Bug, say: Language) -> str:
    """Tell how it was found in public projects."""
    threads = {report.number: report.thread for report in REPORTS}
    numbers = reports().get(bug.slug, ())
    rows = [
        (
            f"[{threads[number]}]({FOUND[number]['address']})",
            *(plain(say(FOUND[number].get(key, ""))) for key in KEYS),
        )
        for number in numbers
    ]
    listed = {threads[number] for number in numbers}
    more = ", ".join(
        f"[{name}]({address})" for name, address in bug.links if name not in listed
    )
    also = say(ALSO).format(links=more) if more else ""
    if not rows:
        return also or say(NONE_FOUND)
    told = table([say(name) for name in REPORTED], rows)
    return "\n\n".join(filter(None, (say(SURVEY), told, also)))


def _page(bug: Bug, say: Language) -> str:
    """Write the page of one bug."""
    return page(
        f"`{bug.slug}`",
        f"**{say.capital(bug.title)}.** {say(bug.description)}",
        section(say.title("What it looks like"), _looks(bug, say)),
        section(say.title("What reveals it"), _reveals(bug, say)),
        section(say.title("How it was found in public projects"), _found(bug, say)),
        section(say.title("How to mend it"), say(bug.fix)),
    )


def families() -> list[tuple[str, list[Bug]]]:
    """List the bugs by the part of the embedding that they sit in."""
    return [
        (family.capitalize(), list(bugs))
        for family, bugs in groupby(BUGS.values(), lambda bug: bug.family)
    ]


def _row(bug: Bug, say: Language) -> tuple[str, str, str]:
    """Write a bug's row in the list; the name stays an anchor."""
    anchor = f'<span id="{bug.slug}"></span>'
    count = len(reports().get(bug.slug, ()))
    return f"{anchor}[`{bug.slug}`](bugs/{bug.slug}.md)", say(bug.title), str(count or "")


def _list(say: Language) -> str:
    """Write the list of all."""
    head = [say(name) for name in LISTED]
    parts = [
        section(say.title(family), table(head, [_row(bug, say) for bug in bugs]))
        for family, bugs in families()
    ]
    return page(say("Known bugs"), say(LEAD), *parts)


def navigation(say: Language = ENGLISH) -> str:
    """Write the lines of mkdocs.yml that list the pages."""
    lines = [f"- {say('Known bugs')}:", "    - check/bugs.md"]
    lines.append(f"    - {say('Kill matrix')}: check/kill-matrix.md")
    for family, bugs in families():
        lines.append(f"    - {json.dumps(say(family), ensure_ascii=False)}:")
        lines += [f"        - {bug.slug}: check/bugs/{bug.slug}.md" for bug in bugs]
    return "".join(f"{line}\n" for line in lines)


def pages() -> dict[str, str]:
    """Write all of them."""
    found = {}
    for say in LANGUAGES:
        found[f"{say.code}/check/bugs.md"] = _list(say)
        for bug in BUGS.values():
            found[f"{say.code}/check/bugs/{bug.slug}.md"] = _page(bug, say)
    return found
