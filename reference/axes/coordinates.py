"""From the grid of an image or a video to the coordinates of its tokens.

Each function is a map of positions, exact: whole numbers, or fractions in an object array,
which the oracle takes as they are. Tokens come in row-major order, the last size fastest;
shape `(tokens, axes)`. What else moves a coordinate (frames per second, a crop, an
interpolation) multiplies or shifts these.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np

from ropespec.reference.arrays import IntArray, Numbers
from ropespec.reference.errors import InputError
from ropespec.reference.positions import exact_fractions
from ropespec.reference.validate import real, whole, wholes


def grid(*sizes: int, start: int = 0) -> IntArray:
    """Return the whole numbers of every cell, counted from `start` on every axis.

    Examples
    --------
    >>> from ropespec.reference.axes.coordinates import grid
    >>> grid(2, 2).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    advice = "give the cells along each axis"
    checked = wholes("sizes", sizes, least=0, advice=advice)
    start = whole("start", start, least=-(2**62), most=2**62, advice="0, or 1 in Llama 4")
    if not checked:
        raise InputError("sizes: got none, expected a length for each axis")
    return np.stack([axis.reshape(-1) for axis in np.indices(checked)], axis=-1) + start


def columns_first(height: int, width: int, start: int = 0) -> IntArray:
    """Return (x, y) = (column, row) of every cell of an image, still row by row.

    naver's RoPE for ViT counts from 0; Llama 4 from 1, so that its class token at (0, 0)
    does not turn.
    """
    _sides(height=height, width=width)
    flipped: IntArray = grid(height, width, start=start)[:, ::-1]
    return flipped


def merge_blocks(height: int, width: int, merge: int = 2) -> IntArray:
    """Return (row, column) in the order of Qwen2-VL's patches: merge x merge blocks in turn.

    Examples
    --------
    >>> from ropespec.reference.axes.coordinates import merge_blocks
    >>> merge_blocks(2, 4).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1], [0, 2], [0, 3], [1, 2], [1, 3]]
    """
    _sides(height=height, width=width)
    whole("merge", merge, least=1, advice="Qwen2-VL merges 2")
    if height % merge or width % merge:
        message = f"sizes: got {(height, width)}, expected multiples of merge = {merge}"
        raise InputError(message)
    cells = grid(height, width).reshape(height // merge, merge, width // merge, merge, 2)
    blocks: IntArray = cells.transpose(0, 2, 1, 3, 4).reshape(-1, 2)
    return blocks


def resized(*sizes: int, trained: int = 16) -> Numbers:
    """Return EVA-02's coordinates: index / N * N_trained, the trained grid laid over this one.

    Examples
    --------
    >>> from ropespec.reference.axes.coordinates import resized
    >>> [str(row) for row, _ in resized(3, 1, trained=2)]
    ['0', '2/3', '4/3']
    """
    cells = grid(*sizes)
    whole("trained", trained, least=1, advice="16 in EVA-02")
    scale = np.array([Fraction(trained, max(size, 1)) for size in sizes])
    return np.asarray(cells * scale, dtype=object)


def centres(*sizes: int) -> Numbers:
    """Return DINOv3's coordinates: the cells' centres in (-1, 1), u = 2 (i + 1/2) / N - 1.

    Examples
    --------
    >>> from ropespec.reference.axes.coordinates import centres
    >>> [str(row) for row, _ in centres(3, 1)]
    ['-2/3', '0', '2/3']
    """
    cells = grid(*sizes)
    step = np.array([Fraction(1, max(size, 1)) for size in sizes])
    return np.asarray((2 * cells + 1) * step - 1, dtype=object)


def centred(frames: int, height: int, width: int) -> IntArray:
    """Return Qwen-Image's coordinates: frames from 0, rows and columns around 0.

    From -(N - floor(N/2)) to floor(N/2) - 1; text then starts at max(floor(h/2), floor(w/2))
    on all axes (`centred_text`).
    """
    _sides(frames=frames, height=height, width=width)
    shift = [0, height - height // 2, width - width // 2]
    around: IntArray = grid(frames, height, width) - np.array(shift)
    return around


def centred_text(tokens: int, height: int, width: int) -> IntArray:
    """Return the coordinates of the text beside an image of `centred` coordinates."""
    _sides(tokens=tokens, height=height, width=width)
    start = max(height // 2, width // 2)
    return np.repeat(np.arange(start, start + tokens)[:, np.newaxis], 3, axis=1)


def symmetric(fractions: Any) -> Numbers:
    """Return LTX's coordinates: 2x - 1 for x in [0, 1], the place in the largest video.

    Parameters
    ----------
    fractions
        Coordinates divided by their largest, shape `(tokens, axes)`; whole numbers, floats
        or fractions.
    """
    exact = exact_fractions("fractions", fractions)
    return np.asarray(2 * exact - 1, dtype=object)


def cropped(start: float, stop: float, size: int) -> Numbers:
    """Return one axis of CogVideoX 1.0: `size` steps from start, stop excluded.

    The crop of a larger grid that a resized image stands for,
    start + i (stop (size - 1) / size - start) / (size - 1) as its linspace does it.
    """
    whole("size", size, least=0, advice="give the number of coordinates")
    for key, value in (("start", start), ("stop", stop)):
        real(key, value, above=-math.inf, advice="give a coordinate of the larger grid")
    last = Fraction(stop) * Fraction(max(size - 1, 0), max(size, 1))
    step = (last - Fraction(start)) / max(size - 1, 1)
    return np.array([Fraction(start) + i * step for i in range(size)], dtype=object)


def _sides(**sizes: int) -> None:
    """Check the sizes of a grid under the names of their arguments."""
    for key, size in sizes.items():
        whole(key, size, least=0, advice="give the cells along each axis")
