"""The checks of single fields of a `RotaryConfig`, and of fields against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .arrangement import Arrangement, Mixed
from .errors import ConfigError
from .layout import LAYOUTS
from .scaling import Proportional, Scaling
from .validate import real, whole

if TYPE_CHECKING:
    from .config import RotaryConfig
    from .scaling import Spectrum


def rotary_width(value: Any, head_dim: int) -> int:
    """Fill in and check the rotary width."""
    expected = f"an even number from 2 to head_dim = {head_dim}"
    if value is None:
        if head_dim % 2:
            advice = "give an even rotary_dim below it, or an even head_dim"
            raise ConfigError("head_dim", head_dim, "an even number to turn whole", advice)
        return head_dim
    try:
        width = whole("rotary_dim", value, least=2, advice="")
    except ConfigError:
        advice = "leave it out to turn the whole head"
        raise ConfigError("rotary_dim", value, expected, advice) from None
    if width > head_dim:
        raise ConfigError("rotary_dim", value, expected, "no more channels can turn than exist")
    if width % 2:
        raise ConfigError("rotary_dim", value, expected, "every pair takes two channels")
    return width


def sense(value: Any) -> int:
    """Check the sense of rotation."""
    if isinstance(value, bool) or value not in (1, -1):
        raise ConfigError("sign", value, "1 or -1", "use 1 unless the model turns backwards")
    return int(value)


def pairs_per_axis(
    axes: Any, arrangement: Arrangement | Mixed | None, rotary_dim: int, layout: str
) -> tuple[int, ...]:
    """Check that the axes share out all pairs, and fit the arrangement and the layout."""
    if isinstance(axes, str | bytes) or not isinstance(axes, Sequence):
        raise ConfigError("axes", axes, "a list of pairs per axis", "leave it out for one axis")
    checked = tuple(whole("axes", n, least=1, advice="give pairs per axis") for n in axes)
    pairs = rotary_dim // 2
    if arrangement is not None:
        checked = _arranged(checked, arrangement, pairs)
    if len(checked) == 1:
        advice = "leave axes out for ordinary positions"
        raise ConfigError("axes", axes, "at least two axes, or none at all", advice)
    if checked and sum(checked) != pairs and not isinstance(arrangement, Mixed):
        expected = f"pairs per axis that add up to rotary_dim / 2 = {pairs}"
        raise ConfigError("axes", axes, expected, f"they add up to {sum(checked)}")
    _fits_layout(checked, arrangement, pairs, layout)
    return checked


def _arranged(
    axes: tuple[int, ...], arrangement: Arrangement | Mixed, pairs: int
) -> tuple[int, ...]:
    """Return the pairs per axis that the arrangement has."""
    if arrangement.pairs != pairs:
        expected = f"an arrangement of rotary_dim / 2 = {pairs} pairs"
        raise ConfigError("arrangement", arrangement, expected, f"it has {arrangement.pairs}")
    if axes not in ((), arrangement.counts):
        expected = f"{arrangement.counts}, as the arrangement says"
        raise ConfigError("axes", axes, expected, "leave axes out")
    return arrangement.counts


def _fits_layout(
    axes: tuple[int, ...], arrangement: Arrangement | Mixed | None, pairs: int, layout: str
) -> None:
    """Check what a layout over axes or over the whole head asks of the axes."""
    span = LAYOUTS[layout].span
    if span == "axis" and not axes:
        advice = f"for example {(pairs - pairs // 2, pairs // 2)}, or use the layout 'half'"
        raise ConfigError("axes", axes, f"pairs per axis for layout {layout!r}", advice)
    if span == "axis" and arrangement is not None and not arrangement.in_blocks:
        advice = "use the layout 'half', or give each axis its pairs in one block"
        raise ConfigError("arrangement", arrangement, f"blocks for layout {layout!r}", advice)
    if axes and span == "head":
        advice = "use the layout 'half' or 'half-blocks'"
        raise ConfigError("axes", axes, f"no axes with layout {layout!r}", advice)


def check_law(scaling: Scaling, arrangement: Arrangement | Mixed | None) -> None:
    """Refuse a frequency law where it has no meaning."""
    simple = scaling.rope_type in ("default", "linear")
    if arrangement is not None and not arrangement.plain and not simple:
        expected = "no law, or 'linear', with this arrangement"
        advice = "other laws need falling frequencies of one base, in radians"
        raise ConfigError("rope_type", scaling.rope_type, expected, advice)


def amplitude_given(value: Any) -> float | None:
    """Check the amplitude given by hand."""
    advice = "leave it out to take what the scaling says"
    return None if value is None else real("attention_factor", value, above=0, advice=advice)


def largest_position(value: Any) -> int:
    """Check the largest position claimed."""
    return whole("max_position", value, least=0, advice="leave it out for no limit")


def check_proportional(config: RotaryConfig) -> None:
    """Refuse a proportional law whose series would not be spread over the whole head."""
    spread = LAYOUTS[config.layout].span == "head" or config.rotary_dim == config.head_dim
    if isinstance(config.scaling, Proportional) and not spread:
        advice = "proportional RoPE spreads its frequencies over the whole head"
        raise ConfigError("layout", config.layout, "'half-idle' for a part of the head", advice)


def check_idle(head_dim: int, rotary_end: str) -> None:
    """Check what only matters where the pairs run over the whole head."""
    if head_dim % 2:
        advice = "the pairs (i, i + head_dim/2) need two equal halves"
        raise ConfigError("head_dim", head_dim, "an even number for 'half-idle'", advice)
    if rotary_end != "first":
        advice = "in layout 'half-idle' the first pairs are the ones that turn"
        raise ConfigError("rotary_end", rotary_end, "'first'", advice)


def check_frequencies(spectrum: Spectrum) -> None:
    """Refuse an arrangement whose powers of the base are no numbers above 0."""
    theta = np.asarray(spectrum.theta, dtype=np.float64)
    if not (np.isfinite(theta).all() and (theta > 0).all()):
        pair = int(np.argmin(np.isfinite(theta) & (theta > 0)))
        given = f"{spectrum.index[pair]:g} / {spectrum.width[pair]:g} at pair {pair}"
        expected = "an index and a width that give a frequency above 0"
        advice = "it is base ** (-2 index / width)"
        raise ConfigError("arrangement.index", given, expected, advice)
