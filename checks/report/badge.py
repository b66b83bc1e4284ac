"""Reports as a badge: what shields.io draws from an endpoint.

The form is https://shields.io/badges/endpoint-badge (keys schemaVersion, label, message and
color), from memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .report import Report

COLOURS = {
    "conformant": "brightgreen",
    "conformant-up-to-basis": "yellow",
    "nonconformant": "red",
    "error": "lightgrey",
}


def badge(report: Report) -> dict[str, Any]:
    """Return the values of a badge."""
    words: list[str] = [report.verdict, *([report.grade] if report.grade else [])]
    colour = COLOURS[report.verdict]
    if report.known and report.verdict.startswith("conformant"):
        words.append(f"{len(report.known)} known")
        colour = "yellow"
    if report.stale:
        words.append("stale list")
        colour = "orange"
    return {
        "schemaVersion": 1,
        "label": "RoPE",
        "message": ", ".join(words),
        "color": colour,
    }
