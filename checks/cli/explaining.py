"""`ropespec explain`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .shared import Json, Traceback

if TYPE_CHECKING:
    from rich.console import Console

    from ropespec.checks.bugs import Bug
    from ropespec.checks.laws import Law
    from ropespec.spec import Theorem


FILES = (".json", ".gguf", ".onnx")
"""How the names of files end that need not exist to be taken for files."""


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="ID|FILE",
            help="A theorem, law or bug; or a config.json, params.json, GGUF or ONNX file.",
        ),
    ],
    json: Json = None,
    length: Annotated[
        int | None,
        typer.Option("--length", help="Explain a file for a sequence of this many tokens."),
    ] = None,
    base: Annotated[
        float | None, typer.Option("--base", help="The base, for a file that has none.")
    ] = None,
    head_dim: Annotated[
        int | None, typer.Option("--head-dim", help="Channels of a head, for an ONNX model.")
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option("--layout", help="The layout, for a model whose file cannot say it."),
    ] = None,
    sign: Annotated[
        int | None, typer.Option("--sign", help="The sense of rotation, 1 or -1, likewise.")
    ] = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Explain a theorem, a law, a known bug, or what a model's configuration means."""
    from rich.console import Console

    console = Console(highlight=False, emoji=False)
    if what.endswith(FILES) or "/" in what or Path(what).exists():
        given = {"base": base, "head_dim": head_dim, "layout": layout, "sign": sign}
        _explain_file(what, length, json, console, **given)
        return
    from ropespec.checks.bugs import BUGS
    from ropespec.checks.laws import LAWS
    from ropespec.spec import UnknownTheorem, find

    laws = {law.id: law for law in LAWS}
    if what in BUGS:
        _show_or_write(_bug(BUGS[what]), json, console)
    elif what in laws:
        _show_or_write(_law(laws[what]), json, console)
    else:
        try:
            found = find(what)
        except UnknownTheorem:
            raise _unknown(what) from None
        _explain_theorem(found, json, console)


def _unknown(what: str) -> Exception:
    """Say that there is no such thing, and what is near."""
    from ropespec.checks.bugs import BUGS
    from ropespec.checks.errors import CheckError
    from ropespec.checks.laws import LAWS
    from ropespec.spec import theorems

    names = [*(each.id for each in theorems()), *(law.id for law in LAWS), *BUGS]
    near = ", ".join(get_close_matches(what, names, n=3))
    hint = f"near: {near}; " if near else ""
    message = f"explain: there is no theorem, law, bug or file {what!r}"
    return CheckError(f"{message}; {hint}ropespec list names them all")


def _bug(bug: Bug) -> dict[str, Any]:
    """Describe a known bug."""
    from ropespec.checks.laws import LAWS
    from ropespec.checks.links import theorems_obeyed

    return {
        "kind": "bug",
        "id": bug.slug,
        "title": bug.title,
        "what": bug.description,
        "shown by": bug.reveals,
        "mend it": bug.fix,
        "laws": [law.id for law in LAWS if bug.slug in law.kills],
        "obeys": list(theorems_obeyed(bug.slug)),
    }


def _law(law: Law) -> dict[str, Any]:
    """Describe a law."""
    from ropespec.checks.links import theorems_of_law

    return {
        "kind": "law",
        "id": law.id,
        "title": law.sentence,
        "budget": law.budget,
        "level": law.level,
        "theorem": law.theorem or "none: it is about arrays",
        "used in": [name for name in theorems_of_law(law) if name != law.theorem],
        "kills": list(law.kills),
    }


def _show_or_write(facts: dict[str, Any], json: str | None, console: Console) -> None:
    """Write named facts as JSON, as text, or both."""
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(facts, json)
    if json != "-":
        rows = [
            (name, text if isinstance(text, str) else ", ".join(text))
            for name, text in facts.items()
            if name not in ("kind", "id", "title")
        ]
        _explain(console, f"{facts['id']}: {facts['title']}", rows)


def _explain_theorem(theorem: Theorem, json: str | None, console: Console) -> None:
    """Prove a theorem and write everything about it."""
    from ropespec.spec import prove

    from .theorem_explained import as_dict, show

    (result,) = prove(theorem.id).results
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(as_dict(theorem, result), json)
    if json != "-":
        show(theorem, result, console)


def _explain_file(
    path: str, length: int | None, json: str | None, console: Console, **given: Any
) -> None:
    """Write what a model's configuration means, layer by layer."""
    from ropespec.reference.explain import explain as explained

    from .models_explained import show

    explanation = explained(path, length, **given)
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
