"""Frequencies that should follow the length of a call, and do not."""

from __future__ import annotations

from collections.abc import Iterator

from ropespec.checks.identify import Identification
from ropespec.checks.in_force import DEPENDS, follows_length, last_alike
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig

from .diagnosis import Diagnosis

SAME = 0.9
"""Confidence where calls of all lengths have the same frequencies."""


def lengths(
    target: Target, config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Ask whether calls of all lengths had the same frequencies, where they should not."""
    if not follows_length(config, target.claims) or seen is None or seen.layout is None:
        return
    last = last_alike(config)
    if last is None or any(note.startswith(DEPENDS) for note in seen.notes):
        return
    if target.max_position is not None and target.max_position <= last:
        return
    bug = "wrong-scaling-parameters" if seen.scaling else "scaling-ignored"
    evidence = (
        "calls of all lengths have the same frequencies, and by the scaling those beyond "
        f"position {last} have others"
    )
    yield Diagnosis(bug, SAME, evidence)
