"""The matrix of a survey, row by row: the same words in the terminal and on the site."""

from __future__ import annotations

from typing import Any

from .measuring import POSITIONS

HEAD = (
    "implementation", "layout", "sign", "width", "scaling", "dtypes", "verdict", "grade",
    "bits 4k/32k/131k/1M", "first bad", "dtype kept", "input untouched", "gradient",
    "history", "negative", "speed",
)  # fmt: skip
"""Its columns."""

CHOSEN = ("float32", "bfloat16", "float16", "float64")
"""Formats by which an implementation's phases are told, the first that it has."""


def row(implementation: dict[str, Any]) -> tuple[str, ...]:
    """Return the cells of an implementation; those that are not known are empty."""
    report, config = implementation["report"], implementation["config"]
    name = implementation["id"]
    if report is None or report["error"]:
        problem = implementation["problem"] or report["error"]
        return (name, *[""] * 5, "not judged", "", "", problem, *[""] * 6)
    known, claims = report["properties"], report["claims"]
    return (
        name, str(config["layout"]), f"{config['sign']:+d}", _width(config),
        _scaling(config, claims), " ".join(claims["dtypes"]), report["verdict"],
        report["grade"] or "", _bits(report), _first_bad(report),
        *(_held(known[key]) for key in ("dtype_kept", "input_untouched", "gradient")),
        _held(known["history"]), _negative(report), _speed(implementation["speed"]),
    )  # fmt: skip


def chosen(report: dict[str, Any]) -> str:
    """Return the format by which the phases of an implementation are told."""
    formats = report["phases"]["formats"]
    return next((dtype for dtype in CHOSEN if dtype in formats), "")


def _width(config: dict[str, Any]) -> str:
    """Say how many channels turn, of how many, and at which end."""
    whole, part = config["head_dim"], config["rotary_dim"]
    axes = f" in {len(config['axes'])} axes" if config["axes"] else ""
    if whole == part:
        return f"{whole}{axes}"
    return f"{part} of {whole}, {config['rotary_end']}{axes}"


def _scaling(config: dict[str, Any], claims: dict[str, Any]) -> str:
    """Name the scaling law, and say where each call was held to its own length."""
    scaling = config["scaling"]
    name = "none" if not scaling else str(scaling["rope_type"]).replace("default", "none")
    return f"{name}, by length" if claims.get("by_length") else name


def _bits(report: dict[str, Any]) -> str:
    """Write the good bits at the usual ends."""
    dtype = chosen(report)
    if not dtype:
        return ""
    bits = report["phases"]["formats"][dtype]["good_bits"]
    found = (bits[str(place)] for place in POSITIONS)
    return "/".join("-" if each is None else f"{each:.0f}" for each in found)


def _first_bad(report: dict[str, Any]) -> str:
    """Say where the first format leaves its bound, or stops."""
    formats = report["phases"]["formats"]
    bad = [
        (each["first_bad"], dtype)
        for dtype, each in formats.items()
        if each["first_bad"] is not None
    ]
    if bad:
        return "{} ({})".format(*min(bad))
    ends = [each["stopped"] for each in formats.values() if each["stopped"] is not None]
    return f"refuses {min(ends)}" if ends else "none"


def _held(word: str) -> str:
    """Shorten why something was not judged."""
    return word if word in {"yes", "no"} else "-"


def _negative(report: dict[str, Any]) -> str:
    """Say what becomes of negative positions, the worst of all formats."""
    words = set(report["phases"]["negative"].values())
    return next((word for word in ("wrong", "refused", "right") if word in words), "")


def _speed(speed: dict[str, Any] | None) -> str:
    """Write the time in units of a copy: the median, and the middle half of the ratios."""
    return "" if speed is None else "{ratio:.1f} ({low:.1f} to {high:.1f})".format(**speed)
