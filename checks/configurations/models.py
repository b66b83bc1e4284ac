"""The configuration files that the vectors vary, and what they mean unvaried."""

from __future__ import annotations

from typing import Any

from ropespec.reference import RotaryConfig

from .vector import ConfigVector, Meaning

HEAD_DIM = 48
"""Width of a head: no power of two."""

LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 384,
    "num_attention_heads": 8,
    "num_key_value_heads": 2,
    "num_hidden_layers": 4,
    "max_position_embeddings": 32768,
    "rope_theta": 500000.0,
}
"""A Llama in the words of transformers 4."""

MEANT = RotaryConfig(head_dim=HEAD_DIM, layout="half", base=500000.0)
"""What it means."""


def without(config: dict[str, Any], *keys: str) -> dict[str, Any]:
    """Return a file without some of its keys."""
    return {key: value for key, value in config.items() if key not in keys}


def everywhere(*configs: RotaryConfig) -> tuple[Meaning, ...]:
    """Return meanings that are the same for all layers."""
    return tuple({"all": config} for config in configs)


def invalid(id_: str, comment: str, config: dict[str, Any], *flags: str) -> ConfigVector:
    """Make a vector that has no meaning."""
    return ConfigVector(id_, comment, config, (), flags=flags)
