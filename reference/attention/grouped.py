"""Grouped-query attention: several query heads share one key and value head."""

import numpy as np

from ropespec.reference.arguments import values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.errors import InputError
from ropespec.reference.validate import whole


def repeat_groups(x: FloatArray, heads: int) -> FloatArray:
    """Give every query head its key or value head (Ainslie et al., arXiv 2305.13245, sec. 2.2).

    Parameters
    ----------
    x
        Keys or values, shape `(batch, kv_heads, seq, head_dim)`.
    heads
        Number of query heads, a multiple of `kv_heads`. Query head h takes key head
        h // (heads / kv_heads): neighbours share.

    Returns
    -------
    FloatArray
        Shape `(batch, heads, seq, head_dim)`.

    Raises
    ------
    ConfigError, InputError
        If `x` has another shape or `heads` is no multiple of `kv_heads`.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.attention import repeat_groups
    >>> repeat_groups(np.array([[[[1.0]], [[2.0]]]]), 4).ravel().tolist()
    [1.0, 1.0, 2.0, 2.0]
    """
    x = values("x", x, ("batch", "kv_heads", "seq", "head_dim"))
    heads = whole("heads", heads, least=1, advice="give the number of query heads")
    kv_heads = x.shape[1]
    if kv_heads == 0 or heads % kv_heads:
        raise InputError(f"heads: got {heads}, expected a multiple of kv_heads = {kv_heads}")
    return np.repeat(x, heads // kv_heads, axis=1)
