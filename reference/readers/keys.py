"""Which keys of a `config.json` are about rotary embedding: nothing is dropped in silence."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import distance

from .conventions import Model

UNDERSTOOD = {
    *("rope_parameters", "rope_scaling", "rope_theta", "partial_rotary_factor"),
    *("rotary_pct", "rotary_emb_base", "rotary_dim", "rope_interleave", "qk_rope_head_dim"),
    *("qk_nope_head_dim", "rope_local_base_freq", "global_rope_theta", "local_rope_theta"),
    *("compress_rope_theta", "swa_rope_theta", "rotary", "use_rope", "use_mrope"),
    *("rotary_value", "no_rope_layers", "no_rope_layer_interval", "alibi", "use_alibi"),
    *("layer_rope_theta", "rope_scaling_layers", "use_mem_rope", "rope_ratio"),
    *("original_rope", "use_dynamic_ntk", "use_logn_attn"),
}
"""The keys about rotary embedding that this reader acts on, at the top of the file."""

READ = {
    *("model_type", "head_dim", "hidden_size", "num_attention_heads", "num_hidden_layers"),
    *("max_position_embeddings", "original_max_position_embeddings", "layer_types"),
    *("text_config", "global_head_dim", "sliding_window_pattern", "attn_temperature_tuning"),
    *("initial_context_length", "position_embedding_type", "dual_chunk_attention_config"),
}
"""Other keys that it reads, for which a misspelt one would go unseen."""

OWNED = {
    "rope_local_base_freq", "global_rope_theta", "local_rope_theta", "compress_rope_theta",
    "swa_rope_theta",
}  # fmt: skip
"""Keys that only the classes understand that have them as a base of a type of layer."""

_WORDS = ("theta", "yarn", "mscale", "ntk", "alibi", "wavelength", "partial", "longrope")
"""Parts of a key's name that make it one about rotation."""

_ELSEWHERE = {
    *("v_head_dim", "qk_head_dim", "layer_type", "hidden_sizes", "mlp_layer_types"),
    *("mtp_layer_types", "swa_head_dim", "relation_bias_theta", "num_attention_head"),
    *("alibi_bias_max", "num_hidden_layer", "_sliding_window_pattern"),
}
"""Keys of transformers' classes that look like one that is read, and are not."""


def about_rotation(key: object) -> bool:
    """Whether a key is about rotary embedding, by its words.

    Examples
    --------
    >>> from ropespec.reference.readers.keys import about_rotation
    >>> [about_rotation(key) for key in ("rope_type", "use_mrope", "theta", "europe")]
    [True, True, True, False]
    """
    words = re.split(r"[^a-z0-9]+", str(key).lower())
    return any(
        word.startswith(("rope", "rotary", "nope"))
        or word in ("mrope", "xrope", "nope")
        or (word.endswith("rope") and word not in ("europe", "scope"))
        or any(part in word for part in _WORDS)
        for word in words
    )


def check_keys(values: Mapping[str, Any], model: Model) -> None:
    """Refuse every key about rotary embedding that is not understood, or that is misspelt.

    Raises
    ------
    ConfigError
        Naming the key, and the one it is taken for.
    """
    own = {key for kind in model.kinds for key in kind.base_keys}
    for key, value in values.items():
        if value is None or key in READ or key in _ELSEWHERE:
            continue
        if key in UNDERSTOOD and (key not in OWNED or key in own):
            continue
        near = misspelt(str(key), READ | UNDERSTOOD)
        if near is not None and values.get(near) is None:
            expected = "a key that this reader knows"
            raise ConfigError(str(key), value, expected, f"did you mean {near!r}?")
        if about_rotation(key):
            advice = "this reader does not understand it, and nothing is dropped in silence"
            raise ConfigError(str(key), value, "a known key about rotary embedding", advice)


def misspelt(key: str, read: Iterable[str]) -> str | None:
    """Return the one of some keys that a key is within two slips of, None for none.

    Examples
    --------
    >>> from ropespec.reference.readers.keys import misspelt
    >>> [misspelt(key, ["head_dim", "rope_theta"]) for key in ("head_dims", "vocab_size")]
    ['head_dim', None]
    """
    slips = {
        known: distance(key.lower(), known)
        for known in sorted(read)
        if abs(len(known) - len(key)) <= 2
    }
    near = min(slips, key=slips.__getitem__, default=None)
    if near is None or near == key:
        return None
    return near if slips[near] <= min(2, len(near) // 5) else None
