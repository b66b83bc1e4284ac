"""Linear attention, with and without RoPE (Su et al., arXiv 2104.09864, Eq. 18 and 19)."""

from typing import Any

import numpy as np

from ropespec.reference.arguments import configuration, values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.oracle import rotate
from ropespec.reference.validate import flag


def elu_plus_one(x: FloatArray) -> FloatArray:
    """Return elu(x) + 1: x + 1 above 0, exp(x) below (Katharopoulos, arXiv 2006.16236, Eq. 7).

    It is positive, so that the denominator of linear attention cannot vanish.
    """
    x = values("x", x)
    return np.where(x > 0, x + 1, np.exp(np.minimum(x, 0)))


def linear_attention(
    q: FloatArray,
    k: FloatArray,
    v: FloatArray,
    *,
    rotary: RotaryConfig | None = None,
    positions: Any = None,
    causal: bool = False,
) -> FloatArray:
    """Return the attention whose similarity is a product of features (Eq. 18), turned (Eq. 19).

        output_m = sum_n (R_m phi(q_m))^T (R_n phi(k_n)) v_n / sum_n phi(q_m)^T phi(k_n)

    Only the numerator is turned: rotated, the products may be negative and the denominator
    may vanish. The weights therefore no longer add up to 1. Sums over n are formed before the
    product with the query, so the cost is linear in the length.

    Parameters
    ----------
    q, k
        Shape `(batch, heads, seq, head_dim)`; phi is `elu_plus_one`.
    v
        Shape `(batch, heads, seq, value_dim)`.
    rotary
        The embedding R; None leaves it out, which is Eq. 18.
    positions
        Shape `(batch, seq)`; None for 0, 1, 2, ...
    causal
        Whether the sums over n stop at m.

    Returns
    -------
    FloatArray
        Shape of `v`.

    Raises
    ------
    ConfigError, InputError
        If shapes do not fit, or an argument is of another kind.
    """
    q = values("q", q, ("batch", "heads", "seq", "head_dim"))
    k, v = values("k", k, q.shape), values("v", v, (*q.shape[:3], "value_dim"))
    flag("causal", causal, advice="true lets a token see no later one")
    phi_q, phi_k = elu_plus_one(q), elu_plus_one(k)
    turned_q, turned_k = phi_q, phi_k
    if rotary is not None:
        configuration(rotary, "rotary")
        places = np.arange(q.shape[2])[np.newaxis] if positions is None else positions
        turned_q, turned_k = rotate(phi_q, places, rotary), rotate(phi_k, places, rotary)
    products = turned_k[..., :, np.newaxis] * v[..., np.newaxis, :]  # (b, h, n, head, value)
    if causal:
        sums, norms = products.cumsum(axis=2), phi_k.cumsum(axis=2)
    else:
        sums, norms = products.sum(axis=2, keepdims=True), phi_k.sum(axis=2, keepdims=True)
    numerator: FloatArray = (turned_q[..., :, np.newaxis] * sums).sum(axis=-2)
    denominator: FloatArray = (phi_q * norms).sum(axis=-1, keepdims=True)
    return numerator / denominator
