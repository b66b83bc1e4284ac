"""From a GGUF file's scaling keys and tensors to a frequency law, as llama.cpp reads them."""

import math
from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.scaling import Default, Divided, Linear, LongRope, Ntk, Scaling, Yarn
from ropespec.reference.validate import choice, flag, real, whole

from .notes import Notes

TYPES = ("none", "linear", "yarn", "longrope")
"""The names of scaling types."""

IDLE = float.fromhex("0x1.93e594p+99")
"""1e30 in float32: the divisor of a pair that does not turn."""

LISTS = ("rope_factors_short", "rope_factors_long")
"""The tensors of LongRoPE's two lists."""

_LISTS_ALONE = {"phi3", "phimoe"}
"""Architectures whose files have the lists and no type."""

_YARN_ONLY = ("yarn_log_multiplier", "yarn_attn_factor", "yarn_beta_fast", "yarn_beta_slow")
_TEN_FOLD = {"deepseek2", "deepseek2-ocr"}
"""Architectures whose files hold a tenth of DeepSeek's mscale_all_dim."""

Law = tuple[Scaling, float | None, float]
"""A law, an amplitude given by hand, and a factor on the scores."""


def law(values: Mapping[str, Any], tensors: Mapping[str, Any], name: str, notes: Notes) -> Law:
    """Return the law that the keys and tensors mean.

    Parameters
    ----------
    values
        Metadata without the architecture's prefix.
    tensors
        Divisors by the tensors' names.
    name
        The architecture.
    notes
        Takes what was assumed.

    Raises
    ------
    ConfigError
        If keys contradict each other or the type, or a tensor is missing.
    """
    keys = {key: values.get(f"rope.scaling.{key}") for key in (
        "type", "alpha", "attn_factor", "yarn_ext_factor", *_YARN_ONLY)}  # fmt: skip
    kind = _type(keys["type"], tensors, name, notes)
    _check_unread(values)
    factor = _factor(values)
    if kind != "yarn":
        _refuse(keys, kind)
    if kind == "yarn":
        return _yarn(values, keys, factor, tensors, name, notes)
    if kind == "longrope":
        return _longrope(values, keys, factor, tensors, notes)
    trained = "rope.scaling.original_context_length"
    if values.get(trained) is not None:
        whole(trained, values[trained], least=1, advice="give the trained length")
        notes.say("key-ignored", f"{trained}: not read with type {kind!r}", "note")
    if kind == "none" and factor != 1.0:
        expected = "1 with rope.scaling.type 'none'"
        raise ConfigError("rope.scaling.factor", factor, expected, "llama.cpp would ignore it")
    amplitude = _attn_factor(keys)
    if keys["alpha"] is not None and not _zero(keys["alpha"]):
        return _alpha(keys["alpha"], factor, name, tensors), amplitude, 1.0
    return _plain(factor, tensors), amplitude, 1.0


def _type(given: Any, tensors: Mapping[str, Any], name: str, notes: Notes) -> str:
    """Return the type of scaling; two lists of divisors make it LongRoPE.

    Files of Phi-3 name no type: llama.cpp takes their lists whatever the type (from memory).
    """
    lists = [tensor for tensor in LISTS if tensor in tensors]
    kind = "linear" if given is None else choice("rope.scaling.type", given, TYPES)
    if not lists or kind == "longrope":
        if given is None:
            taken = "no rope.scaling.type: 'linear' taken, as llama.cpp does"
            notes.say("type-assumed", taken)
        return kind
    if given is not None and (name not in _LISTS_ALONE or kind == "yarn"):
        expected = f"'longrope' beside the tensor {lists[0]}"
        raise ConfigError("rope.scaling.type", given, expected, "remove one of them")
    named = "no rope.scaling.type" if given is None else f"rope.scaling.type {given!r}"
    message = f"{named}: 'longrope' taken for the sake of {' and '.join(lists)}"
    notes.say("type-assumed", message)
    return "longrope"


def _check_unread(values: Mapping[str, Any]) -> None:
    """Check a key that changes nothing."""
    key = "rope.scaling.finetuned"
    if values.get(key) is not None:
        flag(key, values[key], advice="it says whether the model was trained further")


def _plain(factor: float, tensors: Mapping[str, Any]) -> Scaling:
    """Return no law, linear interpolation, or the divisors of `rope_freqs`."""
    divisors = tuple(tensors.get("rope_freqs", ()))
    if any(divisor != 1 for divisor in divisors):
        return Divided(divisors, factor)
    return Default() if factor == 1.0 else Linear(factor)


def _alpha(alpha: Any, factor: float, name: str, tensors: Mapping[str, Any]) -> Scaling:
    """Return HunYuan's NTK-aware law."""
    if not name.startswith("hunyuan") or factor != 1.0 or tensors.get("rope_freqs"):
        expected = "no alpha beside a factor or divisors, and only for HunYuan"
        raise ConfigError("rope.scaling.alpha", alpha, expected, "remove one of them")
    return Ntk(alpha)


def _factor(values: Mapping[str, Any]) -> float:
    """Return the factor; 0 and absent mean 1."""
    found = {
        key: values[key]
        for key in ("rope.scaling.factor", "rope.scale_linear")
        if values.get(key) is not None and not _zero(values[key])
    }
    checked = {key: real(key, value, above=0, advice="1 changes nothing")
               for key, value in found.items()}  # fmt: skip
    if len(set(checked.values())) > 1:
        expected = f"rope.scaling.factor = {checked['rope.scaling.factor']}"
        given = checked["rope.scale_linear"]
        raise ConfigError("rope.scale_linear", given, expected, "remove the older key")
    return next(iter(checked.values()), 1.0)


def _zero(value: Any) -> bool:
    """Whether a value is the number 0."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value == 0


def _refuse(keys: Mapping[str, Any], kind: str) -> None:
    """Refuse YaRN's keys with another type."""
    for key in _YARN_ONLY:
        if keys[key] is not None:
            expected = f"no such key with rope.scaling.type {kind!r}"
            raise ConfigError(f"rope.scaling.{key}", keys[key], expected, "remove it")
    extent = keys["yarn_ext_factor"]
    if isinstance(extent, bool) or extent not in (None, 0, -1):
        expected = f"0 or -1 with rope.scaling.type {kind!r}"
        raise ConfigError(
            "rope.scaling.yarn_ext_factor", keys["yarn_ext_factor"], expected, "remove it"
        )


def _attn_factor(keys: Mapping[str, Any]) -> float | None:
    """Return the amplitude given by hand."""
    if keys["attn_factor"] is None:
        return None
    advice = "leave it out for 1"
    return real("rope.scaling.attn_factor", keys["attn_factor"], above=0, advice=advice)


def _original(values: Mapping[str, Any], notes: Notes) -> int:
    """Return the trained length; absent, it is the context length."""
    key = "rope.scaling.original_context_length"
    if key not in values:
        notes.say("length-assumed", f"no {key}: context_length taken, as llama.cpp does")
    given = values.get(key, values.get("context_length"))
    return whole(key, given, least=1, advice="give the trained length")


def _yarn(
    values: Mapping[str, Any],
    keys: Mapping[str, Any],
    factor: float,
    tensors: Mapping[str, Any],
    name: str,
    notes: Notes,
) -> Law:
    """Return YaRN as ggml computes it."""
    extent = keys["yarn_ext_factor"]
    if isinstance(extent, bool) or extent not in (None, -1, 1):
        advice = "llama.cpp mixes that share of the ramp in; no other library can"
        raise ConfigError(
            "rope.scaling.yarn_ext_factor", keys["yarn_ext_factor"], "-1 or 1", advice
        )
    if any(divisor != 1 for divisor in tensors.get("rope_freqs", ())):
        given, advice = tensors["rope_freqs"], "remove the tensor or the type"
        raise ConfigError("rope_freqs", given, "no divisors beside YaRN", advice)
    if keys["yarn_attn_factor"] is not None:
        key = "rope.scaling.yarn_attn_factor"
        given = real(key, keys["yarn_attn_factor"], above=0, advice="1 changes nothing")
        message = f"llama.cpp overwrites yarn_attn_factor = {given:g}, so it is not used here; "
        message += "transformers "
        notes.say("yarn-attn-factor", message + "obeys it", "implementation-defined")
    optional: dict[str, Any] = {
        word: keys[f"yarn_{word}"]
        for word in ("beta_fast", "beta_slow")
        if keys[f"yarn_{word}"] is not None
    }
    plain = Yarn(factor, _original(values, notes), **optional, convention="ggml")
    multiplier = keys["yarn_log_multiplier"]
    if multiplier is not None:
        key, advice = "rope.scaling.yarn_log_multiplier", "0.1 mscale_all_dim for DeepSeek"
        multiplier = real(key, multiplier, above=-math.inf, advice=advice)
    if not multiplier:
        given = _attn_factor(keys)
        return plain, None if given is None else given * plain.amplitude(), 1.0
    mscale = multiplier * (10 if name in _TEN_FOLD else 1)
    weighed = Yarn(
        factor, plain.original_max_position_embeddings, **optional,
        mscale=mscale, mscale_all_dim=mscale,
    )  # fmt: skip
    return weighed, _attn_factor(keys), weighed.softmax_factor()


def _longrope(
    values: Mapping[str, Any],
    keys: Mapping[str, Any],
    factor: float,
    tensors: Mapping[str, Any],
    notes: Notes,
) -> Law:
    """Return LongRoPE with the two tensors."""
    for tensor in LISTS:
        if tensor not in tensors:
            expected = f"the tensor {tensor}.weight with type 'longrope'"
            raise ConfigError("rope.scaling.type", "longrope", expected, "the file lacks it")
    if factor != 1.0:
        advice = "llama.cpp would divide all frequencies once more"
        raise ConfigError("rope.scaling.factor", factor, "1 with type 'longrope'", advice)
    if keys["attn_factor"] is None:
        notes.say(
            "amplitude-assumed", "no rope.scaling.attn_factor: 1 taken, as llama.cpp does"
        )
    message = "llama.cpp takes the long list where the context allocated for a sequence is "
    message += "longer than the trained length; here, where the sequence is"
    notes.say("longrope-switch", message, "implementation-defined")
    scaling = LongRope(
        tuple(tensors["rope_factors_short"]),
        tuple(tensors["rope_factors_long"]),
        _original(values, notes),
        attention_factor=_attn_factor(keys) or 1.0,
    )
    return scaling, None, 1.0
