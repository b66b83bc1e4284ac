"""Where transformers' own class does not read what a file says, or rejects it.

The readers take a file at its word. Hugging Face's class for the same model may leave a key of
other classes out, turn whole heads, or raise; each such point is named here, as one on which
implementations differ. Source: the configuration and modeling code of transformers 5.23.0.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.config import RotaryConfig

from .conventions import Model
from .models import REMOTE
from .models_unread import (
    BASE_OF_TABLE,
    BY_TYPE,
    DIVIDES_OLDER,
    HEAD_OF_FILE,
    LAWS,
    NEOX,
    NEWER,
    OF_THE_FILE,
    READS_FRACTION,
    UPDATES,
)
from .notes import Notes
from .reading import Kind
from .tables import Table

DIFFERS: Kind = "implementation-defined"
IGNORES, REJECTS = "hugging-face-ignores", "hugging-face-rejects"


def say_unread(
    values: Mapping[str, Any],
    tables: Mapping[str | None, Table | None],
    configs: Mapping[str | None, RotaryConfig | None],
    model: Model,
    name: str | None,
    notes: Notes,
) -> None:
    """Name every point on which the class computes something else, or nothing.

    Parameters
    ----------
    values
        The file.
    tables, configs
        Its tables, and what was made of them, by type of layer.
    model, name
        The class's conventions and the name of their row, None for none.
    notes
        Takes what is found.
    """
    if name is None or name in REMOTE:
        return
    _say_form(values, tables, model, name, notes)
    _say_layers(values, model, name, notes)
    for kind, table in tables.items():
        config = configs[kind]
        if table is None or config is None:
            continue
        _say_law(table, name, notes)
        if kind is None or model.kinds:
            _say_width(values, table, config, model, name, notes)
            _say_base(values, table, config, model, name, notes)


def _say_form(
    values: Mapping[str, Any],
    tables: Mapping[str | None, Table | None],
    model: Model,
    name: str,
    notes: Notes,
) -> None:
    """Compare the form of the tables, one or several, with the one that the class reads."""
    given = [table for table in tables.values() if table is not None and table.sources]
    key = next((table.sources[0][0].split(".")[0] for table in given), "")
    nested = any(table.nested for table in given)
    by_type = bool(model.kinds) or name in BY_TYPE
    older = "rope_scaling" if values.get("rope_scaling") else None
    whose = _class(name)
    if nested and not by_type:
        message = f"{key} has tables by type of layer: {whose} has one table, and raises a "
        notes.say(REJECTS, message + "KeyError or does not read them", DIFFERS)
    elif nested and older and (name in DIVIDES_OLDER or name in NEWER):
        message = f"{older} has tables by type of layer: {whose} reads such in "
        notes.say(IGNORES, message + "rope_parameters alone", DIFFERS)
    elif not nested and by_type and values.get("rope_parameters"):
        message = f"rope_parameters is one table: {whose} reads one for each type of layer, "
        notes.say(REJECTS, message + "and raises an error or takes its defaults", DIFFERS)
    elif not nested and by_type and older and name not in DIVIDES_OLDER:
        message = f"{older}: {whose} reads rope_parameters, a table for each type of layer, "
        notes.say(REJECTS, message + "and raises an error", DIFFERS)
    elif not nested and older and name in UPDATES and "rope_type" not in values[older]:
        message = f"{older} names its law by type: {whose} reads rope_type alone there, and "
        notes.say(IGNORES, message + "scales nothing", DIFFERS)
    alone = name in NEWER if nested else name == "cohere2_moe"
    based = all("rope_theta" in table.words for table in given)
    if alone and values.get("rope_parameters") and not based:
        message = f"{key} without rope_theta: {whose} raises a KeyError"
        notes.say(REJECTS, message, DIFFERS)
    if older and name == "cohere2_moe":
        notes.say(IGNORES, f"{older}: {whose} leaves it out and scales nothing", DIFFERS)


def _say_layers(values: Mapping[str, Any], model: Model, name: str, notes: Notes) -> None:
    """Name keys of other classes that say what turns besides queries and keys, or where."""
    for key in ("no_rope_layers", "no_rope_layer_interval"):
        if values.get(key) and model.interval is None:
            message = f"{key}: {_class(name)} does not read it, and turns in every layer"
            notes.say(IGNORES, message, DIFFERS)
    if values.get("rotary_value") is True and name != "roformer":
        message = f"rotary_value: {_class(name)} does not read it, and turns no values"
        notes.say(IGNORES, message, DIFFERS)


def _class(name: str) -> str:
    """Return what to call the class in a message."""
    return f"Hugging Face 5.23's {name}"


def _say_law(table: Table, name: str, notes: Notes) -> None:
    """Compare the law with those that the class takes."""
    taken, law = LAWS.get(name), table.rope_type
    if taken is not None and law not in taken:
        message = f"rope type {law!r}: {_class(name)} takes {' and '.join(taken)} alone"
        notes.say(REJECTS, message, DIFFERS)
    if name == "phimoe" and law == "longrope" and table.words.get("short_mscale") is None:
        message = f"no short_mscale and long_mscale: {_class(name)} needs both"
        notes.say(REJECTS, message, DIFFERS)
    null = any("factor" in words and words["factor"] is None for _, words in table.sources)
    if null and law == "proportional":
        message = f"factor is null: {_class(name)} divides by it and raises a TypeError"
        notes.say(REJECTS, message, DIFFERS)


def _say_width(
    values: Mapping[str, Any],
    table: Table,
    config: RotaryConfig,
    model: Model,
    name: str,
    notes: Notes,
) -> None:
    """Compare the number of turning channels."""
    theirs, fraction = config.rotary_dim, _fraction(values, table, config, model, name)
    if name == "mistral4":
        told = table.words.get("partial_rotary_factor")
        whole = table.rope_type == "default" or (told is None and values.get("rope_scaling"))
        turning = values.get("qk_rope_head_dim") or model.split[1] if model.split else 0
        share = turning / config.head_dim if told is None else told
        theirs = int(config.head_dim * (1.0 if whole else share))
    elif model.split is not None:
        turning = values.get("qk_rope_head_dim") or model.split[1]
        given = values.get("head_dim") if name in HEAD_OF_FILE else None
        theirs = int((turning if given is None else given) * fraction)
    elif model.width_key is None and model.rotary_dim is None:
        theirs = _cut(config.head_dim, fraction, table)
    if theirs != config.rotary_dim:
        law = "without a scaling law " if table.rope_type == "default" else ""
        message = f"{config.rotary_dim} of {config.head_dim} channels turn as the file says: "
        notes.say(IGNORES, f"{message}{law}{_class(name)} turns {theirs}", DIFFERS)


def _fraction(
    values: Mapping[str, Any], table: Table, config: RotaryConfig, model: Model, name: str
) -> float:
    """Return the share of a head that the class turns."""
    if table.rope_type == "default" and name not in READS_FRACTION:
        return 1.0
    fraction = table.words.get("partial_rotary_factor")
    if fraction is None and name in NEOX:
        fraction = values.get("rotary_pct")
    elif fraction is None and name not in DIVIDES_OLDER:
        fraction = values.get("partial_rotary_factor")
    if fraction is None and name == "minimax_m2" and values.get("rotary_dim") is not None:
        fraction = values["rotary_dim"] / config.head_dim
    return model.partial if fraction is None else float(fraction)


def _cut(head_dim: int, fraction: float, table: Table) -> int:
    """Return a share of a head as the class cuts it."""
    if table.rope_type == "proportional":
        return 2 * int(fraction * head_dim // 2)
    return int(head_dim * fraction)


def _say_base(
    values: Mapping[str, Any],
    table: Table,
    config: RotaryConfig,
    model: Model,
    name: str,
    notes: Notes,
) -> None:
    """Compare the base."""
    theirs: Any = config.base
    if table.kind is not None:
        if table.kind.name in OF_THE_FILE.get(name, ()) and not table.nested:
            theirs = table.kind.base
    elif not model.base_fixed:
        top = values.get("rotary_emb_base" if name in NEOX else "rope_theta")
        inner = table.words.get("rope_theta")
        found = [base for base in (inner, top) if base is not None]
        own = 10000.0 if name in BASE_OF_TABLE and _given(table, values) else model.base
        theirs = found[0] if found else own
    if theirs != config.base:
        message = f"base {config.base:g} as the file says: {_class(name)} does not read that "
        notes.say(IGNORES, f"{message}key here and takes {theirs:g}", DIFFERS)


def _given(table: Table, values: Mapping[str, Any]) -> bool:
    """Whether a table is the file's and not the class's default."""
    return bool(table.sources) and table.sources[0][0].split(".")[0] in values
