"""A convention in words: what was identified, and how it differs from what was declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ropespec.reference import LAYOUTS

if TYPE_CHECKING:
    from ropespec.checks.identify import Identification
    from ropespec.reference import RotaryConfig

COMPARED = ("layout", "sign", "base", "rotary_dim", "rotary_end", "attention_factor", "scaling")
"""What can be declared and identified."""

SENSE = {1: "counter-clockwise", -1: "clockwise", None: "neither way"}


def described(found: Identification) -> str:
    """Name a convention in one sentence."""
    if found.layout is None:
        why = f": {found.notes[-1]}" if found.notes else ""
        return f"no convention that fits{why}"
    parts = [
        f"layout {found.layout}{_known(found.layout)}",
        f"{SENSE[found.sign]} (sign {found.sign})",
        _base(found),
        f"{found.rotary_dim} of {found.head_dim} channels turn",
    ]
    if found.rotary_dim < found.head_dim and found.rotary_end:
        parts[-1] += f", the {found.rotary_end} ones"
    if found.scaling:
        parts.append(scaled(found.scaling))
    if found.position_offset:
        parts.append(f"positions off by {found.position_offset:g}")
    if found.attention_factor not in (None, 1.0):
        parts.append(f"attention factor {found.attention_factor:g}")
    if found.output_permutation is not None:
        parts.append("output channels permuted")
    return f"{', '.join(parts)}; explains {found.explained:.1%} of what was measured"


def _known(layout: str) -> str:
    """Name the best known users of a layout."""
    users = LAYOUTS[layout].meaning.rstrip(".").rpartition(", as ")[2]
    return f" (as {users})"


def _base(found: Identification) -> str:
    """Name the base, with the rule of the exponents where it is not the usual one."""
    if found.base is None:
        one = found.rotary_dim == 2 and found.misfit is not None
        return "base unknown: one pair" if one else "frequencies of no known law"
    rule = found.exponent
    if rule is None or rule.base == found.base:
        return f"base {found.base:g}"
    return f"base {found.base:g} (as base {rule.base:g} with the exponents {rule.rule})"


def scaled(words: dict[str, Any]) -> str:
    """Name a scaling law with its numbers; long lists by their ends.

    Examples
    --------
    >>> scaled({"rope_type": "linear", "factor": 8.0})
    'linear scaling (factor 8)'
    >>> scaled({"rope_type": "longrope", "long_factor": [1.0, 1.5, 2.0, 64.0], "factor": 16.0})
    'longrope scaling (long_factor 1, 1.5 … 64 (4 numbers), factor 16)'
    """
    numbers = (f"{key} {_number(value)}" for key, value in words.items() if key != "rope_type")
    return f"{words['rope_type']} scaling ({', '.join(numbers)})"


def _number(value: Any) -> str:
    """Write one value of a law."""
    if isinstance(value, list | tuple):
        if len(value) < 4:
            return ", ".join(map(_number, value))
        ends = [_number(value[place]) for place in (0, 1, -1)]
        return f"{ends[0]}, {ends[1]} … {ends[2]} ({len(value)} numbers)"
    if isinstance(value, dict):
        return f"[{scaled(value)}]"
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 2**53
    return str(int(value)) if whole else str(value)


def declared(config: RotaryConfig) -> str:
    """Name what a target is held to be."""
    parts = [
        f"layout {config.layout}",
        f"{SENSE[config.sign]} (sign {config.sign})",
        f"base {config.base:g}",
        f"{config.rotary_dim} of {config.head_dim} channels turn",
    ]
    if config.rotary_dim < config.head_dim:
        parts[-1] += f", the {config.rotary_end} ones"
    if config.axes:
        parts.append(axes(config))
    if (scaling := config.scaling_dict()) is not None:
        parts.append(scaled(scaling))
    if config.amplitude != 1.0:
        parts.append(f"attention factor {config.amplitude:g}")
    return ", ".join(parts)


def axes(config: RotaryConfig) -> str:
    """Name how the pairs are dealt out to the axes.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> axes(RotaryConfig(head_dim=8, axes=(3, 1)))
    'axes of 3, 1 pairs'
    """
    words = f"axes of {', '.join(map(str, config.axes))} pairs"
    order = getattr(config.arrangement, "axis", ())
    return f"{words}, not one after the other" if list(order) != sorted(order) else words


def facts(found: Identification) -> list[tuple[str, str]]:
    """List what was identified, with what it means."""
    layout = LAYOUTS[found.layout].meaning if found.layout else "none that fits"
    rows: list[tuple[str, Any]] = [
        ("layout", f"{found.layout}: {layout}" if found.layout else layout),
        ("sign", f"{found.sign}: {SENSE[found.sign]}"),
        ("base", found.base),
        ("rotary_dim", f"{found.rotary_dim} of {found.head_dim}"),
        ("rotary_end", found.rotary_end),
        ("position_offset", found.position_offset),
        ("attention_factor", found.attention_factor),
        ("scaling", None if found.scaling is None else scaled(found.scaling)),
        ("phase_bits", found.phase_bits),
        ("max_position", found.max_position),
        ("explained", f"{found.explained:.2%}"),
        ("misfit", _fit(found)),
        ("measured in", found.dtype),
    ]
    return [(name, "none" if value is None else str(value)) for name, value in rows]


def _fit(found: Identification) -> str:
    """Say how near the measured frequencies are to the law."""
    if found.misfit is None:
        return "no law explains all frequencies"
    return f"{found.misfit:.2g} of what the measurement and float32 frequencies allow"


def differences(found: Identification, config: RotaryConfig) -> list[str]:
    """Name what was identified otherwise than declared."""
    values = {
        **{name: getattr(config, name) for name in COMPARED},
        "scaling": config.scaling_dict(),
        "attention_factor": config.amplitude,
    }
    if config.rotary_dim == config.head_dim:
        values.pop("rotary_end")  # either end is the whole
    return [
        f"{name}: found {getattr(found, name)}, declared {value}"
        for name, value in values.items()
        if getattr(found, name) != value
    ]
