"""The specification: one page for each theorem and one for each chapter.

Everything on them comes from the theorem objects and from the proof run that this module
makes: a formula on a page is the one that the kernel judged.
"""

import json

from ropespec.checks.links import CODE, LAYOUTS, laws_of, theorems_of_scaling, used_by
from ropespec.reference.scaling import LAWS as SCALINGS
from ropespec.spec import Chapter, Source, Theorem, chapters, theorems
from ropespec.spec.report import AlteredResult, StepResult, TheoremResult

from .code import name_link
from .markdown import bullets, formula, page, plain, section, table
from .runs import linked, links, named, results, status

LEAD = """\
The theorems are below. [Conventions](../reference/conventions.md) has the choices that two
right implementations may make differently, and converters between them;
[variants](variants/index.md) has a page for each law of frequencies, and all other forms.

Every statement here is an object in `spec/`, and every step of its proof was judged by a rule
of the [kernel](../reference/api/kernel.md). Each theorem also carries false neighbours of its
statement, and the run fails unless every one of them is refuted. [How a proof is
checked](checked.md) tells the whole of it; [what is cited](cited.md) is not proved. These pages
were written from a run of `ropespec prove`."""

PICTURE = """\
An arrow leads from a theorem to one whose proof uses it. A box is a link, and the letter above
it leads to its chapter. The tables below say the same in words."""

ALL_CODE = "[Code and theorems](../reference/theorems.md) lists all of it."
NOT_IMPLIED = "These [known bugs](../check/bugs.md) obey the theorem, so it cannot show them."


def _summary(result: TheoremResult) -> str:
    """Say what the run found, with the numbers."""
    steps = sum(step.verdict.proved for step in result.steps)
    altered = sum(one.verdict.refuted for one in result.altered)
    return (
        f"{status(result)}: {steps} of {len(result.steps)} steps accepted, "
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


def _step(number: int, step: StepResult) -> str:
    """Write one step: its name, what is done, the claim, and the rule that judged it."""
    name = step.name[:1].upper() + step.name[1:]
    verdict = step.verdict
    judged = f"{verdict.status.capitalize()} by *{verdict.rule}*: {plain(verdict.reason)}."
    head = f"{number}. **{name}.** {linked(step.text)}"
    return "\n\n".join([head, formula(step.latex, indent=4), f"    {judged}"])


def _altered(one: AlteredResult) -> str:
    """Write one false neighbour with the values at which it fails."""
    what = one.what[:1].upper() + one.what[1:]
    parts = [f"- **{what}**", formula(one.latex, indent=4)]
    witness = one.verdict.witness
    found = f"`{witness}`" if witness else plain(one.verdict.reason)
    parts.append(f"    {one.verdict.status.capitalize()} at {found}")
    return "\n\n".join(parts)


def _about(theorem: Theorem) -> str:
    """Say where the theorem comes from and what it hangs together with."""
    facts = {
        "Source": _source(theorem.source),
        "Leans on": links(theorem.depends),
        "Used by": links(used_by(theorem)),
        "In the terminal": f"`ropespec explain {theorem.id}`",
    }
    return bullets(f"**{name}:** {text}" for name, text in facts.items() if text)


def _laws(theorem: Theorem) -> str:
    """List the laws that hold an implementation to the theorem."""
    return bullets(
        f"[`{law.id}`](../check/laws.md#{law.id}): {law.sentence}" for law in laws_of(theorem)
    )


def _code(theorem: Theorem) -> str:
    """List the code and the variants that the theorem is about."""
    layouts = [f"`{name}`" for name, ids in LAYOUTS.items() if theorem.id in ids]
    scalings = [
        f"[`{name}`](variants/{name}.md)"
        for name in SCALINGS
        if theorem.id in theorems_of_scaling(name)
    ]
    facts = {
        "Code": ", ".join(map(name_link, CODE.get(theorem.id, ()))),
        "Layouts": ", ".join(layouts),
        "Laws of frequencies": ", ".join(scalings),
    }
    items = bullets(f"**{name}:** {text}" for name, text in facts.items() if text)
    return f"{items}\n\n{ALL_CODE}" if items else ""


def _corrected(theorem: Theorem) -> str:
    """Say, in a box, what was wrong with the statement as it was listed."""
    if not theorem.correction:
        return ""
    words = linked(" ".join(theorem.correction.split()))
    return f'!!! warning "What was corrected"\n\n    {words}'


def _not_implied(theorem: Theorem) -> str:
    """List the known bugs that obey the theorem."""
    items = bullets(
        f"[`{slug}`](../check/bugs/{slug}.md): {sentence}"
        for slug, sentence in theorem.not_implied
    )
    return f"{NOT_IMPLIED}\n\n{items}" if items else ""


def _theorem(theorem: Theorem) -> str:
    """Write the page of one theorem."""
    result = results()[theorem.id]
    proof = "\n\n".join(_step(number, step) for number, step in enumerate(result.steps, 1))
    return page(
        named(theorem),
        formula(result.statement),
        bullets(f"${item.tex}$: {item.words}" for item in theorem.symbols),
        _summary(result),
        _corrected(theorem),
        section("What it says", linked(theorem.meaning)),
        section("Proof", proof),
        section("What is false", "\n\n".join(map(_altered, result.altered))),
        section("What it does not imply", _not_implied(theorem)),
        section("Laws that use it", _laws(theorem)),
        section("Code and variants", _code(theorem)),
        section("Source and neighbours", _about(theorem)),
    )


def _rows(chapter: Chapter) -> str:
    """List a chapter's theorems, with what each leans on and is used by."""
    return table(
        ("Theorem", "What it says", "Status", "Leans on", "Used by"),
        (
            (
                links((theorem.id,)),
                theorem.title + (" (corrected)" if theorem.correction else ""),
                status(results()[theorem.id]),
                links(theorem.depends),
                links(used_by(theorem)),
            )
            for theorem in chapter.theorems
        ),
    )


def _chapter(chapter: Chapter) -> str:
    """Write the page of one chapter: its theorems in a table, then with their statements."""
    parts = [
        f"## [{named(theorem)}]({theorem.id}.md)\n\n{formula(theorem.latex())}"
        for theorem in chapter.theorems
    ]
    title = f"{chapter.letter}. {chapter.title}"
    return page(title, chapter.intro, _rows(chapter), *parts)


def _index() -> str:
    """Write the page that lists everything."""
    parts = [
        f"## [{chapter.letter}. {chapter.title}]({chapter.letter}.md)\n\n"
        f"{chapter.intro}\n\n{_rows(chapter)}"
        for chapter in chapters()
    ]
    return page("Specification", LEAD, PICTURE, '--8<-- "theorems.svg.html"', *parts)


def navigation() -> str:
    """Write the lines of mkdocs.yml that list the pages."""
    lines = [
        "      - How a proof is checked: spec/checked.md",
        "      - What is cited: spec/cited.md",
    ]
    for chapter in chapters():
        lines.append(f"      - {json.dumps(f'{chapter.letter}. {chapter.title}')}:")
        lines.append(f"          - Chapter {chapter.letter}: spec/{chapter.letter}.md")
        for theorem in chapter.theorems:
            title = json.dumps(named(theorem), ensure_ascii=False)
            lines.append(f"          - {title}: spec/{theorem.id}.md")
    return "".join(f"{line}\n" for line in lines)


def pages() -> dict[str, str]:
    """Write all of them."""
    return {
        "en/spec/index.md": _index(),
        **{f"en/spec/{chapter.letter}.md": _chapter(chapter) for chapter in chapters()},
        **{f"en/spec/{theorem.id}.md": _theorem(theorem) for theorem in theorems()},
    }
