"""Scaling laws: each in old words and new, with keys missing, contradictory, out of range."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .models import LLAMA, MEANT, everywhere, invalid, without
from .vector import ConfigVector

_TRAINED = {"original_max_position_embeddings": 4096}

LAWS: dict[str, dict[str, Any]] = {
    "linear": {"factor": 8.0},
    "llama3": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, **_TRAINED},
    "yarn": {"factor": 8.0, **_TRAINED},
    "longrope": {
        "short_factor": [1.0 + pair / 20 for pair in range(24)],
        "long_factor": [1.0 + pair for pair in range(24)],
        "factor": 8.0,
        **_TRAINED,
    },
}
"""One parameter set for each law whose meaning does not depend on the length so far."""

YARN_WORDS: dict[str, dict[str, Any]] = {
    "attention-factor-one": {"attention_factor": 1.0},
    "attention-factor": {"attention_factor": 1.3},
    "betas": {"beta_fast": 16.0, "beta_slow": 2.0},
    "not-truncated": {"truncate": False},
    "mscale": {"mscale": 0.707, "mscale_all_dim": 0.707},
    "mscales-differ": {"mscale": 1.0, "mscale_all_dim": 0.5},
}
"""Words of YaRN that are dropped most often."""

_SHOWS = ("scaling-ignored", "scaling-inverted", "wrong-scaling-parameters")


def old(kind: str, words: dict[str, Any], *, key: str = "rope_type") -> dict[str, Any]:
    """Write a law in the words of transformers 4."""
    return {**LLAMA, "rope_scaling": {key: kind, **words}}


def new(kind: str, words: dict[str, Any]) -> dict[str, Any]:
    """Write a law in the words of transformers 5."""
    table = {"rope_type": kind, "rope_theta": LLAMA["rope_theta"], **words}
    return {**without(LLAMA, "rope_theta"), "rope_parameters": table}


def _written() -> Iterator[ConfigVector]:
    """Write each law in every way that means the same."""
    for kind, words in LAWS.items():
        means = everywhere(MEANT.replace(scaling={"rope_type": kind, **words}))
        flags = (
            _SHOWS if kind in ("linear", "llama3") else (*_SHOWS, "attention-factor-missing")
        )
        ways = {
            "old-type": ("rope_scaling with the key type", old(kind, words, key="type")),
            "old-rope-type": ("rope_scaling with the key rope_type", old(kind, words)),
            "new": ("rope_parameters", new(kind, words)),
            "old-and-new": (
                "rope_scaling and rope_parameters, the same",
                {**new(kind, words), "rope_scaling": {"rope_type": kind, **words}},
            ),
        }
        for way, (comment, config) in ways.items():
            yield ConfigVector(f"{kind}/{way}", comment, config, means, flags=flags)


def _yarn() -> Iterator[ConfigVector]:
    """Give YaRN each of its further words."""
    for name, further in YARN_WORDS.items():
        words = {**LAWS["yarn"], **further}
        means = everywhere(MEANT.replace(scaling={"rope_type": "yarn", **words}))
        flags = ("wrong-scaling-parameters", "attention-factor-missing")
        for way, config in (("old", old("yarn", words)), ("new", new("yarn", words))):
            comment = f"{', '.join(further)} given"
            yield ConfigVector(f"yarn/{name}-{way}", comment, config, means, flags=flags)


def _missing() -> Iterator[ConfigVector]:
    """Leave out what a law cannot do without."""
    needed = {
        "linear": ("factor",),
        "llama3": ("factor", "low_freq_factor", "high_freq_factor"),
        "longrope": ("short_factor", "long_factor"),
    }
    for kind, keys in needed.items():
        for key in keys:
            config = new(kind, without(LAWS[kind], key))
            own = f"{kind}/no-{key.replace('_', '-')}"
            yield invalid(own, f"{key} is missing", config)


def _wrong() -> Iterator[ConfigVector]:
    """Give values that no law can have."""
    for name, value in (("zero", 0.0), ("negative", -8.0), ("text", "8"), ("list", [8.0])):
        config = new("linear", {"factor": value})
        yield invalid(f"linear/factor-{name}", f"factor is {value!r}", config)
    short = LAWS["longrope"]["short_factor"]
    words = {**LAWS["longrope"], "short_factor": short[:-1]}
    yield invalid(
        "longrope/short-list", "a list without its last entry", new("longrope", words)
    )
    words = {**LAWS["llama3"], "low_freq_factor": 4.0, "high_freq_factor": 1.0}
    yield invalid("llama3/bands-exchanged", "low above high", new("llama3", words))
    yield invalid("unknown/type", "no such rope type", new("stretched", {"factor": 8.0}))
    yield invalid("unknown/misspelt", "'Linear' is no type", new("Linear", {"factor": 8.0}))


_LINEAR = MEANT.replace(scaling={"rope_type": "linear", "factor": 8.0})
_LINEAR_4 = MEANT.replace(scaling={"rope_type": "linear", "factor": 4.0})

_BESIDE = (
    ConfigVector(
        "none/null",
        "rope_scaling is null",
        {**LLAMA, "rope_scaling": None},
        everywhere(MEANT),
    ),
    ConfigVector(
        "none/default",
        "rope_type default, with the base beside it",
        new("default", {}),
        everywhere(MEANT),
    ),
    ConfigVector(
        "linear/whole-number",
        "factor as a whole number",
        old("linear", {"factor": 8}),
        everywhere(_LINEAR),
        flags=_SHOWS,
    ),
    ConfigVector(
        "linear/both-types",
        "type and rope_type, the same",
        old("linear", {"factor": 8.0, "type": "linear"}),
        everywhere(_LINEAR),
        flags=_SHOWS,
    ),
    ConfigVector(
        "linear/types-differ",
        "type and rope_type, not the same",
        old("linear", {"factor": 8.0, "type": "yarn", **_TRAINED}),
        everywhere(
            _LINEAR,
            MEANT.replace(scaling={"rope_type": "yarn", "factor": 8.0, **_TRAINED}),
        ),
        refusable=True,
    ),
    ConfigVector(
        "linear/tables-differ",
        "rope_scaling and rope_parameters, not the same",
        {**new("linear", {"factor": 8.0}), "rope_scaling": {"type": "linear", "factor": 4.0}},
        everywhere(_LINEAR, _LINEAR_4),
        refusable=True,
    ),
    ConfigVector(
        "llama3/bands-equal",
        "low_freq_factor = high_freq_factor: a cut instead of a blend, or a division by zero",
        new("llama3", {**LAWS["llama3"], "high_freq_factor": 1.0}),
        everywhere(
            MEANT.replace(
                scaling={"rope_type": "llama3", **LAWS["llama3"], "high_freq_factor": 1.0}
            )
        ),
        refusable=True,
    ),
    ConfigVector(
        "yarn/no-trained-length",
        "no original_max_position_embeddings: Hugging Face takes max_position_embeddings",
        new("yarn", {"factor": 8.0}),
        everywhere(
            MEANT.replace(
                scaling={
                    "rope_type": "yarn",
                    "factor": 8.0,
                    "original_max_position_embeddings": LLAMA["max_position_embeddings"],
                }
            )
        ),
        refusable=True,
    ),
)

VECTORS = (*_written(), *_yarn(), *_missing(), *_wrong(), *_BESIDE)
