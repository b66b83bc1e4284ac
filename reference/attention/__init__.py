"""Attention in float64, as the papers write it, with every intermediate kept.

Queries, keys and values are `(batch, heads, seq, head_dim)`; a mask is True where a query may
look. RoPE enters through a `RotaryConfig`: queries and keys are turned by the exact oracle,
values never are.
"""

from .affine import Affine
from .dot_product import Attention, scaled_dot_product
from .grouped import repeat_groups
from .linear import elu_plus_one, linear_attention
from .masks import causal_mask
from .multi_head import MultiHead, Projections, join_heads, multi_head, split_heads
from .softmax import softmax

__all__ = [
    "Affine",
    "Attention",
    "MultiHead",
    "Projections",
    "causal_mask",
    "elu_plus_one",
    "join_heads",
    "linear_attention",
    "multi_head",
    "repeat_groups",
    "scaled_dot_product",
    "softmax",
    "split_heads",
]
