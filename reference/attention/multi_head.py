"""Multi-head and grouped-query attention (Vaswani et al., arXiv 1706.03762, section 3.2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.arguments import configuration, instance, values
from ropespec.reference.errors import InputError
from ropespec.reference.oracle import rotate
from ropespec.reference.validate import whole

from .dot_product import Attention, scaled_dot_product
from .grouped import repeat_groups

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray
    from ropespec.reference.config import RotaryConfig

    from .affine import Affine


@dataclass(frozen=True, eq=False)
class Projections:
    """The four linear layers of one attention.

    Attributes
    ----------
    query
        `width -> heads * head_dim`.
    key, value
        `width -> kv_heads * head_dim`.
    output
        `heads * head_dim -> width`.
    """

    query: Affine
    key: Affine
    value: Affine
    output: Affine


@dataclass(frozen=True, eq=False)
class MultiHead:
    """One multi-head attention, step by step.

    Attributes
    ----------
    query, key, value
        After the projections, shape `(batch, heads, seq, head_dim)`; keys and values have
        `kv_heads`.
    turned_query, turned_key
        The same after RoPE; None without it.
    attention
        The attention of every head.
    joined
        The heads side by side, shape `(batch, seq, heads * head_dim)`.
    output
        After the last projection, shape `(batch, seq, width)`.
    """

    query: FloatArray
    key: FloatArray
    value: FloatArray
    turned_query: FloatArray | None
    turned_key: FloatArray | None
    attention: Attention
    joined: FloatArray
    output: FloatArray


def split_heads(x: FloatArray, heads: int) -> FloatArray:
    """Cut the channels into heads: `(batch, seq, width)` to `(batch, heads, seq, head_dim)`.

    Raises
    ------
    ConfigError, InputError
        If the width is no multiple of `heads`, or `x` has not three dimensions.
    """
    x = values("x", x)
    heads = whole("heads", heads, least=1, advice="give the number of heads")
    if x.ndim != 3 or x.shape[-1] % heads:
        expected = f"(batch, seq, width) with a width that {heads} heads share out"
        raise InputError(f"x: got shape {x.shape}, expected {expected}")
    batch, seq, width = x.shape
    return x.reshape(batch, seq, heads, width // heads).swapaxes(1, 2)


def join_heads(x: FloatArray) -> FloatArray:
    """Put the heads side by side: `(batch, heads, seq, head_dim)` to `(batch, seq, width)`."""
    x = values("x", x, ("batch", "heads", "seq", "head_dim"))
    batch, heads, seq, head_dim = x.shape
    return x.swapaxes(1, 2).reshape(batch, seq, heads * head_dim)


def multi_head(
    x: FloatArray,
    projections: Projections,
    heads: int,
    *,
    kv_heads: int | None = None,
    context: FloatArray | None = None,
    mask: Any = None,
    rotary: RotaryConfig | None = None,
    positions: Any = None,
) -> MultiHead:
    """Return Concat(head_1, ..., head_h) W^O and everything on the way there.

    Parameters
    ----------
    x
        Where queries come from, shape `(batch, seq, width)`.
    projections
        The four layers.
    heads, kv_heads
        Number of query heads, and of key and value heads (None: as many).
    context
        Where keys and values come from; None for `x` itself.
    mask
        True where a query may look, as for `scaled_dot_product`.
    rotary
        RoPE for queries and keys of self-attention; None for none.
    positions
        Shape `(batch, seq)`; None for 0, 1, 2, ...

    Raises
    ------
    ConfigError, InputError
        If shapes do not fit, an argument is of another kind, or RoPE is asked for between
        two sequences.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.attention import Affine, Projections, causal_mask, multi_head
    >>> same = Affine(np.eye(4))
    >>> x = np.eye(4)[np.newaxis]
    >>> steps = multi_head(x, Projections(same, same, same, same), 2, mask=causal_mask(4))
    >>> steps.query.shape, steps.attention.weights.shape, steps.output.shape
    ((1, 2, 4, 2), (1, 2, 4, 4), (1, 4, 4))
    """
    x = values("x", x, ("batch", "seq", "width"))
    instance("projections", projections, Projections)
    kv_heads = whole(
        "kv_heads", heads if kv_heads is None else kv_heads, least=1,
        advice="leave it out for as many as there are heads",
    )  # fmt: skip
    if rotary is not None and context is not None:
        raise InputError(
            "rotary: got a configuration together with a context, expected one of them; "
            "positions in two sequences have no difference to encode"
        )
    source = x if context is None else values("context", context, (len(x), "seq", "width"))
    query = split_heads(projections.query(x), heads)
    key = split_heads(projections.key(source), kv_heads)
    value = split_heads(projections.value(source), kv_heads)
    turned_query, turned_key = None, None
    if rotary is not None:
        configuration(rotary, "rotary")
        places = np.arange(x.shape[1])[np.newaxis] if positions is None else positions
        turned_query, turned_key = rotate(query, places, rotary), rotate(key, places, rotary)
    attention = scaled_dot_product(
        query if turned_query is None else turned_query,
        repeat_groups(key if turned_key is None else turned_key, heads),
        repeat_groups(value, heads),
        mask=mask,
    )
    joined = join_heads(attention.output)
    output = projections.output(joined)
    return MultiHead(query, key, value, turned_query, turned_key, attention, joined, output)
