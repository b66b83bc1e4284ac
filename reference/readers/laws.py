"""From a table of parameters to a frequency law and axes, as Hugging Face's code reads it."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.scaling import (
    LAWS,
    Default,
    Dynamic,
    LongRope,
    Scaling,
    Yarn,
    parse_scaling,
)
from ropespec.reference.validate import flag, nearest, whole

from .conventions import Model
from .notes import Notes
from .sections import SECTION_KEYS
from .tables import NOT_OF_THE_LAW, Table

ORIGINAL = "original_max_position_embeddings"

TEMPERATURE_KEYS = ("llama_4_scaling_beta",)
"""Keys in a table that scale the queries and leave the rotation alone."""

KNOWN_TYPES = ("default", "linear", "dynamic", "yarn", "longrope", "llama3", "proportional")
"""The laws that transformers 5.23 knows by name; `axial` belongs to its vision classes."""

_BESIDE = {*NOT_OF_THE_LAW, *SECTION_KEYS, *TEMPERATURE_KEYS, "mrope_interleaved"}
_NEUTRAL: Mapping[str, tuple[Any, ...]] = {
    "finetuned": (True, False),
    "attn_factor": (1,),
    "extrapolation_factor": (1,),
}
"""Keys of other libraries, with the values for which they change nothing."""


def law(
    values: Mapping[str, Any],
    table: Table,
    model: Model,
    length: int | None,
    notes: Notes,
) -> Scaling:
    """Return the frequency law of a table.

    Parameters
    ----------
    values
        The file; its top may hold the trained length.
    table
        The parameters.
    model
        The class's conventions.
    length
        `max_position_embeddings`.
    notes
        Takes what was assumed.

    Raises
    ------
    ConfigError
        If a key is unknown, missing, contradictory or out of range.
    """
    words = {k: v for k, v in table.words.items() if k not in _BESIDE}
    place = table.sources[0][0] if table.sources else "rope_parameters"
    if words and not table.words.keys() & {"rope_type", "type"}:
        advice = "name the law these keys belong to"
        raise ConfigError(place, words, "the key 'rope_type'", advice)
    if table.words.get("type") is not None:
        notes.older("type")
    name = _name(table, words, model, notes)
    if name not in KNOWN_TYPES:
        expected = "one of " + ", ".join(KNOWN_TYPES)
        advice = nearest(name, list(KNOWN_TYPES))
        raise ConfigError("rope_type", name, expected, advice)
    if "convention" in words:
        advice = "it is ropespec's own word, for its own format"
        raise ConfigError("convention", words["convention"], "no such key", advice)
    words = _without_neutral(words, length, notes)
    if name == "dynamic" and words.get("alpha") is not None:
        words = _beside_alpha(words, notes)
    fields = getattr(LAWS.get(name), "__dataclass_fields__", {})
    if ORIGINAL in fields and words.get("alpha") is None:
        words = _trained_length(values, table, name, words, length, notes)
    if name == "yarn":
        words = _truthy_betas(words, notes)
        if table.kind is not None and words.get("truncate") is False:
            notes.say("nested-truncate", _NESTED_TRUNCATE, "implementation-defined")
    if name == "yarn" and not any("factor" in found for _, found in table.sources):
        advice = "Hugging Face computes it only for an explicit null"
        raise ConfigError(place, words, "the key 'factor' for 'yarn'", advice)
    if length is not None and name in ("yarn", "longrope") and words.get("factor") is None:
        message = f"no factor: {length} / {words.get(ORIGINAL)} taken, as Hugging Face does"
        notes.say("factor-assumed", message)
    if name == "default" and not words and values.get("use_dynamic_ntk") is not None:
        return _qwen(values)
    found = parse_scaling({"rope_type": name, **words}, length)
    _doubts(found, length, notes)
    return found


def _doubts(found: Scaling, length: int | None, notes: Notes) -> None:
    """Name numbers that are legal one by one and do not go together."""
    factor, trained = getattr(found, "factor", None), getattr(found, ORIGINAL, None)
    if factor is not None and factor < 1:
        message = f"factor = {factor:g}: below 1, where scaling shortens the context"
        notes.say("factor-below-one", message, "note")
    if length is None or trained is None:
        return
    if trained > length:
        message = f"{ORIGINAL} = {trained} is above max_position_embeddings = {length}"
        notes.say("trained-length-above", message, "note")
    elif isinstance(found, Yarn | LongRope) and factor is not None and length > trained:
        implied = length / trained  # Hugging Face too leaves a ratio of 1 alone
        if abs(factor / implied - 1) > _ROUNDING:
            message = (
                f"factor = {factor:g} counts, not max_position_embeddings / {ORIGINAL} = "
                f"{length} / {trained} = {implied:g}"
            )
            notes.say("factor-mismatch", message, "note")


_ROUNDING = 1e-3
"""Two ratios of lengths are the same up to this: files write 1.333 for 4 / 3."""


def _qwen(values: Mapping[str, Any]) -> Scaling:
    """Return the law of Qwen-1's switch `use_dynamic_ntk`."""
    advice = "Qwen-1's switch"
    trained = values.get("seq_length", values.get("max_position_embeddings"))
    length = whole("seq_length", trained, least=1, advice="give the trained context length")
    if flag("use_dynamic_ntk", values["use_dynamic_ntk"], advice=advice):
        return Dynamic(1.0, length, convention="qwen")
    return Default()


_NESTED_TRUNCATE = (
    "truncate is false in the table of one type of layer, which is what Hugging Face 5.23 "
    "makes of an older table too: it looks for the key beside such tables only and computes "
    "with true; here it counts as written"
)


def _name(table: Table, words: dict[str, Any], model: Model, notes: Notes) -> str:
    """Return the law's name, as the class takes it."""
    given = table.words.get("rope_type", table.words.get("type"))
    renamed = model.renamed.get(given) if isinstance(given, str) else None
    if renamed is None:
        if given == "su":
            notes.older("su")
        return str(table.rope_type) if isinstance(given, str) else table.rope_type
    if "short_factor" not in words and given == "yarn":
        message = "this class takes 'yarn' for 'longrope', whose lists are missing; YaRN read"
        notes.say("law-renamed", message, "implementation-defined")
        return "yarn"
    message = f"rope type {given!r}: this class takes it for {renamed!r}"
    notes.say("law-renamed", message, "implementation-defined")
    return renamed


def _without_neutral(words: dict[str, Any], length: int | None, notes: Notes) -> dict[str, Any]:
    """Drop keys that say nothing new, and say so; refuse them where they would."""
    kept = dict(words)
    if kept.get("max_position_embeddings") is not None:
        inner = kept.pop("max_position_embeddings")
        if length is not None and inner != length:
            advice = "the context length at the top counts"
            expected = f"max_position_embeddings = {length} as at the top"
            raise ConfigError(
                "rope_parameters.max_position_embeddings", inner, expected, advice
            )
        notes.say(
            "key-ignored", "max_position_embeddings in the table says nothing new", "note"
        )
    for key, neutral in _NEUTRAL.items():
        if kept.get(key) is None:
            continue
        if kept[key] not in neutral:
            expected = f"{' or '.join(map(repr, neutral))}: Hugging Face does not read it"
            raise ConfigError(key, kept[key], expected, "use attention_factor and factor")
        notes.say("key-ignored", f"{key} = {kept.pop(key)!r} changes nothing", "note")
    return kept


def _beside_alpha(words: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Drop YaRN's keys, which HunYuan's files have beside alpha and its code does not read."""
    if isinstance(words.get("factor"), bool):
        raise ConfigError("factor", words["factor"], "1 or nothing beside alpha", "remove it")
    unread = [
        key for key in ("beta_fast", "beta_slow", "mscale", "mscale_all_dim") if key in words
    ]
    if unread:
        message = f"{', '.join(unread)}: not read beside alpha, which makes the law NTK-aware"
        notes.say("key-ignored", message, "note")
    return {key: value for key, value in words.items() if key not in unread}


def _trained_length(
    values: Mapping[str, Any],
    table: Table,
    name: str,
    words: dict[str, Any],
    length: int | None,
    notes: Notes,
) -> dict[str, Any]:
    """Settle L: the table's, the top's (which wins in Hugging Face), or the context length."""
    top, inner = values.get(ORIGINAL), words.get(ORIGINAL)
    if name == "dynamic":
        if inner is not None and length is not None and inner != length:
            message = (
                f"{ORIGINAL} = {inner}: Hugging Face reads max_position_embeddings = {length} "
                "as the trained length of a dynamic law, and so does this reader"
            )
            notes.say("dynamic-trained-length", message, "implementation-defined")
        return {**words, ORIGINAL: length if length is not None else inner}
    if top is not None and not table.nested:
        whole(ORIGINAL, top, least=1, advice="give the trained context length")
        if inner is not None and inner != top:
            message = f"{ORIGINAL}: {top} at the top counts, as in Hugging Face, not {inner}"
            notes.say("trained-length-twice", message, "implementation-defined")
        elif table.words.get("type") == "su":
            message = f"type 'su' with {ORIGINAL} at the top only: Hugging Face 5.23 rejects it"
            notes.say("hugging-face-rejects", message, "implementation-defined")
        return {**words, ORIGINAL: top}
    if inner is None and length is not None:
        message = (
            f"no {ORIGINAL}: max_position_embeddings = {length} taken, as Hugging Face does"
        )
        notes.say("trained-length-assumed", message)
        return {**words, ORIGINAL: length}
    return words


def _truthy_betas(words: dict[str, Any], notes: Notes) -> dict[str, Any]:
    """Replace a 0 by the default, as Hugging Face's `or` does."""
    for key in ("beta_fast", "beta_slow"):
        if words.get(key) == 0 and not isinstance(words[key], bool):
            message = f"{key} = 0: Hugging Face takes its default, others divide by it"
            notes.say("beta-zero", message, "implementation-defined")
            words = {k: v for k, v in words.items() if k != key}
    return words
