"""Models whose layers differ: two bases, a scaling for some layers, layers without rotation."""

from __future__ import annotations

from typing import Any

from ropespec.reference import RotaryConfig

from .models import without
from .vector import ConfigVector

GEMMA: dict[str, Any] = {
    "model_type": "gemma3_text",
    "hidden_size": 320,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "num_hidden_layers": 6,
    "head_dim": 80,
    "max_position_embeddings": 131072,
    "sliding_window": 512,
    "layer_types": [*(["sliding_attention"] * 5), "full_attention"],
    "rope_theta": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": {"rope_type": "linear", "factor": 8.0},
}
"""A Gemma 3 in the words of transformers 4."""

_LOCAL = RotaryConfig(head_dim=80, layout="half")
_FULL = RotaryConfig(
    head_dim=80, layout="half", base=1e6, scaling={"rope_type": "linear", "factor": 8.0}
)
_MEANS = ({"sliding_attention": _LOCAL, "full_attention": _FULL},)
_FLAGS = ("wrong-base", "scaling-ignored", "wrong-scaling-parameters")
_OLD = ("rope_theta", "rope_local_base_freq", "rope_scaling")

VECTORS = (
    ConfigVector(
        "layers/old-words",
        "two bases; the scaling is for the full layers alone",
        GEMMA,
        _MEANS,
        flags=_FLAGS,
    ),
    ConfigVector(
        "layers/new-words",
        "a table for each type of layer",
        {
            **without(GEMMA, *_OLD),
            "rope_parameters": {
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
                "full_attention": {
                    "rope_type": "linear",
                    "rope_theta": 1000000.0,
                    "factor": 8.0,
                },
            },
        },
        _MEANS,
        flags=_FLAGS,
    ),
)
