"""Keys of a Hugging Face `config.json` that older and rarer classes call something else."""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError

ALIASES: Mapping[str, tuple[str, ...]] = {
    "hidden_size": ("n_embd", "d_model"),
    "num_attention_heads": ("n_head", "n_heads", "decoder_num_attention_heads"),
    "num_hidden_layers": ("n_layer", "n_layers", "num_layers", "decoder_num_hidden_layers"),
    "max_position_embeddings": ("n_positions", "max_seq_len"),
}
"""Other names of a key, in older and rarer classes."""


def named(values: Mapping[str, Any], key: str, other: str | None = None) -> tuple[str, Any]:
    """Return the name under which a file has a key, and its value; None if it has none.

    Parameters
    ----------
    values
        The file.
    key
        Today's name.
    other
        Another one, besides those of `ALIASES`.

    Raises
    ------
    ConfigError
        If it stands there under two names with different values.
    """
    names = (key, *ALIASES.get(key, ()), *([other] if other else []))
    found = [(name, values[name]) for name in names if values.get(name) is not None]
    for name, value in found[1:]:
        if value != found[0][1]:
            expected = f"the same as {found[0][0]} = {found[0][1]!r}"
            raise ConfigError(name, value, expected, "they are two names of one thing")
    return found[0] if found else (key, None)
