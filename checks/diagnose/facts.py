"""Causes that need no hypothesis: what the calls did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ropespec.checks.errors import FaultKind
from ropespec.checks.observation import Observation
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.oracle import phases

from .diagnosis import Diagnosis
from .exhibit import Exhibit

CERTAIN = 0.998
"""Confidence in what a call plainly did: it needs no explanation."""

LIKELY = 0.6
"""Confidence in cosines that are right beside sines that are not."""

COSINE = 0.02
"""How far off a cosine may be that counts as right."""


ENDS: dict[FaultKind, str] = {
    "crashed": "crashes",
    "out-of-memory": "crashes",
    "timed-out": "hangs",
}
"""The mistakes that end a process; any other fault is that it raises."""


def deeds(observations: Sequence[Observation]) -> Iterator[Diagnosis]:
    """Yield what calls did besides giving values: raise, change inputs, lose the dtype."""
    outcomes = [observation.outcome for observation in observations]
    total = len(outcomes)
    changed = [what for outcome in outcomes for what in outcome.changed]
    if changed:
        names = ", ".join(sorted(set(changed)))
        count = sum(1 for outcome in outcomes if outcome.changed)
        evidence = f"{count} of {total} calls wrote to their input ({names})"
        yield Diagnosis("mutates-input", CERTAIN, evidence)
    lost = [outcome.lost[0] for outcome in outcomes if outcome.lost]
    if lost:
        evidence = f"{len(lost)} of {total} calls changed the dtype or device: {lost[0]}"
        yield Diagnosis("dtype-leak", CERTAIN - 0.001, evidence)
    yield from _faults(observations)


def _faults(observations: Sequence[Observation]) -> Iterator[Diagnosis]:
    """Yield what calls did instead of returning; the end of a process needs no explanation."""
    faults: dict[str, list[str]] = {}
    for case, fault in ((one.case, one.outcome.fault) for one in observations):
        if fault is not None:
            bug = ENDS.get(fault.kind, "raises")
            faults.setdefault(bug, []).append(f"{case.name!r}: {fault}")
    for bug, found in faults.items():
        count = f"{len(found)} of {len(observations)} calls failed"
        confidence = CERTAIN - 0.002 if bug == "raises" else 1.0
        yield Diagnosis(bug, confidence, f"{count}, the first on {found[0]}")


def not_numbers(shown: Iterable[Exhibit]) -> Iterator[Diagnosis]:
    """Yield NaN or infinity where finite values went in."""
    count, first = 0, None
    for exhibit in shown:
        finite = np.isfinite(exhibit.values).all(axis=-1, keepdims=True)
        bad = ~np.isfinite(exhibit.got) & finite
        count += int(bad.sum())
        if bad.any() and first is None:
            batch, _, token, _ = np.argwhere(bad)[0]
            first = exhibit.positions[batch, token].tolist()
    if count:
        evidence = f"{count} outputs are NaN or infinite, the first at position {first}"
        yield Diagnosis("nan-output", 0.96, evidence)


def sines(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield sines that are wrong where the cosines are right.

    For a pair x and its output y, x . y is |x|**2 A cos and the cross product |x|**2 A sin.
    """
    channels = layout_channels(config)
    wrong = kept = 0
    for exhibit in shown:
        bad = exhibit.wrong[..., channels.write].any(axis=-1)
        x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
        cos, _ = phases(exhibit.positions, config)
        norm = (x**2).sum(axis=-1)
        away = np.abs((x * y).sum(axis=-1) - config.amplitude * norm * cos[:, np.newaxis])
        wrong += int(bad.sum())
        kept += int((bad & (away <= COSINE * norm)).sum())
    if wrong and kept >= 0.95 * wrong:
        evidence = f"in {kept} of {wrong} wrong pairs the cosine is right and the sine is not"
        yield Diagnosis("pair-not-rotated", LIKELY - 0.02, evidence)
