"""How sure to be of each cause, given the others."""

from __future__ import annotations

from collections.abc import Iterable

from .diagnosis import Diagnosis

DOUBT = 0.02
"""What is left open even where a cause explains everything: another may as well."""

RARE = 0.4
"""A cause that explains no more than this is none; `unknown` is."""


def ranked(found: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Put the likeliest first, name each mistake once, and weigh it against the first.

    A cause leaves something unexplained: one minus its confidence. One that leaves five times
    as much as the best is five times less likely, and gets that much less confidence.
    """
    best: dict[str, Diagnosis] = {}
    for diagnosis in sorted(found, key=lambda one: -one.confidence):
        best.setdefault(diagnosis.bug, diagnosis)
    causes = list(best.values())
    if not causes:
        return []
    least = 1 - causes[0].confidence + DOUBT
    return [
        Diagnosis(one.bug, one.confidence * least / (1 - one.confidence + DOUBT), one.evidence)
        for one in causes
    ]
