"""The picture of which theorem leans on which, from `Theorem.depends`.

A column for each chapter, a box for each theorem, an arrow to each theorem that uses it.
Colours come from the stylesheet; each box is a link.
"""

from html import escape

from ropespec.spec import Theorem, chapters

from .markdown import MARK
from .runs import named

WIDTH, HEIGHT = 46, 26
"""Of a box."""
COLUMN, ROW = 98, 40
"""From one box to the next."""
TOP, LEFT = 46, 26
LABEL = "Which theorem leans on which; the tables below say the same"
TIP = """\
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6"
orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>"""
Place = tuple[int, int]


def _places() -> dict[str, Place]:
    """Place each theorem's box: its upper left corner."""
    return {
        theorem.id: (LEFT + number * COLUMN, TOP + row * ROW)
        for number, chapter in enumerate(chapters())
        for row, theorem in enumerate(chapter.theorems)
    }


def _arrow(start: Place, end: Place) -> str:
    """Draw a curve from a box to one that uses it; beside the column when it is the same."""
    (x, y), (to_x, to_y) = start, end
    y, to_y = y + HEIGHT // 2, to_y + HEIGHT // 2
    if x == to_x:
        bow = x - min(10 + abs(to_y - y) // 10, LEFT - 2)
        return f"M{x} {y}C{bow} {y} {bow} {to_y} {to_x} {to_y}"
    if x < to_x:
        x += WIDTH
    else:
        to_x += WIDTH
    middle = (x + to_x) // 2
    return f"M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _box(theorem: Theorem, place: Place) -> str:
    """Draw a theorem: a box with its id that leads to its page."""
    x, y = place
    return (
        f'<a href="{theorem.id}.html" class="box-{theorem.id}">'
        f"<title>{escape(named(theorem))}</title>"
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="4"/>'
        f'<text x="{x + WIDTH // 2}" y="{y + 18}">{theorem.id}</text></a>'
    )


def _heads() -> list[str]:
    """Head each column with its chapter's letter."""
    return [
        f'<a href="{chapter.letter}.html" class="column">'
        f"<title>{escape(f'{chapter.letter}. {chapter.title}')}</title>"
        f'<text x="{LEFT + number * COLUMN + WIDTH // 2}" y="26">{chapter.letter}</text></a>'
        for number, chapter in enumerate(chapters())
    ]


def edges() -> list[tuple[str, str]]:
    """List what is drawn: a theorem, and one that leans on it."""
    return [
        (needed, theorem.id)
        for chapter in chapters()
        for theorem in chapter.theorems
        for needed in theorem.depends
    ]


def _lit(ids: list[str]) -> str:
    """Write the rules that show a box's own arrows while the pointer is on it."""
    hovered = ",".join(
        f".leans:has(.box-{name}:is(:hover,:focus-visible)) .at-{name}" for name in ids
    )
    return f"<style>{hovered}{{opacity:1;stroke:var(--md-typeset-a-color)}}</style>"


def picture() -> str:
    """Draw everything."""
    places = _places()
    width = LEFT + COLUMN * (len(chapters()) - 1) + WIDTH + LEFT
    height = max(y for _, y in places.values()) + HEIGHT + 12
    arrows = [
        f'<path class="at-{start} at-{end}" d="{_arrow(places[start], places[end])}"/>'
        for start, end in edges()
    ]
    boxes = [
        _box(theorem, places[theorem.id])
        for chapter in chapters()
        for theorem in chapter.theorems
    ]
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<div class="leans" tabindex="0" role="group" aria-label="{LABEL}">',
        f"<svg {size}>",
        TIP,
        _lit(list(places)),
        '<g class="arrows">',
        *arrows,
        "</g>",
        *_heads(),
        *boxes,
        "</svg>",
        "</div>",
    ]
    return "\n".join(lines)


def pages() -> dict[str, str]:
    """Write the picture, as a snippet."""
    return {"snippets/theorems.svg.html": f"{picture()}\n\n{MARK}\n"}
