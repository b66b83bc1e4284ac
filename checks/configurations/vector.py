"""A configuration file with what it means: a test for somebody's reader of configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ropespec.reference import RotaryConfig

Verdict = Literal["valid", "invalid", "implementation-defined"]
"""`valid`: has one meaning. `invalid`: has none and must be refused. `implementation-defined`:
libraries read it in several ways; any of them is right, and so is a refusal."""

Meaning = Mapping[str, RotaryConfig]
"""For each type of layer what its rotary embedding is; the key `all` where they are alike."""


@dataclass(frozen=True)
class ConfigVector:
    """One configuration.

    Attributes
    ----------
    id
        Its name, never given to another.
    comment
        What is special about it.
    config
        What stands in the file `config.json`.
    meanings
        What it may mean: none if it must be refused.
    refusable
        Whether a refusal is right as well, though it has a meaning.
    flags
        Slugs of the bugs that it shows.
    """

    id: str
    comment: str
    config: Mapping[str, Any]
    meanings: tuple[Meaning, ...]
    refusable: bool = False
    flags: tuple[str, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """How many meanings it has."""
        if not self.meanings:
            return "invalid"
        return "implementation-defined" if self.refusable else "valid"

    def as_dict(self) -> dict[str, Any]:
        """Return the vector as JSON values."""
        return {
            "id": self.id,
            "comment": self.comment,
            "config": dict(self.config),
            "verdict": self.verdict,
            "meanings": [
                {layers: _numbers(config) for layers, config in meaning.items()}
                for meaning in self.meanings
            ],
            "flags": list(self.flags),
        }


def _numbers(config: RotaryConfig) -> dict[str, Any]:
    """Write what a reader should find."""
    return {
        "head_dim": config.head_dim,
        "rotary_dim": config.rotary_dim,
        "inv_freq": config.inv_freq().tolist(),
        "attention_factor": config.amplitude,
    }
