"""What is published about somebody's implementation."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ropespec.reference.config import RotaryConfig
from ropespec.reference.readers import huggingface

PUBLISHED = Path(__file__).parent / "published"
"""What decides the embedding in the config.json of models, a file each."""


@dataclass(frozen=True)
class Peer:
    """An implementation with the configuration that its authors publish.

    Attributes
    ----------
    slug
        A short name, unique within its library.
    name
        Whose it is, with the model.
    target
        Where it is, as `ropespec check` takes it.
    config
        What it computes.
    claims
        How it is called, as arguments of `check`.
    source
        Where its configuration is published.
    note
        What a reader has to know about how it is called here.
    timed
        Whether its speed here says anything about its speed elsewhere.
    """

    slug: str
    name: str
    target: str
    config: RotaryConfig
    claims: Mapping[str, Any] = field(default_factory=dict)
    source: str = ""
    note: str = ""
    timed: bool = True


def published(model: str, layer_type: str | None = None) -> RotaryConfig:
    """Return what a model's config.json means, without an end of the positions.

    Parameters
    ----------
    model
        A file of `PUBLISHED`.
    layer_type
        Which layers, where they differ.

    Examples
    --------
    >>> from ropespec.checks.peers import published
    >>> published("gemma-3-12b", "full_attention").base
    1000000.0
    """
    for group in huggingface.read(words(model)).model.groups:
        if group.rotary is not None and (layer_type is None or layer_type in group.layer_types):
            return group.rotary.replace(max_position=None)
    raise KeyError(layer_type)


def words(model: str) -> dict[str, Any]:
    """Return the config.json of a model, as far as it decides the embedding."""
    text = (PUBLISHED / f"{model}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
