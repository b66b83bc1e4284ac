"""Heads of which a part turns: DeepSeek's latent attention (MLA), and turning outputs back.

DeepSeek-V2, arXiv 2405.04434, and V3, arXiv 2412.19437: a head is [nope | rope], and the
rotary part of the key is one for all heads,

    q_h = [q_h^C ; R_t q_h^R],    k_h = [k_h^C ; R_t k^R].

Scores are divided by the root of both widths together.
"""

from typing import Any

import numpy as np

from .arguments import configuration, values
from .arrays import FloatArray
from .config import RotaryConfig
from .errors import ConfigError
from .layout import layout_channels
from .oracle import phases, rotate
from .positions import placed
from .validate import flag, whole


def split_config(nope: int, rope: RotaryConfig, *, rope_first: bool = False) -> RotaryConfig:
    """Return the configuration of whole heads of which the last channels turn.

    Parameters
    ----------
    nope
        Channels without rotary embedding.
    rope
        The configuration of the rotary part alone; its frequencies are kept.
    rope_first
        [rope | nope], as the heads of the lightning indexer in DeepSeek-V3.2 have it. That
        one also pairs by halves, where the main heads pair neighbours.

    Raises
    ------
    ConfigError
        If the rotary part has channels that do not turn.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.split_heads import split_config
    >>> head = split_config(128, RotaryConfig(64, layout="interleaved-to-half"))
    >>> head.head_dim, head.rotary_dim, head.rotary_end
    (192, 64, 'last')
    """
    whole("nope", nope, least=0, advice="give the channels that do not turn")
    flag("rope_first", rope_first, advice="true puts the rotary part in front")
    configuration(rope, "rope")
    if rope.rotary_dim != rope.head_dim:
        expected = f"head_dim = {rope.head_dim}: the rotary part turns whole"
        raise ConfigError("rotary_dim", rope.rotary_dim, expected, "count the rest as nope")
    end = "first" if rope_first else "last"
    return rope.replace(head_dim=nope + rope.head_dim, rotary_end=end)


def joined_queries(
    q_nope: FloatArray, q_rope: FloatArray, positions: Any, rope: RotaryConfig
) -> FloatArray:
    """Return [q^C ; R_t q^R].

    Parameters
    ----------
    q_nope
        Shape `(batch, heads, seq, nope)`.
    q_rope
        Shape `(batch, heads, seq, rope)`.
    positions
        Shape `(batch, seq)`.
    rope
        The configuration of the rotary part.
    """
    q_rope, _ = placed("q_rope", q_rope, positions, configuration(rope, "rope"))
    q_nope = values("q_nope", q_nope, (*q_rope.shape[:-1], "nope"))
    return np.concatenate((q_nope, rotate(q_rope, positions, rope)), axis=-1)


def joined_keys(
    k_nope: FloatArray, k_rope: FloatArray, positions: Any, rope: RotaryConfig
) -> FloatArray:
    """Return [k^C ; R_t k^R], the one rotary key for all heads.

    Parameters
    ----------
    k_nope
        Shape `(batch, heads, seq, nope)`.
    k_rope
        Shape `(batch, 1, seq, rope)`.
    positions
        Shape `(batch, seq)`.
    rope
        The configuration of the rotary part.

    Raises
    ------
    InputError
        If the rotary key has more than one head.
    """
    k_nope = values("k_nope", k_nope, ("batch", "heads", "seq", "nope"))
    batch, _, seq, _ = k_nope.shape
    width = configuration(rope, "rope").head_dim
    k_rope = values("k_rope", k_rope, (batch, 1, seq, width))
    shared = rotate(k_rope, positions, rope)
    heads = np.broadcast_to(shared, (*k_nope.shape[:-1], shared.shape[-1]))
    return np.concatenate((k_nope, heads), axis=-1)


def rotate_back(y: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    """Return x with R_m x = y: the inverse rotation, amplitude divided out.

    DeepSeek-V4 keeps one vector for key and value, so its values turn as well; turning the
    attention's output back at the query's position leaves each value turned by n - m.

    Parameters
    ----------
    y
        Shape `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    config
        The configuration; pairs are read where it writes and written where it reads.
    """
    y, m = placed("y", y, positions, config)
    channels, (cos, sin) = layout_channels(config), phases(m, config)
    first, second = (y[..., channels.write[:, side]] for side in (0, 1))
    x = y.copy()
    x[..., channels.read[:, 0]] = (first * cos + second * sin) / config.amplitude
    x[..., channels.read[:, 1]] = (second * cos - first * sin) / config.amplitude
    return x
