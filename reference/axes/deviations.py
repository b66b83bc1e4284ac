"""Two published implementations that are no rotation, as they are.

Their tables of cosines and sines do not follow the pairs, so the two channels of a pair turn
by different angles: lengths change and the score depends on more than the difference of
positions. One of them was trained that way, so its weights need it.
"""

from collections.abc import Sequence

import numpy as np

from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.forms import quarter_turn


def vjepa2_tiled(x: FloatArray, position: float, base: float = 10000.0) -> FloatArray:
    """Return V-JEPA 2's transformation of one axis's channels (its code and transformers').

    The pairs are (2i, 2i+1), but the table is tiled, (c_0 .. c_n, c_0 .. c_n), where
    repeating each entry, (c_0, c_0, c_1, c_1, ...), was meant. Trained that way.

    Parameters
    ----------
    x
        Channels of one axis, shape `(..., channels)`.
    position
        The coordinate on that axis.
    base
        Base of the axis's series.
    """
    d = x.shape[-1]
    theta = base ** (-2 * np.arange(d // 2) / d)
    cos, sin = np.tile(np.cos(position * theta), 2), np.tile(np.sin(position * theta), 2)
    y: FloatArray = x * cos + quarter_turn(x) * sin
    return y


def xd_rope_split_axes(
    x: FloatArray, position: Sequence[float], inv_freq: FloatArray, sections: Sequence[int]
) -> FloatArray:
    """Return transformers 5.23's transformation for HunYuan-VL.

    It cuts the doubled table (theta, theta) in doubled sections, so channel j turns by
    another coordinate than its partner j + d/2. Where all coordinates agree, as for text, it
    is the rotation it should be.

    Parameters
    ----------
    x
        A head's channels, shape `(..., head_dim)`.
    position
        One coordinate for each section.
    inv_freq
        The frequencies, shape `(head_dim / 2,)`.
    sections
        Pairs for each axis.
    """
    axis = split_axes(sections)
    angle = np.asarray(position, dtype=np.float64)[axis] * np.tile(inv_freq, 2)
    first, second = np.split(x, 2, axis=-1)
    return x * np.cos(angle) + np.concatenate((-second, first), axis=-1) * np.sin(angle)


def split_axes(sections: Sequence[int]) -> IntArray:
    """Return the coordinate of each channel in `xd_rope_split_axes`."""
    return np.repeat(np.arange(len(sections)), 2 * np.asarray(sections))
