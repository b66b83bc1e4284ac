"""`ropespec explain`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .shared import Json, Traceback

if TYPE_CHECKING:
    from rich.console import Console

    from ropespec.spec import Theorem


def explain(
    what: Annotated[
        str, typer.Argument(metavar="ID|FILE", help="A theorem, law or bug, or a config.json.")
    ],
    json: Json = None,
    length: Annotated[
        int | None,
        typer.Option("--length", help="Explain a file for a sequence of this many tokens."),
    ] = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Explain a theorem, a law, a known bug, or what a model's configuration means."""
    from rich.console import Console

    console = Console(highlight=False)
    if what.endswith(".json") or Path(what).is_file():
        _explain_file(what, length, json, console)
        return
    if json is not None:
        from ropespec.checks.errors import CheckError

        message = f"--json: got it with {what!r}, expected a config.json"
        raise CheckError(f"{message}; ropespec prove and list write the others")
    from ropespec.checks.bugs import BUGS
    from ropespec.checks.errors import CheckError
    from ropespec.checks.laws import LAWS
    from ropespec.spec import UnknownTheorem, find, theorems

    laws = {law.id: law for law in LAWS}
    if what in BUGS:
        bug = BUGS[what]
        rows = [("what", bug.description), ("shown by", bug.reveals), ("mend it", bug.fix)]
        catching = [law.id for law in LAWS if what in law.kills]
        _explain(console, f"{bug.slug}: {bug.title}", [*rows, ("laws", ", ".join(catching))])
    elif what in laws:
        law = laws[what]
        theorem = law.theorem or "none: it is about arrays"
        rows = [("budget", law.budget), ("theorem", theorem), ("level", law.level)]
        _explain(console, f"{law.id}: {law.sentence}", [*rows, ("kills", ", ".join(law.kills))])
    else:
        try:
            found = find(what)
        except UnknownTheorem:
            names = [*(each.id for each in theorems()), *laws, *BUGS]
            advice = "ropespec list names them all"
            near = ", ".join(get_close_matches(what, names, n=3))
            message = f"explain: there is no theorem, law, bug or file {what!r}"
            raise CheckError(
                f"{message}; {f'near: {near}; ' if near else ''}{advice}"
            ) from None
        _explain_theorem(found, console)


def _explain_theorem(theorem: Theorem, console: Console) -> None:
    """Write a theorem: statement, proof, meaning, and what it does not imply."""
    rows = [
        *((f"{symbol.tex}", symbol.words) for symbol in theorem.symbols),
        *(("statement", claim.latex()) for claim in theorem.statement),
        ("meaning", theorem.meaning),
        ("source", str(theorem.source)),
        *((f"step {n}", f"{s.name}: {s.text}") for n, s in enumerate(theorem.proof, start=1)),
        *(("not implied", f"{bug}: {sentence}") for bug, sentence in theorem.not_implied),
        ("laws", ", ".join(theorem.laws)),
        ("corrected", theorem.correction or ""),
    ]
    _explain(console, f"{theorem.id}: {theorem.title}", rows)


def _explain_file(path: str, length: int | None, json: str | None, console: Console) -> None:
    """Write what a model's configuration means, layer by layer."""
    from ropespec.reference.explain import explain as explained

    from .models_explained import show

    explanation = explained(path, length)
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(explanation.as_dict(), json)
    if json != "-":
        show(explanation, console)


def _explain(console: Console, title: str, rows: list[tuple[str, str]]) -> None:
    """Write a title and named texts."""
    from rich.markup import escape
    from rich.table import Table

    console.print(f"[bold]{escape(title)}[/]")
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="dim", no_wrap=True, max_width=24)
    table.add_column(overflow="fold")
    for name, text in rows:
        if text:
            table.add_row(escape(name), escape(text))
    console.print(table)
