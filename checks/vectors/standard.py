"""The standard set: small configurations, one for every way in which embeddings differ."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ropespec.reference import RotaryConfig

from .making import DTYPES, make
from .vector import VectorSet

FOLDER = Path(__file__).parent / "sets"
"""Where the shipped files are."""

COMMAND = "ropespec vectors --out vectors"

LENGTH = 2**17
"""Tokens of the sequence that the frequencies are for, where a law depends on it."""

_YARN = {
    "rope_type": "yarn",
    "factor": 4.0,
    "original_max_position_embeddings": 4096,
    "beta_fast": 32.0,
    "beta_slow": 1.0,
}
_LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
_LONG = {
    "rope_type": "longrope",
    "short_factor": [1.0, 1.05, 1.1, 1.3, 1.8, 2.5, 3.0, 3.6],
    "long_factor": [1.0, 1.4, 2.2, 4.1, 8.0, 15.0, 24.0, 32.0],
    "original_max_position_embeddings": 4096,
    "factor": 32.0,
}

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "paper": {"head_dim": 16},
    "halves": {"head_dim": 20, "layout": "half", "base": 500000.0},
    "gpt-j": {"head_dim": 24, "rotary_dim": 8},
    "gpt-neox": {"head_dim": 20, "rotary_dim": 6, "layout": "half"},
    "last-channels": {"head_dim": 18, "rotary_dim": 10, "rotary_end": "last", "base": 50000.0},
    "interleaved-to-half": {"head_dim": 16, "layout": "interleaved-to-half"},
    "half-idle": {"head_dim": 24, "rotary_dim": 6, "layout": "half-idle", "base": 1e6},
    "clockwise": {"head_dim": 14, "layout": "half", "sign": -1},
    "linear": {
        "head_dim": 16,
        "layout": "half",
        "base": 1e6,
        "scaling": {"rope_type": "linear", "factor": 8.0},
    },
    "yarn": {"head_dim": 16, "layout": "half", "scaling": _YARN},
    "llama-3": {"head_dim": 32, "layout": "half", "base": 500000.0, "scaling": _LLAMA3},
    "longrope": {"head_dim": 16, "layout": "half", "scaling": _LONG},
    "chunked-axes": {"head_dim": 20, "layout": "half", "axes": [4, 3, 3], "base": 1e6},
}
"""The configurations by name."""

FEWER = ("float32", "bfloat16")
"""The formats of most of them, so that the files stay small."""

WIDER = ("paper", "gpt-neox")
"""Those that have vectors in float64 and float16 as well."""


def standard(seed: int = 0) -> tuple[VectorSet, ...]:
    """Make the standard set; a law that knows the length is taken beyond the trained one."""
    return tuple(
        make(
            RotaryConfig.from_dict(values).at_length(LENGTH),
            name,
            dtypes=("float64", *DTYPES) if name in WIDER else FEWER,
            seed=seed,
            command=COMMAND,
        )
        for name, values in CONFIGURATIONS.items()
    )
