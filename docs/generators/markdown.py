"""The few forms of Markdown that the generated pages share."""

from collections.abc import Iterable, Sequence

MARK = "<!-- Written by docs/generate.py: change the code that it describes, not this page. -->"


def page(title: str, *parts: str) -> str:
    """Join a page: the mark, the title, and its parts with one empty line between them."""
    return "\n\n".join([MARK, f"# {title}", *filter(None, parts)]) + "\n"


def cell(text: str) -> str:
    r"""Text that may stand in a table: on one line, with its bars escaped."""
    return " ".join(text.split()).replace("|", "\\|")


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
