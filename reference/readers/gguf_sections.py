"""A GGUF file's sections of pairs for time, height and width."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.arrangement import Arrangement, arrange
from ropespec.reference.axes.sections import interleaved_sections
from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import whole

from .gguf_architectures import BY_SECTIONS, Architecture
from .notes import Notes


def sections_of(values: Mapping[str, Any], name: str, known: Architecture) -> tuple[int, ...]:
    """Return the pairs for each axis, zeros at the end left out; () for one axis."""
    given = values.get("rope.dimension_sections")
    key = "rope.dimension_sections"
    if given is not None and not isinstance(given, list | tuple):
        raise ConfigError(key, given, "a list of four numbers", "as [16, 24, 24, 0]")
    if given is None or not any(given):
        if known.sections:
            advice = "an M-RoPE architecture needs pairs for time, height, width and a rest"
            raise ConfigError("rope.dimension_sections", given, "four numbers", advice)
        return ()
    if not known.sections and name not in BY_SECTIONS:
        expected = f"no sections for architecture {name!r}"
        raise ConfigError("rope.dimension_sections", given, expected, "remove the key")
    advice = "give pairs for time, height, width and a rest"
    sections = [whole("rope.dimension_sections", n, least=0, advice=advice) for n in given]
    while sections and sections[-1] == 0:
        sections.pop()
    return tuple(sections)


def arrangement(
    sections: tuple[int, ...], name: str, known: Architecture, pairs: int, notes: Notes
) -> Arrangement | None:
    """Return the order of the axes."""
    if not sections:
        return None
    if sum(sections) != pairs:
        expected = f"sections that add up to rope.dimension_count / 2 = {pairs}"
        advice = f"they add up to {sum(sections)}"
        raise ConfigError("rope.dimension_sections", sections, expected, advice)
    if known.sections != "interleaved":
        return arrange(sections, series="shared")
    if len(sections) != 3:
        advice = f"{name} takes time, height and width in turn"
        raise ConfigError("rope.dimension_sections", sections, "three sections", advice)
    dealt = interleaved_sections(sections)
    tail = [i for i, axis in enumerate(dealt.axis) if i % 3 and axis == 0]
    if tail:
        message = f"llama.cpp turns pairs {tail} by a fourth coordinate, 0 for text; "
        message += "transformers turns them by time, as here"
        notes.say("interleaved-tail", message, "implementation-defined")
    return dealt
