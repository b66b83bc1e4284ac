"""What is published about somebody's implementation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ropespec.reference.config import RotaryConfig


@dataclass(frozen=True)
class Peer:
    """An implementation with the configuration that its authors publish.

    Attributes
    ----------
    name
        Whose it is, with the model.
    target
        Where it is, as `ropespec check` takes it.
    config
        What it computes.
    claims
        How it is called, as arguments of `check`.
    """

    name: str
    target: str
    config: RotaryConfig
    claims: Mapping[str, Any] = field(default_factory=dict)
