"""xPos: rotary embedding with a decay that grows with the distance.

Sun et al., A Length-Extrapolatable Transformer, arXiv 2212.10554 (equations from memory);
torchscale's code. Pair i of a query at m is multiplied by zeta_i ** (m / B), the same pair of
a key at n by zeta_i ** (-n / B):

    score = sum_i zeta_i ** ((m - n) / B) Re(q_i conj(k_i) exp(i theta_i (m - n)))

It depends on m - n alone; lengths are not kept, and a query must not look ahead, where the
factor grows without end. torchscale has the layout interleaved.

Examples
--------
>>> from ropespec.reference import RotaryConfig
>>> from ropespec.reference.xpos import zeta
>>> zeta(RotaryConfig(8)).round(4).tolist()
[0.2857, 0.4643, 0.6429, 0.8214]
"""

from typing import Any

import numpy as np

from .arguments import configuration
from .arrays import FloatArray
from .config import RotaryConfig
from .errors import ConfigError
from .layout import layout_channels
from .oracle import rotate
from .positions import float_coordinates, placed
from .validate import choice, real, whole

CENTRES = ("none", "torchscale", "half")
"""Which position gets the factor 1: the first; torchscale's ceil(T / 2), because it starts at
-T // 2 rounded down; or T // 2, as x-transformers and rotary-embedding-torch. Scores are the
same, cached keys are not, and a centre keeps the powers small."""


def zeta(config: RotaryConfig, gamma: float = 0.4) -> FloatArray:
    """Return zeta_i = (2i/d + gamma) / (1 + gamma), below 1, `(pairs,)`.

    Raises
    ------
    ConfigError
        For several axes, or gamma not above 0.
    """
    if configuration(config).axes:
        raise ConfigError(
            "axes", config.axes, "one axis for xPos", "its distance is one number"
        )
    g = real("gamma", gamma, above=0, advice="0.4 is the paper's")
    channels = layout_channels(config)
    return np.asarray((2 * channels.index / channels.width + g) / (1 + g), dtype=np.float64)


def centre(length: int, convention: str) -> int:
    """Return the position that gets the factor 1, for a sequence of `length` with its cache.

    Parameters
    ----------
    length
        T, tokens so far, cached ones counted.
    convention
        A name of `CENTRES`.

    Examples
    --------
    >>> from ropespec.reference.xpos import CENTRES, centre
    >>> [centre(5, convention) for convention in CENTRES]
    [0, 3, 2]
    """
    tokens = whole("length", length, least=0, advice="give the tokens so far")
    name = choice("convention", convention, CENTRES)
    return {"none": 0, "torchscale": -(-tokens // 2), "half": tokens // 2}[name]


def amplitudes(
    positions: Any,
    config: RotaryConfig,
    scale_base: float = 512.0,
    gamma: float = 0.4,
    centre: int = 0,
) -> FloatArray:
    """Return zeta_i ** ((p - centre) / B), the factor of a query; a key gets its inverse.

    Parameters
    ----------
    positions
        p, shape `(...)`.
    config
        The configuration.
    scale_base
        B, in positions.
    gamma
        As in `zeta`.
    centre
        The position that gets the factor 1.

    Returns
    -------
    FloatArray
        Shape `(..., pairs)`.
    """
    scale = real("scale_base", scale_base, above=0, advice="512.0 is the paper's")
    zero = whole("centre", centre, least=-(2**63), advice="0, or see the function `centre`")
    p = float_coordinates(positions, config)
    return np.asarray(zeta(config, gamma) ** ((p - zero) / scale))


def rotate_queries(
    q: FloatArray, positions: Any, config: RotaryConfig, **decay: Any
) -> FloatArray:
    """Return zeta ** (m / B) R_m q.

    Parameters
    ----------
    q
        Shape `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)`.
    config
        The configuration.
    **decay
        `scale_base`, `gamma` and `centre` of `amplitudes`.
    """
    return _scaled("q", q, positions, config, 1, decay)


def rotate_keys(
    k: FloatArray, positions: Any, config: RotaryConfig, **decay: Any
) -> FloatArray:
    """Return zeta ** (-n / B) R_n k; parameters as `rotate_queries`."""
    return _scaled("k", k, positions, config, -1, decay)


def _scaled(
    name: str, x: Any, positions: Any, config: RotaryConfig, power: int, decay: dict[str, Any]
) -> FloatArray:
    """Rotate, then multiply both channels of every pair where it is written."""
    x, p = placed(name, x, positions, config)
    factors = amplitudes(p, config, **decay) ** power
    y = rotate(x, positions, config)
    write = layout_channels(config).write
    for side in (0, 1):
        y[..., write[:, side]] *= factors
    return y
