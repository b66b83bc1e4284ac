"""Factors on the queries that grow with the position.

They make attention sharper as more keys compete for it. None of them is in cos and sin: the
whole query is multiplied, after the rotation, channels that do not turn included. All take
the position p of the query, counted from 0.

Examples
--------
>>> import numpy as np
>>> from ropespec.reference.temperature import llama4, ministral
>>> llama4(np.array([0, 8190, 8191, 8192])).round(4).tolist()
[1.0, 1.0, 1.0693, 1.0693]
>>> ministral(np.array([8191, 8192]), trained=8192).round(4).tolist()
[1.0, 1.0693]
"""

import math
from typing import Any

import numpy as np

from .arguments import whole_numbers
from .arrays import FloatArray
from .validate import real, whole


def stepped(positions: Any, scale: float, floor: int, offset: int) -> FloatArray:
    """Return 1 + a ln(1 + floor((p + offset) / F)): constant over F positions, then a step.

    After Nakanishi, Scalable-Softmax, arXiv 2501.19399.

    Parameters
    ----------
    positions
        p, whole numbers of any shape.
    scale
        a, above 0.
    floor
        F, at least 1.
    offset
        1 counts positions from 1 and steps one token earlier. Llama 4 does, Ministral does
        not, and llama.cpp keeps both.
    """
    a = real("scale", scale, above=0, advice="0.1 is Llama 4's")
    f = whole("floor", floor, least=1, advice="8192 is Llama 4's")
    o = whole("offset", offset, least=0, advice="1 for Llama 4, 0 for Ministral")
    p = whole_numbers("positions", positions, least=0)
    steps = p // f + (p % f + o) // f  # p + o may be beyond int64
    return np.asarray(1 + a * np.log1p(steps))


def llama4(positions: Any, attn_scale: float = 0.1, floor_scale: int = 8192) -> FloatArray:
    """Return Llama 4's factor, on the layers without rotary embedding only.

    Meta's code counts the query's position; transformers counts from the length of the cache,
    which is another number where a batch is padded on the left.
    """
    a = real("attn_scale", attn_scale, above=0, advice="0.1 is Llama 4's")
    f = whole("floor_scale", floor_scale, least=1, advice="8192 is Llama 4's")
    return stepped(positions, a, f, offset=1)


def ministral(positions: Any, trained: int, beta: float = 0.1) -> FloatArray:
    """Return the factor of Ministral 3 and Mistral 4, on every layer (`llama_4_scaling_beta`).

    Parameters
    ----------
    positions
        p.
    trained
        `original_max_position_embeddings`.
    beta
        `llama_4_scaling_beta`.
    """
    a = real("beta", beta, above=0, advice="0.1 is usual")
    f = whole("trained", trained, least=1, advice="give original_max_position_embeddings")
    return stepped(positions, a, f, offset=0)


def log_n(positions: Any, trained: int) -> FloatArray:
    """Return max(1, log_L(p + 1)): Qwen 1's `use_logn_attn`, and ReRoPE's ln(p + 1) / ln L.

    Su, kexue.fm/archives/8823. A query at p competes for p + 1 keys.

    Parameters
    ----------
    positions
        p.
    trained
        L, at least 2.
    """
    length = whole("trained", trained, least=2, advice="give the trained context length")
    keys = whole_numbers("positions", positions, least=0) + 1.0
    return np.asarray(np.maximum(1.0, np.log(keys) / np.log(length)))


def floored_log(positions: Any, alpha: float, floor: int) -> FloatArray:
    """Return 1 + alpha ln max(1, (p + 1) / n_floor): Inkling's, on its full layers.

    Parameters
    ----------
    positions
        p.
    alpha
        `log_scaling_alpha`, above 0.
    floor
        `log_scaling_n_floor`, at least 1.
    """
    a = real("alpha", alpha, above=0, advice="take the model's log_scaling_alpha")
    n = whole("floor", floor, least=1, advice="take the model's log_scaling_n_floor")
    keys = whole_numbers("positions", positions, least=0) + 1.0
    return np.asarray(1 + a * np.log(np.maximum(1.0, keys / n)))


def scalable_softmax(keys: Any, scale: float) -> FloatArray:
    """Return s ln n, the factor on a query that sees n keys; s is learned for each head.

    Nakanishi, Scalable-Softmax, arXiv 2501.19399 (equation from memory). One key gives 0,
    which a softmax over one key does not feel.
    """
    s = real("scale", scale, above=-math.inf, advice="take the head's learned number")
    return np.asarray(s * np.log(whole_numbers("keys", keys, least=1)))
