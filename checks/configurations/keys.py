"""Where base and width are looked for: old words and new, both, neither, in conflict."""

from __future__ import annotations

from typing import Any

from .models import HEAD_DIM, LLAMA, MEANT, everywhere, invalid, without
from .vector import ConfigVector

_NEW = without(LLAMA, "rope_theta")
_PHI: dict[str, Any] = {**LLAMA, "model_type": "phi"}
_HALF = MEANT.replace(rotary_dim=HEAD_DIM // 2)
_NEOX: dict[str, Any] = {
    **without(LLAMA, "num_key_value_heads", "rope_theta"),
    "model_type": "gpt_neox",
    "rotary_emb_base": 500000.0,
}


def _table(**words: Any) -> dict[str, Any]:
    """Write words of transformers 5."""
    return {"rope_parameters": {"rope_type": "default", **words}}


_BASE = (
    ConfigVector(
        "base/old-words",
        "rope_theta at the top",
        LLAMA,
        everywhere(MEANT),
        flags=("wrong-base",),
    ),
    ConfigVector(
        "base/new-words",
        "rope_theta in rope_parameters, as transformers 5 writes it",
        {**_NEW, **_table(rope_theta=500000.0)},
        everywhere(MEANT),
        flags=("wrong-base",),
    ),
    ConfigVector(
        "base/both-agree",
        "rope_theta in both places, the same",
        {**LLAMA, **_table(rope_theta=500000.0)},
        everywhere(MEANT),
        flags=("wrong-base",),
    ),
    ConfigVector(
        "base/both-differ",
        "rope_theta in both places, not the same",
        {**LLAMA, "rope_theta": 10000.0, **_table(rope_theta=500000.0)},
        everywhere(MEANT, MEANT.replace(base=10000.0)),
        refusable=True,
    ),
    ConfigVector(
        "base/missing",
        "no rope_theta: 10000 is the class's default",
        _NEW,
        everywhere(MEANT.replace(base=10000.0)),
        refusable=True,
    ),
    ConfigVector(
        "base/whole-number",
        "rope_theta as a whole number",
        {**LLAMA, "rope_theta": 500000},
        everywhere(MEANT),
        flags=("wrong-base",),
    ),
    ConfigVector(
        "base/other-word",
        "GPT-NeoX calls it rotary_emb_base",
        {**_NEOX, "rotary_pct": 1.0},
        everywhere(MEANT),
        flags=("wrong-base",),
    ),
    *(
        invalid(f"base/{name}", f"rope_theta is {value!r}", {**LLAMA, "rope_theta": value})
        for name, value in (
            *(("zero", 0.0), ("negative", -500000.0), ("text", "500000")),
            *(("list", [500000.0]), ("true", True)),
        )
    ),
)

_WIDTH = (
    ConfigVector(
        "width/head-dim",
        "head_dim is not hidden_size / num_attention_heads",
        {**LLAMA, "head_dim": 40},
        everywhere(MEANT.replace(head_dim=40, rotary_dim=40)),
        flags=("wrong-rotary-width",),
    ),
    ConfigVector(
        "width/partial-old",
        "partial_rotary_factor at the top, no scaling",
        {**_PHI, "partial_rotary_factor": 0.5},
        everywhere(_HALF),
        flags=("wrong-rotary-width", "exponent-uses-head-dim"),
    ),
    ConfigVector(
        "width/partial-new",
        "partial_rotary_factor in rope_parameters",
        {
            **without(_PHI, "rope_theta"),
            **_table(rope_theta=500000.0, partial_rotary_factor=0.5),
        },
        everywhere(_HALF),
        flags=("wrong-rotary-width", "exponent-uses-head-dim"),
    ),
    ConfigVector(
        "width/partial-differs",
        "partial_rotary_factor in both places, not the same",
        {
            **without(_PHI, "rope_theta"),
            "partial_rotary_factor": 1.0,
            **_table(rope_theta=500000.0, partial_rotary_factor=0.5),
        },
        everywhere(_HALF, MEANT),
        refusable=True,
    ),
    ConfigVector(
        "width/rotary-pct",
        "GPT-NeoX calls it rotary_pct",
        {**_NEOX, "rotary_pct": 0.5},
        everywhere(_HALF),
        flags=("wrong-rotary-width", "exponent-uses-head-dim"),
    ),
    *(
        invalid(
            f"width/{name}",
            f"partial_rotary_factor is {value!r}",
            {**_PHI, "partial_rotary_factor": value},
        )
        for name, value in (
            *(("zero", 0.0), ("negative", -0.5)),
            *(("above-one", 1.5), ("text", "0.5")),
        )
    ),
)

VECTORS = (*_BASE, *_WIDTH)
