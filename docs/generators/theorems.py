"""The specification: one page for each theorem and one for each chapter.

Everything on them comes from the theorem objects and from the proof run that this module
makes: a formula on a page is the one that the kernel judged.
"""

import json
import re
from functools import cache

from ropespec.checks.laws import LAWS
from ropespec.spec import Chapter, Source, Theorem, chapters, prove, theorems
from ropespec.spec.report import AlteredResult, StepResult, TheoremResult

from .markdown import bullets, formula, page, section, table

LEAD = """\
Every statement here is an object in `spec/`. A step of a proof counts when a rule of the
[kernel](../reference/api/kernel.md) accepts it; no rule uses floating point, samples or
`simplify` as evidence. Each theorem also carries false neighbours of its statement, and the run
fails unless every one of them is refuted. These pages were written from such a run:
`ropespec prove` repeats it, `ropespec prove B2` for one theorem."""

NOT_IMPLIED = "These [known bugs](../check/bugs.md) obey the theorem, so it cannot show them."


@cache
def _results() -> dict[str, TheoremResult]:
    """Prove everything, once for all pages."""
    return {result.id: result for result in prove().results}


def _status(result: TheoremResult) -> str:
    """Say in one word what the run found, coloured by it."""
    return f"<span class='{result.status}'>{result.status.capitalize()}</span>"


def _summary(result: TheoremResult) -> str:
    """Say what the run found, with the numbers."""
    steps = sum(step.verdict.proved for step in result.steps)
    altered = sum(one.verdict.refuted for one in result.altered)
    return (
        f"{_status(result)}: {steps} of {len(result.steps)} steps accepted, "
        f"{altered} of {len(result.altered)} false neighbours refuted."
    )


def _source(source: Source) -> str:
    """Name the source, linked, and say whether its numbers were compared with its text."""
    text = str(source)
    if source.arxiv:
        link = f"[arXiv {source.arxiv}](https://arxiv.org/abs/{source.arxiv})"
        text = text.replace(f"arXiv {source.arxiv}", link)
    if not source.equation:
        return text
    how = "compared with the paper" if source.checked else "from memory, not compared"
    return f"{text} ({how})"


def _linked(text: str) -> str:
    """Link the theorems that a text names."""
    return re.sub(rf"\b({'|'.join(_results())})\b", r"[\1](\1.md)", text)


def _links(ids: tuple[str, ...]) -> str:
    """Link other theorems."""
    return ", ".join(f"[{name}]({name}.md)" for name in ids)


def _step(number: int, step: StepResult) -> str:
    """Write one step: its name, what is done, the claim, and the rule that judged it."""
    name = step.name[:1].upper() + step.name[1:]
    verdict = step.verdict
    judged = f"{verdict.status.capitalize()} by *{verdict.rule}*: {verdict.reason}."
    head = f"{number}. **{name}.** {_linked(step.text)}"
    return "\n\n".join([head, formula(step.latex, indent=4), f"    {judged}"])


def _altered(one: AlteredResult) -> str:
    """Write one false neighbour with the values at which it fails."""
    what = one.what[:1].upper() + one.what[1:]
    parts = [f"- **{what}**", formula(one.latex, indent=4)]
    witness = one.verdict.witness
    found = f"`{witness}`" if witness else one.verdict.reason
    parts.append(f"    {one.verdict.status.capitalize()} at {found}")
    return "\n\n".join(parts)


def _about(theorem: Theorem) -> str:
    """Say where the theorem comes from and what it hangs together with."""
    used_by = tuple(other.id for other in theorems() if theorem.id in other.depends)
    facts = {
        "Source": _source(theorem.source),
        "Leans on": _links(theorem.depends),
        "Used by": _links(used_by),
    }
    return bullets(f"**{name}:** {text}" for name, text in facts.items() if text)


def _laws(theorem: Theorem) -> str:
    """List the laws that hold an implementation to the theorem."""
    return bullets(
        f"[`{law.id}`](../check/laws.md#{law.id}): {law.sentence}"
        for law in LAWS
        if law.id in theorem.laws or law.theorem == theorem.id
    )


def _not_implied(theorem: Theorem) -> str:
    """List the known bugs that obey the theorem."""
    items = bullets(
        f"[`{slug}`](../check/bugs.md#{slug}): {sentence}"
        for slug, sentence in theorem.not_implied
    )
    return f"{NOT_IMPLIED}\n\n{items}" if items else ""


def _theorem(theorem: Theorem) -> str:
    """Write the page of one theorem."""
    result = _results()[theorem.id]
    proof = "\n\n".join(_step(number, step) for number, step in enumerate(result.steps, 1))
    correction = theorem.correction or ""
    return page(
        f"{theorem.id}. {theorem.title}",
        formula(result.statement),
        bullets(f"${item.tex}$: {item.words}" for item in theorem.symbols),
        _summary(result),
        section("What it says", _linked(theorem.meaning)),
        section("What was corrected", correction),
        section("Proof", proof),
        section("What is false", "\n\n".join(map(_altered, result.altered))),
        section("What it does not imply", _not_implied(theorem)),
        section("Laws that use it", _laws(theorem)),
        section("Source and neighbours", _about(theorem)),
    )


def _rows(chapter: Chapter) -> str:
    """List a chapter's theorems."""
    return table(
        ("Theorem", "What it says", "Status"),
        (
            (_links((theorem.id,)), theorem.title, _status(_results()[theorem.id]))
            for theorem in chapter.theorems
        ),
    )


def _chapter(chapter: Chapter) -> str:
    """Write the page of one chapter: its theorems with their statements."""
    parts = [
        f"## [{theorem.id}. {theorem.title}]({theorem.id}.md)\n\n{formula(theorem.latex())}"
        for theorem in chapter.theorems
    ]
    return page(f"{chapter.letter}. {chapter.title}", chapter.intro, *parts)


def _index() -> str:
    """Write the page that lists everything."""
    parts = [
        f"## [{chapter.letter}. {chapter.title}]({chapter.letter}.md)\n\n"
        f"{chapter.intro}\n\n{_rows(chapter)}"
        for chapter in chapters()
    ]
    return page("Specification", LEAD, *parts)


def navigation() -> str:
    """Write the lines of mkdocs.yml that list the pages."""
    lines = []
    for chapter in chapters():
        lines.append(f"      - {json.dumps(f'{chapter.letter}. {chapter.title}')}:")
        lines.append(f"          - Chapter {chapter.letter}: spec/{chapter.letter}.md")
        for theorem in chapter.theorems:
            title = json.dumps(f"{theorem.id}. {theorem.title}", ensure_ascii=False)
            lines.append(f"          - {title}: spec/{theorem.id}.md")
    return "".join(f"{line}\n" for line in lines)


def pages() -> dict[str, str]:
    """Write all of them."""
    return {
        "en/spec/index.md": _index(),
        **{f"en/spec/{chapter.letter}.md": _chapter(chapter) for chapter in chapters()},
        **{f"en/spec/{theorem.id}.md": _theorem(theorem) for theorem in theorems()},
    }
