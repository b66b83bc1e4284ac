"""`ropespec explain config.json`: a model's configuration on the terminal."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ropespec.reference.arrangement import Mixed
from ropespec.reference.layout import layout_channels

if TYPE_CHECKING:
    from rich.console import Console

    from ropespec.reference import RotaryConfig
    from ropespec.reference.explain import Explanation, GroupExplanation

BAR = 32
"""Characters of the longest bar of the picture."""

BESIDE_BAR = 32
"""Characters that a line of the picture has beside its bar."""

WIDE = 60
"""Columns of a terminal from which the table has all that is known of a pair."""

SHOWN_AXES = 7
"""Pairs whose axes are shown where axes are interleaved."""

ROWS = 8
"""Pairs that the table shows, evenly spread from the fastest to the slowest."""


def show(explanation: Explanation, console: Console) -> None:
    """Write every group of layers, then what was assumed and where libraries differ.

    Parameters
    ----------
    explanation
        What `ropespec.reference.explain.explain` returns.
    console
        Where to.
    """
    from rich.markup import escape

    for group in explanation.groups:
        _show_group(group, console)
    for warning in explanation.warnings:
        name = f"{warning.kind}: {warning.name}"
        console.print(f"[yellow]{escape(name)}[/]  {escape(warning.message)}")


def _show_group(explained: GroupExplanation, console: Console) -> None:
    """Write one group: its parameters, a table of frequencies, a picture of wavelengths."""
    from rich.markup import escape

    group, config = explained.group, explained.group.rotary
    layers = f" (layers {_ranges(group.layers)})" if group.layers and group.layer_types else ""
    console.print(f"[bold]{escape(group.name + layers)}[/]")
    if config is None:
        console.print("  no rotary embedding\n")
        return
    scaling = dict(config.scaling_dict() or {"rope_type": "none"})
    law = f"{scaling.pop('rope_type')} {_words(scaling)}".strip()
    rows = [
        ("turning", f"{config.rotary_dim} of {config.head_dim} channels ({config.rotary_end})"),
        ("layout", config.layout + (", clockwise" if config.sign < 0 else "")),
        ("base", f"{config.base:g}"),
        ("scaling", law),
        ("amplitude", f"{config.amplitude:.10g}"),
        ("scores times", f"{group.softmax_factor:.6g}" if group.softmax_factor != 1 else ""),
        ("pairs per axis", _axes(config)),
        ("in the context", _never(explained)),
        ("changed", _changed(explained)),
    ]
    _show_rows(rows, console)
    _show_regime(explained, console)
    if explained.longer is not None:
        _show_longer(explained.longer, config.amplitude, console)
    console.print()


def _show_longer(longer: GroupExplanation, amplitude: float, console: Console) -> None:
    """Write what another list of divisors makes of a sequence of the whole context."""
    console.print(f"  beyond, up to {longer.context} positions:")
    config = longer.group.rotary
    changes = config is not None and config.amplitude != amplitude
    rows = [
        ("amplitude", f"{config.amplitude:.10g}" if config is not None and changes else ""),
        ("in the context", _never(longer)),
        ("changed", _changed(longer)),
    ]
    _show_rows(rows, console)
    _show_regime(longer, console)


def _show_regime(explained: GroupExplanation, console: Console) -> None:
    """Write the frequencies in force up to some length: a table and a picture."""
    from rich.markup import escape

    _show_frequencies(explained, console)
    widest = max(4, min(BAR, console.width - BESIDE_BAR))
    for line in picture(explained.wavelengths, explained.context, widest):
        console.print(f"  {escape(line)}")


def _axes(config: RotaryConfig) -> str:
    """Write how many pairs each axis turns, and which where they do not follow each other."""
    if not config.axes:
        return ""
    counts = ", ".join(map(str, config.axes))
    if isinstance(config.arrangement, Mixed):
        return f"{counts}; every pair turns by a mixture of all axes"
    axis = layout_channels(config).axis
    if (np.diff(axis) >= 0).all():
        return f"{counts}, one axis after the other"
    first = " ".join(map(str, axis[:SHOWN_AXES].tolist()))
    return f"{counts}; interleaved: the first pairs turn by axis {first}"


def _show_rows(rows: list[tuple[str, str]], console: Console) -> None:
    """Write names and texts; a long text goes on below its beginning."""
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, min_width=16)
    table.add_column(overflow="fold")
    for name, text in rows:
        if text:
            table.add_row(f"  {name}", escape(text))
    console.print(table)


def _show_frequencies(explained: GroupExplanation, console: Console) -> None:
    """Write some pairs: frequency, wavelength, turns, and what the law divided by."""
    from rich.table import Table

    wide = console.width >= WIDE
    table = Table(box=None, pad_edge=False, padding=(0, 2 if wide else 1))
    names = ("  pair", "frequency", "wavelength", "turns", "divided by")
    for name in names if wide else (names[0], *names[2:4], "/"):
        table.add_column(name, justify="right", no_wrap=True)
    pairs = len(explained.inv_freq)
    for i in np.unique(np.linspace(0, pairs - 1, min(ROWS, pairs)).round().astype(int)):
        turns = "" if explained.turns is None else f"{explained.turns[i]:.4g}"
        values = (explained.inv_freq[i], explained.wavelengths[i])
        numbers = [f"{value:.6g}" for value in values] if wide else [f"{values[1]:.4g}"]
        table.add_row(str(i), *numbers, turns, f"{explained.changed[i]:.4g}")
    console.print(table)


def picture(
    wavelengths: np.typing.NDArray[np.float64], context: int | None, widest: int = BAR
) -> list[str]:
    """Return bars, one for each power of ten of the wavelength; the context is marked.

    Parameters
    ----------
    wavelengths
        In positions, shape `(pairs,)`.
    context
        The context length, or None.
    widest
        Characters of the longest bar.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.checks.cli.models_explained import picture
    >>> for line in picture(np.array([6.3, 20.0, 30.0, 900.0]), 200):
    ...     print(line)
         1 to 10     ████████████████ 1
        10 to 100    ████████████████████████████████ 2
       100 to 1000   ████████████████ 1  context 200
    """
    powers = np.floor(np.log10(wavelengths)).astype(int)
    edge = None if context is None else math.floor(math.log10(context))
    first = int(powers.min())
    last = max(int(powers.max()), first if edge is None else edge)
    counts = {power: int((powers == power).sum()) for power in range(first, last + 1)}
    shown = f"context {context}" if widest == BAR else "context"  # short bars leave no room
    lines = []
    for power, count in counts.items():
        bar = "█" * max(round(widest * count / max(counts.values())), count > 0)
        mark = f"  {shown}" if power == edge else ""
        lines.append(f"{10**power:>6g} to {10 ** (power + 1):<7g}{bar} {count}{mark}")
    return lines


def _never(explained: GroupExplanation) -> str:
    """Say which pairs never complete a turn."""
    never = explained.never_turn
    if never is None:
        return ""
    count, pairs = int(never.sum()), len(never)
    which = _ranges(tuple(np.flatnonzero(never).tolist()))
    text = f"of {explained.context} positions {count} of {pairs} pairs never complete a turn"
    return f"{text}: {which}" if count else text


def _changed(explained: GroupExplanation) -> str:
    """Say which pairs the law changed."""
    ratio = explained.changed
    touched = np.flatnonzero(np.abs(ratio - 1) > 1e-12)
    if not len(touched):
        return ""
    which = "" if len(touched) == len(ratio) else f" ({_ranges(tuple(touched.tolist()))})"
    text = f"{len(touched)} of {len(ratio)} frequencies{which}"
    return f"{text}, divided by up to {ratio.max():.6g}"


def _ranges(numbers: tuple[int, ...]) -> str:
    """Write the numbers of layers or pairs as ranges."""
    from ropespec.reference.model import shortened

    return shortened(numbers)


def _words(parameters: dict[str, object]) -> str:
    """Write a law's parameters; long lists by their length."""
    texts = [
        f"{key}=[{len(value)} numbers]" if isinstance(value, list) else f"{key}={value}"
        for key, value in parameters.items()
    ]
    return ", ".join(texts)
