"""The few forms of Markdown that the generated pages share."""

import re
from collections.abc import Iterable, Sequence

MARK = "<!-- Written by docs/generate.py: change the code that it describes, not this page. -->"


def page(title: str, *parts: str) -> str:
    """Join a page: the title, its parts, and the mark, with one empty line between them.

    The title comes first because mkdocs takes a page's name from a heading there alone.
    """
    return "\n\n".join([f"# {title}", *filter(None, parts), MARK]) + "\n"


def cell(text: str) -> str:
    """Put text on one line, its bars escaped; inside code they may stand in a table as is."""
    pieces = " ".join(text.split()).split("`")
    return "`".join(
        piece if number % 2 else piece.replace("|", "\\|")
        for number, piece in enumerate(pieces)
    )


def plain(text: str) -> str:
    """Keep Markdown's signs in a text as they are, such as those of `x_1*y**2`."""
    return re.sub(r"([\\*_<`\[\]])", r"\\\1", text)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table, or nothing when it has no rows."""
    lines = [f"| {' | '.join(cell(value) for value in row)} |" for row in rows]
    rule = f"|{'---|' * len(head)}"
    return "\n".join([f"| {' | '.join(head)} |", rule, *lines]) if lines else ""


def bullets(items: Iterable[str]) -> str:
    """Draw a list, or nothing when it has no items."""
    return "\n".join(f"- {' '.join(item.split())}" for item in items)


def section(title: str, body: str) -> str:
    """Head a section, or nothing when its body is empty."""
    return f"## {title}\n\n{body}" if body else ""


def formula(tex: str, indent: int = 0) -> str:
    """Display a formula, indented when it stands inside a list item."""
    space = " " * indent
    return "\n".join(space + line for line in ("$$", *tex.strip().splitlines(), "$$"))


def excerpt(text: str, *parts: slice) -> str:
    """Show some lines of a text; `...` stands for those between."""
    lines = text.splitlines()
    at, shown = 0, []
    for part in parts:
        first, end, _ = part.indices(len(lines))
        shown += [*(["..."] if first > at else []), *lines[first:end]]
        at = end
    return "\n".join([*shown, *(["..."] if at < len(lines) else [])])
