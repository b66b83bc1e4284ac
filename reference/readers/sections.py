"""How `mrope_section` and its like deal the pairs of a head out to the axes of a position."""

from ropespec.reference.arrangement import Arrangement, arrange
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .conventions import Model
from .notes import Notes
from .tables import Table

SECTION_KEYS = ("mrope_section", "xdrope_section")
"""Names of the list of pairs for each axis."""


def arrangement(table: Table, model: Model, pairs: int, notes: Notes) -> Arrangement | None:
    """Return how `mrope_section` deals the pairs out, None for ordinary positions.

    Raises
    ------
    ConfigError
        If the class knows no sections, they do not add up, or the flag contradicts the class.
    """
    if model.sections == "alternating":
        return arrange((pairs - pairs // 2, pairs // 2), [(0, 1)], "shared")
    keys = [key for key in SECTION_KEYS if table.words.get(key) is not None]
    if model.sections is None:
        if keys:
            advice = "this model type has ordinary positions"
            raise ConfigError(keys[0], table.words[keys[0]], "no such key", advice)
        return None
    sections = table.words[keys[0]] if keys else model.section
    if not sections:
        return None
    if not keys:
        message = f"no mrope_section: {list(sections)} taken, the class's default"
        notes.say("sections-assumed", message)
    if not isinstance(sections, list | tuple):
        raise ConfigError(keys[0], sections, "a list of pairs per axis", "as [16, 24, 24]")
    key, advice = keys[0] if keys else "mrope_section", "give the pairs of each axis"
    counts = [whole(key, count, least=1, advice=advice) for count in sections]
    if sum(counts) != pairs:
        expected = f"pairs per axis that add up to rotary_dim / 2 = {pairs}"
        whose = "" if keys else "the class's default, "
        advice = f"{whose}they add up to {sum(counts)}; correct them or head_dim"
        raise ConfigError(key, sections, expected, advice)
    flag = table.words.get("mrope_interleaved")
    if flag is not None and flag is not (model.sections == "interleaved"):
        message = f"mrope_interleaved = {flag}: this class's axes are {model.sections} anyway"
        notes.say("sections-fixed", message, "implementation-defined")
    return _dealt(key, counts, model, notes)


def _dealt(key: str, counts: list[int], model: Model, notes: Notes) -> Arrangement:
    """Deal out the sections; all share one series of frequencies."""
    axes = 4 if model.sections == "xdrope" else 3
    if len(counts) != axes:
        raise ConfigError(key, counts, f"{axes} sections", "one for each axis of a position")
    if model.sections == "interleaved":
        return arrange(counts, [tuple(range(axes))], "shared")
    if model.sections == "ernie":  # sections (h, w, t); positions (t, h, w)
        height, width, time = counts
        return arrange((time, height, width), [(1, 2), (0,)], "shared")
    if model.sections == "xdrope":
        message = (
            "Hugging Face 5.23 gives the two channels of a pair different axes, which is no "
            "rotation for images; vLLM, llama.cpp and this reader give them one"
        )
        notes.say("xdrope-axes", message, "implementation-defined")
    return arrange(counts, None, "shared")
