"""What a deviation from the correct pipeline is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import RotaryConfig

Change = Callable[[Pipeline], Pipeline]
"""Makes the wrong pipeline from the correct one."""

Visible = Callable[[RotaryConfig], bool]
"""Whether a deviation can differ from the correct result for a configuration."""


def always(_config: RotaryConfig) -> bool:
    """Every configuration shows it."""
    return True


def several_pairs(config: RotaryConfig) -> bool:
    """Show with two pairs or more: one pair always turns at frequency 1."""
    return config.pairs > 1


def partial_width(config: RotaryConfig) -> bool:
    """Show where some channels pass through."""
    return config.rotary_dim < config.head_dim


def scaled(config: RotaryConfig) -> bool:
    """Show where the configuration has a scaling."""
    return config.scaling_dict() is not None


def amplified(config: RotaryConfig) -> bool:
    """Show where the amplitude is not 1."""
    return config.amplitude != 1.0


@dataclass(frozen=True)
class Deviation:
    """One way to be wrong.

    Attributes
    ----------
    name
        Its name in the corpus, unique.
    bug
        The slug of the mistake that it is a case of.
    says
        What it computes, to follow "the target ...".
    change
        Makes the wrong pipeline from the correct one.
    visible
        The configurations in which it can be seen.
    """

    name: str
    bug: str
    says: str
    change: Change
    visible: Visible = always

    def apply(self, config: RotaryConfig) -> Pipeline:
        """Return the wrong pipeline for a configuration."""
        return self.change(Pipeline(config))
