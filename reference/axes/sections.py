"""Sections of pairs for time, height and width that are no plain dealing out.

The chunked M-RoPE of Qwen2-VL, ERNIE's order and the rest are `arrangement.arrange` with
groups. Three rules are not: they are written here as their models define them.
"""

from collections.abc import Sequence

from ropespec.reference.arrangement import Arrangement, arrange
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.scaling import Linear
from ropespec.reference.scaling.ntk import ntk_base
from ropespec.reference.validate import real, reals, whole, wholes


def interleaved_sections(sections: Sequence[int]) -> Arrangement:
    """Return the interleaved M-RoPE of Qwen3-VL.

    Pair i turns by height if i mod 3 = 1 and i < 3 S_h, by width if i mod 3 = 2 and
    i < 3 S_w, and by time otherwise; one series runs over all pairs. The time section S_t
    only counts for the number of pairs, and height and width get no more than that number
    has room for.

    Parameters
    ----------
    sections
        S_t, S_h, S_w: pairs for each axis, as `mrope_section`.

    Raises
    ------
    ConfigError
        If they are not three positive whole numbers.

    Examples
    --------
    >>> from ropespec.reference.axes import interleaved_sections
    >>> interleaved_sections((24, 20, 20)).counts
    (24, 20, 20)
    >>> interleaved_sections((2, 4, 1)).axis
    (0, 1, 2, 0, 1, 0, 0)
    """
    advice = "give pairs for time, height and width, for example (24, 20, 20)"
    checked = wholes("sections", sections, least=1, advice=advice)
    if len(checked) != 3:
        raise ConfigError("sections", checked, "three numbers of pairs", advice)
    time, height, width = checked
    pairs = time + height + width

    def axis(i: int) -> int:
        if i % 3 == 1 and i < 3 * height:
            return 1
        return 2 if i % 3 == 2 and i < 3 * width else 0

    return Arrangement(
        axis=tuple(axis(i) for i in range(pairs)),
        index=tuple(range(pairs)),
        width=(2 * pairs,) * pairs,
    )


def spanned_periods(head_dim: int, min_period: float, max_period: float) -> RotaryConfig:
    """Return DINOv3 with periods from min to max, P_j = min (max / min) ** (j / (n - 1)).

    The other way to give its frequencies (`pos_embed_rope_min_period`, `_max_period`), instead
    of the base; angle 2 pi u / P_j as in the scheme "dinov3" (facebookresearch/dinov3,
    RopePositionEmbedding). n is the number of pairs of one axis.

    Parameters
    ----------
    head_dim
        Channels of the head, a multiple of 4; height first.
    min_period, max_period
        The first and the last period, in units of the coordinate; the second is larger.

    Raises
    ------
    ConfigError
        If a value is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.axes import spanned_periods
    >>> config = spanned_periods(12, min_period=0.5, max_period=8.0)
    >>> (2 * np.pi / config.inv_freq()).round(6).tolist()
    [0.5, 2.0, 8.0, 0.5, 2.0, 8.0]
    """
    width = whole("head_dim", head_dim, least=4, advice="give the channels of one head")
    if width % 4:
        raise ConfigError("head_dim", head_dim, "a multiple of 4", "two axes, pairs for each")
    least = real("min_period", min_period, above=0, advice="give the first period")
    most = real("max_period", max_period, above=least, advice="give the last period")
    return RotaryConfig(
        width,
        layout="half",
        base=most / least,
        scaling=Linear(least),
        arrangement=arrange((width // 4,) * 2, series="spanned", unit="turn"),
    )


def stretched_axes(
    counts: Sequence[int], base: float = 10000.0, stretch: Sequence[float] = (2.0, 1.0, 1.0)
) -> Arrangement:
    """Return Cosmos's axes: an NTK-aware base for each, b_a = b s_a ** (d_a / (d_a - 2)).

    Parameters
    ----------
    counts
        Pairs of time, height and width, at least two each.
    base
        b.
    stretch
        s_a for each axis.
    """
    pairs = wholes("counts", counts, least=2, advice="an NTK-aware base needs two pairs")
    stretches = reals("stretch", stretch, above=0, advice="Cosmos has (2.0, 1.0, 1.0)")
    if len(stretches) != len(pairs):
        expected = f"{len(pairs)} numbers, one for each axis"
        raise ConfigError("stretch", stretches, expected, "1.0 changes nothing")
    b = real("base", base, above=1, advice="10000.0 is Cosmos's")
    bases = [ntk_base(b, s, 2 * n) for s, n in zip(stretches, pairs, strict=True)]
    return arrange(pairs, bases=tuple(bases))
