"""What a survey measures of one implementation, beyond the report of a check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ropespec.checks.opening import Way, open_target, stated
from ropespec.checks.peers import Peer
from ropespec.checks.profile import ladder, profile
from ropespec.checks.report import Report
from ropespec.checks.report.pictures import step
from ropespec.checks.target import Target

POSITIONS = (4096, 32768, 131072, 1048576)
"""Where good phase bits are told: the ends of usual contexts."""

NEGATIVE = (-131072, -4097, -1000, -257, -3, -2, -1)
"""Negative positions that are tried, whatever is claimed."""

PROPERTIES = {
    "dtype_kept": ("shape-dtype-device",),
    "input_untouched": ("input-untouched",),
    "gradient": ("gradient",),
    "history": ("history", "repeat"),
}
"""Columns of the matrix that laws decide; the worst of them counts."""


def phases(peer: Peer) -> dict[str, Any]:
    """Measure the phases far out, and at negative positions.

    Returns
    -------
    dict
        `formats` with good bits at `POSITIONS`, and `negative`.
    """
    opened = open_target(peer.target, stated(peer.target, **peer.claims), Way(), peer.config)
    try:
        return {
            "formats": _formats(opened.target, peer),
            "negative": _negative(opened.target, peer),
        }
    finally:
        opened.target.close()


def properties(report: Report) -> dict[str, str]:
    """Say of each property whether it holds: yes, no, or why it was not judged."""
    found = {}
    for name, laws in PROPERTIES.items():
        states = {law: report.law(law) for law in laws}
        if any(each.status in {"fail", "error"} for each in states.values()):
            found[name] = "no"
        elif any(each.status == "pass" for each in states.values()):
            found[name] = "yes"
        else:
            found[name] = next(iter(states.values())).reason or "not judged"
    return found


def heat(report: Report) -> dict[str, Any] | None:
    """Return the error map as one digit for each pair and position, None where there is none.

    A digit is a place in `ropespec.checks.report.pictures.STEP_NAMES`.
    """
    errors = report.errors
    if errors is None or not errors.ratios:
        return None
    rows = {
        dtype: ["".join(str(step(ratio)) for ratio in line) for line in lines]
        for dtype, lines in errors.ratios.items()
    }
    return {"positions": list(errors.positions), "pairs": errors.pairs, "steps": rows}


def _formats(target: Target, peer: Peer) -> dict[str, Any]:
    """Measure every format up to the end of the positions."""
    end = max(POSITIONS) if target.max_position is None else target.max_position
    found = profile(target, peer.config, ladder(min(end, max(POSITIONS))))
    formats = {}
    for dtype, measured in found.formats.items():
        bits = {line.position: line.good_bits for line in measured.lines}
        formats[dtype] = {
            "grade": measured.grade,
            "good_bits": {str(place): bits.get(place) for place in POSITIONS},
            "first_bad": measured.first_bad,
            "stopped": measured.stopped,
            "why": measured.why or None,
        }
    return formats


def _negative(target: Target, peer: Peer) -> dict[str, str]:
    """Say for each format whether negative positions are right, wrong or refused."""
    limit = target.max_position
    row = tuple(place for place in NEGATIVE if limit is None or -place <= limit)
    found = profile(target, peer.config, row)
    words: dict[str, str] = dict.fromkeys(found.faults, "refused")
    return {**words, **{dtype: _word(each) for dtype, each in found.formats.items()}}


def _word(measured: Any) -> str:
    """Say in one word what became of negative positions."""
    if measured.first_bad is not None:
        return "wrong"
    return "right" if measured.stopped is None else "refused"


def summary(report: Report) -> Mapping[str, Any]:
    """Return of a report what a page shows."""
    whole = report.as_dict()
    kept = ("verdict", "grade", "grades", "error", "config", "claims", "diagnosis", "counts")
    laws = [
        {key: law[key] for key in ("id", "status", "level", "executed", "reason", "reproduce")}
        | {"worst": _worst(law["worst"])}
        for law in whole["laws"]
    ]
    identified = whole["identified"]
    if identified is not None:
        identified = {key: value for key, value in identified.items() if key != "inv_freq"}
    rest = {"laws": laws, "identified": identified, "noticed": whole["noticed"]}
    return {**{key: whole[key] for key in kept}, **rest}


def _worst(worst: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return of the worst measurement what a page shows."""
    if worst is None:
        return None
    return {key: worst[key] for key in ("error", "budget", "position", "pair", "dtype", "role")}
