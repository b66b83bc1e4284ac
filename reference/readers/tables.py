"""The tables of rotary parameters in a `config.json`, one for all layers or one for each type.

Newer files (transformers 5) have `rope_parameters`, older ones `rope_scaling`; both may stand
in one file when they agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ropespec.reference.errors import ConfigError

from .conventions import Kind, Model
from .notes import Notes

ALIASES = {"su": "longrope", "mrope": "default"}
"""Older names of laws; "mrope" named the axes, which now have a key of their own."""

NOT_OF_THE_LAW = {
    *("type", "rope_type", "rope_theta", "rotary_emb_base"),
    *("partial_rotary_factor", "rotary_pct"),
}
"""Keys of a table that other fields of a `RotaryConfig` are read from."""


@dataclass(frozen=True)
class Table:
    """The parameters of one type of layer, or of all.

    Attributes
    ----------
    words
        The keys that have a value.
    sources
        Where they stand in the file, for messages, with all that is there, null included.
    nested
        Whether the file has a table for each type of layer.
    kind
        What the class knows about this type of layer, None where all are alike.
    rope_type
        Name of the law.
    """

    words: Mapping[str, Any]
    sources: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    nested: bool = False
    kind: Kind | None = None
    rope_type: str = field(init=False)

    def __post_init__(self) -> None:
        """Find the name of the law."""
        object.__setattr__(self, "rope_type", law_name(self.words))


def law_name(words: Mapping[str, Any]) -> Any:
    """Return the law's name, today's word for it; "default" where there is none.

    Raises
    ------
    ConfigError
        If two keys name different laws.
    """
    names = [words[key] for key in ("rope_type", "type") if words.get(key) is not None]
    known = [ALIASES.get(name, name) if isinstance(name, str) else name for name in names]
    if known != known[:1] * len(known):
        # a section of axes beside a law: the older "mrope" says nothing about the law
        if names[1] != "mrope":
            advice = "keep 'rope_type' alone"
            raise ConfigError("type", names[1], f"the same as rope_type = {names[0]!r}", advice)
        return known[0]
    return known[0] if known else "default"


def read_tables(
    values: Mapping[str, Any], model: Model, notes: Notes
) -> dict[str | None, Table | None]:
    """Return the tables by type of layer, under None where one serves all.

    A table of None means layers of that type do not rotate.

    Raises
    ------
    ConfigError
        If a table is malformed, mixes both forms, or two tables contradict each other.
    """
    given = {key: _table(key, values) for key in ("rope_parameters", "rope_scaling")}
    found = {key: words for key, words in given.items() if words}
    if "rope_scaling" in found:
        notes.older("rope_scaling")
    nested = {key: words for key, words in found.items() if _is_nested(key, words)}
    if nested:
        return _nested(found, nested, model)
    if len(found) == 2 and not _same(*found.values()):
        advice = "keep the one that the model was trained with"
        expected = f"what rope_parameters says, {found['rope_parameters']}"
        raise ConfigError("rope_scaling", found["rope_scaling"], expected, advice)
    flat = _present(found.get("rope_parameters", found.get("rope_scaling", {})))
    sources = tuple(found.items())
    if not model.kinds:
        words = flat or _defaults(model.parameters, notes)
        return {None: Table(words, sources or (("the class's default", words),))}
    return {kind.name: _of_kind(kind, flat, sources, notes) for kind in model.kinds}


def _defaults(parameters: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Return a class's parameters for a file that has none, and say so."""
    if parameters:
        message = f"no rope_parameters: {parameters} taken, the class's default"
        notes.say("parameters-assumed", message)
    return parameters


def _of_kind(
    kind: Kind, flat: dict[str, Any], sources: tuple[tuple[str, Any], ...], notes: Notes
) -> Table:
    """Return the table of one type of layer where the file has a single one."""
    if not flat or not kind.scaled:
        defaults = _defaults(kind.parameters, notes)
        return Table(defaults, (("the class's default", defaults),), kind=kind)
    forced = kind.forced.get(str(law_name(flat)), {})
    return Table({**forced, **flat}, sources, kind=kind)


def _table(key: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return one table as it stands, {} if the file has none."""
    given = values.get(key)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ConfigError(key, given, "a dict or null", "see Hugging Face's documentation")
    return dict(given)


def _is_nested(key: str, words: Mapping[str, Any]) -> bool:
    """Whether a table has one table for each type of layer; a mixture is refused."""
    inner = [name for name, value in words.items() if isinstance(value, Mapping)]
    outer = [n for n, value in words.items() if value is not None and n not in inner]
    if inner and outer:
        advice = f"{inner[0]!r} is a table, so all entries must be tables or null"
        raise ConfigError(f"{key}.{outer[0]}", words[outer[0]], "a table or null", advice)
    return bool(inner)


def _nested(
    found: dict[str, Any], nested: dict[str, Any], model: Model
) -> dict[str | None, Table | None]:
    """Return the tables of a file that has one for each type of layer."""
    [first, *others] = found.items()
    for key, words in others:
        if words != first[1]:
            advice = "keep rope_parameters alone"
            raise ConfigError(key, words, f"the same as {first[0]}", advice)
    key, tables = next(iter(nested.items()))
    kinds = {kind.name: kind for kind in model.kinds}
    return {
        name: None if words is None else Table(
            _present(words),
            ((f"{key}.{name}", words),), True, kinds.get(name) or Kind(name, model.base),
        )
        for name, words in tables.items()
    }  # fmt: skip


def _same(new: dict[str, Any], old: dict[str, Any]) -> bool:
    """Whether two tables name the same law; base and width are compared elsewhere."""
    laws = [
        {k: v for k, v in _present(table).items() if k not in NOT_OF_THE_LAW}
        for table in (new, old)
    ]
    return laws[0] == laws[1] and law_name(new) == law_name(old)


def _present(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries that are not null."""
    return {key: value for key, value in words.items() if value is not None}
