"""Scaled dot-product attention (Vaswani et al., arXiv 1706.03762, Eq. 1)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.arguments import values
from ropespec.reference.errors import InputError
from ropespec.reference.validate import real

from .masks import checked_mask
from .softmax import softmax

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Attention:
    """One attention, step by step.

    Attributes
    ----------
    scores
        Q K^T, shape `(..., queries, keys)`.
    scaled
        The scores times the scale, plus the bias.
    masked
        The same with minus infinity where a query may not look; None without a mask.
    weights
        Their softmax over the keys.
    output
        weights V, shape `(..., queries, value_dim)`.
    """

    scores: FloatArray
    scaled: FloatArray
    masked: FloatArray | None
    weights: FloatArray
    output: FloatArray


def scaled_dot_product(
    q: FloatArray,
    k: FloatArray,
    v: FloatArray,
    *,
    mask: Any = None,
    bias: Any = 0.0,
    scale: float | None = None,
) -> Attention:
    """Return softmax(Q K^T / sqrt(head_dim) + bias) V (Eq. 1), with its steps.

    Parameters
    ----------
    q
        Shape `(..., queries, head_dim)`.
    k
        Shape `(..., keys, head_dim)`.
    v
        Shape `(..., keys, value_dim)`.
    mask
        True where a query may look, shape `(queries, keys)` with any leading dimensions that
        fit; None lets all look at all.
    bias
        Added to the scaled scores: where T5 and ALiBi enter.
    scale
        None for 1 / sqrt(head_dim).

    Raises
    ------
    ConfigError, InputError
        If shapes do not fit, an argument is of another kind, or a query may look nowhere.

    Examples
    --------
    A query that agrees with the second key takes mostly the second value:

    >>> import numpy as np
    >>> from ropespec.reference.attention import scaled_dot_product
    >>> q, k = np.array([[0.0, 4.0]]), np.eye(2)
    >>> scaled_dot_product(q, k, np.array([[10.0], [20.0]])).output.round(2).tolist()
    [[19.44]]
    """
    q = values("q", q, (..., "queries", "head_dim"))
    k, v = values("k", k, (..., "keys", "head_dim")), values("v", v, (..., "keys", "value_dim"))
    if q.shape[-1] != k.shape[-1]:
        raise InputError(f"k: got head_dim {k.shape[-1]}, expected that of q, {q.shape[-1]}")
    if k.shape[-2] != v.shape[-2]:
        raise InputError(f"v: got {v.shape[-2]} rows, expected one for each key, {k.shape[-2]}")
    try:
        np.broadcast_shapes(q.shape[:-2], k.shape[:-2], v.shape[:-2])
    except ValueError:
        message = f"k: got leading dimensions {k.shape[:-2]} and {v.shape[:-2]} of v"
        raise InputError(f"{message}, expected some that fit {q.shape[:-2]} of q") from None
    scores = q @ np.swapaxes(k, -1, -2)
    if scale is None:
        scale = q.shape[-1] ** -0.5
    factor = real("scale", scale, above=-math.inf, advice="leave it out for 1 / sqrt(head_dim)")
    scaled = scores * factor + _fitting("bias", bias, scores.shape)
    masked = None
    if mask is not None:
        masked = np.where(checked_mask(mask, scaled.shape), scaled, -np.inf)
    weights = softmax(scaled if masked is None else masked)
    return Attention(scores, scaled, masked, weights, weights @ v)


def _fitting(name: str, given: Any, scores: tuple[int, ...]) -> FloatArray:
    """Return what is added to the scores, if it fits their shape."""
    added = values(name, given)
    try:
        fits = np.broadcast_shapes(added.shape, scores) == scores
    except ValueError:
        fits = False
    if not fits:
        raise InputError(f"{name}: got shape {added.shape}, expected one that fits {scores}")
    return added
