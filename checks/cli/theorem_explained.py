"""A theorem in the terminal: statement, meaning, proof, false neighbours, and surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ropespec.checks.links import CODE, laws_of, used_by

from .unicode_math import unicode_math, unicode_text

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from ropespec.spec import Theorem
    from ropespec.spec.report import TheoremResult


def show(theorem: Theorem, result: TheoremResult, console: Console) -> None:
    """Write a theorem, with what a proof run just found about it."""
    from rich.markup import escape

    colour = "green" if result.ok else "bold red"
    console.print(f"[bold]{escape(f'{theorem.id}: {theorem.title}')}[/]")
    console.print(f"[{colour}]{result.status}[/]: {counts(result)}")
    for title, parts in _sections(theorem, result):
        if parts:
            console.print(f"\n[bold underline]{title}[/]")
            for part in parts:
                console.print(part)


def counts(result: TheoremResult) -> str:
    """Say how many steps were accepted and how many false neighbours refuted."""
    steps = sum(step.verdict.proved for step in result.steps)
    altered = sum(one.verdict.refuted for one in result.altered)
    return (
        f"{steps} of {len(result.steps)} steps accepted, "
        f"{altered} of {len(result.altered)} false neighbours refuted"
    )


def as_dict(theorem: Theorem, result: TheoremResult) -> dict[str, Any]:
    """Give the same as JSON data: the proof run's, and what only the theorem knows."""
    return {
        "kind": "theorem",
        **result.as_dict(),
        "statement_text": [unicode_math(claim.latex()) for claim in theorem.statement],
        "symbols": [{"latex": one.tex, "words": one.words} for one in theorem.symbols],
        "meaning": theorem.meaning,
        "correction": theorem.correction,
        "not_implied": [
            {"bug": slug, "why": sentence} for slug, sentence in theorem.not_implied
        ],
        "laws": [law.id for law in laws_of(theorem)],
        "depends": list(theorem.depends),
        "used_by": list(used_by(theorem)),
        "code": list(CODE.get(theorem.id, ())),
    }


def _sections(
    theorem: Theorem, result: TheoremResult
) -> Iterator[tuple[str, list[RenderableType]]]:
    """Give the sections in order; an empty one is left out."""
    statement = [_formula(claim.latex(), 2) for claim in theorem.statement]
    symbols = [(unicode_math(one.tex), one.words) for one in theorem.symbols]
    yield "Statement", [*statement, *([_named(symbols)] if symbols else [])]
    yield "What it says", [_text(theorem.meaning, 2)]
    yield "What was corrected", [_text(theorem.correction, 2)] if theorem.correction else []
    yield "Proof", [part for n, step in enumerate(result.steps, 1) for part in _step(n, step)]
    yield "What is false", [part for one in result.altered for part in _altered(one)]
    missed = list(theorem.not_implied)
    yield "What it does not imply: bugs that obey it", [_named(missed)] if missed else []
    facts = [
        ("laws", ", ".join(law.id for law in laws_of(theorem))),
        ("leans on", ", ".join(theorem.depends)),
        ("used by", ", ".join(used_by(theorem))),
        ("code", ", ".join(CODE.get(theorem.id, ()))),
        ("source", str(theorem.source)),
    ]
    yield "Around it", [_named([(name, text) for name, text in facts if text])]


def _step(number: int, step: Any) -> Iterator[RenderableType]:
    """Write one step: what is done, the claim, and the rule that judged it."""
    name = step.name[:1].upper() + step.name[1:]
    yield _text(f"{number}. {name}. {step.text}", 2)
    yield _formula(step.latex, 5)
    yield _text(
        f"{step.verdict.status} by {step.verdict.rule}: {step.verdict.reason}", 5, "dim"
    )


def _altered(one: Any) -> Iterator[RenderableType]:
    """Write one false neighbour with the values at which it fails."""
    yield _text(f"- {one.what}", 2)
    yield _formula(one.latex, 5)
    found = one.verdict.witness or one.verdict.reason
    yield _text(f"{one.verdict.status} at {found}", 5, "dim")


def _text(text: str, indent: int, style: str = "") -> RenderableType:
    """Indent a sentence with formulas in it."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(unicode_text(text), style=style), (0, 0, 0, indent), expand=False)


def _formula(tex: str, indent: int) -> RenderableType:
    """Indent a formula; what does not fit goes on, further in."""
    from rich.console import Group

    return Group(*(_text(line, indent, "cyan") for line in unicode_math(tex).splitlines()))


def _named(rows: list[tuple[str, str]]) -> RenderableType:
    """Write names with texts."""
    from rich.padding import Padding
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", max_width=24)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(_text(name, 0), _text(text, 0))
    return Padding(table, (0, 0, 0, 2), expand=False)
