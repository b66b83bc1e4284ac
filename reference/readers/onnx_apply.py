"""What a node RotaryEmbedding computes, in float64, from its own caches."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.errors import InputError

from .onnx import RotaryNode


def apply(
    node: RotaryNode,
    x: Any,
    position_ids: Any = None,
    cos_cache: Any = None,
    sin_cache: Any = None,
) -> FloatArray:
    """Apply a node.

    Parameters
    ----------
    node
        The node.
    x
        Shape `(batch, heads, seq, head_dim)`, or `(batch, seq, heads * head_dim)`, for which
        the node needs `num_heads` (com.microsoft: or whole heads turn).
    position_ids
        Shape `(batch, seq)`; rows of the caches. com.microsoft takes one number in an array
        `(1,)`, the position of the first token, as well. None: the caches are
        `(batch, seq, rotary_dim / 2)`, a row for each token.
    cos_cache, sin_cache
        Instead of the node's own.

    Raises
    ------
    InputError
        If a shape does not fit, a cache is missing, or a position is not in the cache.
    """
    given = np.asarray(x, dtype=np.float64)
    cos, sin = (
        _cache(node, key, value)
        for key, value in (("cos_cache", cos_cache), ("sin_cache", sin_cache))
    )
    if cos.shape != sin.shape:
        raise InputError(f"sin_cache: got shape {sin.shape}, expected cos_cache's {cos.shape}")
    heads = _heads_second(node, given, cos.shape[-1])
    batch, _, seq, _ = heads.shape
    if position_ids is not None:
        if cos.ndim != 2:
            raise InputError(f"cos_cache: got shape {cos.shape}, expected (positions, pairs)")
        rows = _rows(node, position_ids, batch, seq, len(cos))
        cos, sin = cos[rows], sin[rows]
    width = int(node.attributes["rotary_embedding_dim"]) or heads.shape[-1]
    if cos.shape != (batch, seq, width // 2):
        expected = (batch, seq, width // 2)
        raise InputError(
            f"cos_cache: got shape {cos.shape} for the tokens, expected {expected}"
        )
    y = heads.copy()
    first, second = _pairs(node, width)
    one, two = heads[..., first], heads[..., second]
    cos, sin = cos[:, np.newaxis], sin[:, np.newaxis]
    y[..., first], y[..., second] = one * cos - two * sin, one * sin + two * cos
    return y if given.ndim == 4 else y.swapaxes(1, 2).reshape(given.shape)


def _cache(node: RotaryNode, key: str, value: Any) -> FloatArray:
    """Return a cache given or the node's own."""
    if value is not None:
        return np.asarray(value, dtype=np.float64)
    if key not in node.caches:
        raise InputError(f"{key}: got None, expected an array: the node has no constant for it")
    return node.caches[key]


def _heads_second(node: RotaryNode, x: FloatArray, pairs: int) -> FloatArray:
    """Return the input as `(batch, heads, seq, head_dim)`."""
    if x.ndim == 4:
        return x
    heads = int(node.attributes["num_heads"])
    if not heads and node.domain and not node.attributes["rotary_embedding_dim"]:
        heads = x.shape[-1] // (2 * pairs) if x.ndim == 3 and pairs else 0
    if x.ndim != 3 or not heads or x.shape[-1] % heads:
        expected = "(batch, heads, seq, head_dim), or 3 dimensions with num_heads"
        raise InputError(f"x: got shape {x.shape} and num_heads = {heads}, expected {expected}")
    return x.reshape(*x.shape[:2], heads, -1).swapaxes(1, 2)


def _rows(node: RotaryNode, position_ids: Any, batch: int, seq: int, length: int) -> Any:
    """Return the row of the cache for every token."""
    rows = np.asarray(position_ids)
    if node.domain == "com.microsoft" and rows.shape == (1,):
        rows = np.broadcast_to(rows[0] + np.arange(seq), (batch, seq))
    if rows.dtype.kind not in "iu" or rows.shape != (batch, seq):
        message = f"position_ids: got {rows.dtype} {rows.shape}, expected whole numbers"
        raise InputError(f"{message} of shape {(batch, seq)}")
    if rows.size and not (rows.min() >= 0 and rows.max() < length):
        message = f"position_ids: got {rows.min()} to {rows.max()}, expected rows of the cache"
        raise InputError(f"{message}, 0 to {length - 1}")
    return rows


def _pairs(node: RotaryNode, width: int) -> tuple[slice, slice]:
    """Return the first and second channels of the pairs."""
    if node.attributes["interleaved"]:
        return slice(0, width, 2), slice(1, width, 2)
    return slice(0, width // 2), slice(width // 2, width)
