"""A page for each of the five documents that the project grew from, with figures.

The prose stands in `text/`, with `{{name}}` where a number, a table or a matrix goes; all of
these are computed here, by the programs of `ropespec.reference.systems`.
"""

import re
from pathlib import Path

from generators.markdown import MARK
from ropespec.spec import chapters

from . import by_hand, four_encodings, rotated_embedding, rotation_stack, token_pipeline
from .draw import svg

TEXT = Path(__file__).parent / "text"
THEOREM = re.compile(r"\[([A-H][0-9]*)\]\(\.\./spec/\1\.md\)")
PAGES = {
    "rotated-embedding": rotated_embedding,
    "rotation-stack": rotation_stack,
    "token-pipeline": token_pipeline,
    "four-encodings": four_encodings,
    "by-hand": by_hand,
}


def filled(name: str, values: dict[str, str]) -> str:
    """Put values into a page's prose; a gap without value, or the reverse, is an error."""
    text = (TEXT / f"{name}.md").read_text(encoding="utf-8")
    gaps = set(re.findall(r"\{\{([a-z0-9_]+)\}\}", text))
    if gaps != set(values):
        raise ValueError(f"{name}.md: {gaps ^ values.keys()} is not both in text and values")
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", value)
    return f"{THEOREM.sub(_linked, text)}\n{MARK}\n"


def _linked(link: re.Match[str]) -> str:
    """Keep a link to a theorem or chapter that has a page; otherwise only its name."""
    known = {theorem.id for chapter in chapters() for theorem in chapter.theorems}
    known |= {chapter.letter for chapter in chapters()}
    return link[0] if link[1] in known else link[1]


def pages() -> dict[str, str]:
    """Write the pages and draw their figures."""
    written = {"en/systems/index.md": filled("index", {})}
    for name, module in PAGES.items():
        written[f"en/systems/{name}.md"] = filled(name, module.values())
        for title, figure in module.figures().items():
            written[f"en/systems/figures/{title}.svg"] = svg(figure, title)
    return written
