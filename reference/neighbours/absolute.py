"""Absolute encodings: a vector for each position, added to the token's embedding."""

from typing import Any

import numpy as np

from ropespec.reference.arguments import floating, whole_numbers
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError, InputError
from ropespec.reference.oracle import phases
from ropespec.reference.validate import flag, whole


def learned(positions: Any, table: FloatArray) -> FloatArray:
    """Return row P_p of a learned table for every position (BERT, GPT-2).

    Parameters
    ----------
    positions
        Whole numbers from 0 to `length - 1`, shape `(...)`.
    table
        P, shape `(length, width)`.

    Returns
    -------
    FloatArray
        Shape `(..., width)`.

    Raises
    ------
    InputError
        If a position is outside the table, where nothing was learned, or no whole number.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.neighbours import learned
    >>> learned([0, 2], np.zeros((2, 4)))
    Traceback (most recent call last):
        ...
    ropespec.reference.errors.InputError: positions: got 2, expected 0 to 1 for this \
table; it has 2 rows
    """
    table = floating("table", table, ("length", "width"))
    given = whole_numbers("positions", positions)
    outside = given[(given < 0) | (given >= len(table))]
    if outside.size:
        last = len(table) - 1
        message = f"positions: got {outside.flat[0]}, expected 0 to {last} for this table"
        raise InputError(f"{message}; it has {len(table)} rows")
    rows: FloatArray = table[given]
    return rows


def sinusoidal(positions: Any, width: int, base: float = 10000.0) -> FloatArray:
    """Return the sinusoidal encoding (Vaswani et al., arXiv 1706.03762, section 3.5).

        PE_{p, 2i} = sin(p / base^(2i/width)),   PE_{p, 2i+1} = cos(p / base^(2i/width))

    Parameters
    ----------
    positions
        Whole or real numbers, shape `(...)`.
    width
        Channels of the embedding, an even number; i runs over its pairs, 0 to width/2 - 1.
    base
        10000 in the paper.

    Returns
    -------
    FloatArray
        Shape `(..., width)`, correct to an ulp at every position.

    Raises
    ------
    ConfigError
        If the width is odd or the base not above 1.

    Examples
    --------
    >>> from ropespec.reference.neighbours import sinusoidal
    >>> sinusoidal([0, 1], 4).round(4).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.8415, 0.5403, 0.01, 1.0]]
    """
    cos, sin = phases(positions, _series(width, base))
    return np.stack((sin, cos), axis=-1).reshape(*sin.shape[:-1], width)


def sinusoidal_concatenated(
    positions: Any, width: int, base: float = 10000.0, *, stretched: bool = True
) -> FloatArray:
    """Return the sines in the first half, the cosines in the second.

    Parameters
    ----------
    positions, width, base
        As for `sinusoidal`.
    stretched
        True: frequencies base^(-i / (width/2 - 1)), the last one exactly 1/base, as
        tensor2tensor and fairseq compute them. False: the paper's base^(-2i / width), as
        Marian in Hugging Face; then the channels are those of `sinusoidal`, permuted.

    Returns
    -------
    FloatArray
        Shape `(..., width)`.

    Raises
    ------
    ConfigError
        As `sinusoidal`; also if the width is below 4 when stretched.
    """
    flag("stretched", stretched, advice="false takes the paper's frequencies")
    pairs = _series(width, base).pairs
    if stretched and pairs < 2:
        advice = "one frequency cannot reach from 1 to 1/base"
        raise ConfigError("width", width, "at least 4 when stretched", advice)
    # base^(-i/(n-1)) is the paper's series of n terms for the base base^(n/(n-1))
    cos, sin = phases(
        positions, _series(width, base ** (pairs / (pairs - 1)) if stretched else base)
    )
    return np.concatenate((sin, cos), axis=-1)


def _series(width: int, base: float) -> RotaryConfig:
    """Name the frequencies base^(-2i/width); sine and cosine are RoPE's, to be added."""
    advice = "every frequency takes a sine and a cosine"
    if whole("width", width, least=2, advice=advice) % 2:
        raise ConfigError("width", width, "an even number of at least 2", advice)
    return RotaryConfig(head_dim=width, base=base)
