"""Two published implementations that are no rotation, as they are.

Their tables of cosines and sines do not follow the pairs, so the two channels of a pair turn
by different angles: lengths change and the score depends on more than the difference of
positions. One of them was trained that way, so its weights need it.
"""

import math
from collections.abc import Sequence

import numpy as np

from ropespec.reference.arguments import finite, values
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.errors import InputError
from ropespec.reference.forms import quarter_turn
from ropespec.reference.validate import real, wholes


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
    x = values("x", x, (..., "channels"))
    p = real("position", position, above=-math.inf, advice="give one coordinate")
    b = real("base", base, above=1, advice="10000.0 is V-JEPA 2's")
    d = x.shape[-1]
    if d % 2:
        raise InputError(f"x: got {d} channels, expected an even number")
    theta = b ** (-2 * np.arange(d // 2) / d)
    cos, sin = np.tile(np.cos(p * theta), 2), np.tile(np.sin(p * theta), 2)
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
    x = values("x", x, (..., len(axis)))
    theta = finite("inv_freq", inv_freq, (len(axis) // 2,))
    angle = finite("position", position, (len(sections),))[axis] * np.tile(theta, 2)
    first, second = np.split(x, 2, axis=-1)
    return x * np.cos(angle) + np.concatenate((-second, first), axis=-1) * np.sin(angle)


def split_axes(sections: Sequence[int]) -> IntArray:
    """Return the coordinate of each channel in `xd_rope_split_axes`."""
    checked = wholes("sections", sections, least=0, advice="give pairs for each axis")
    return np.repeat(np.arange(len(checked)), 2 * np.array(checked, dtype=np.int64))
