"""A rotary embedding as many people write it, with base 500000."""

import numpy as np


def apply(x, positions):
    """Turn x (batch, heads, seq, head_dim) by positions (batch, seq)."""
    half = x.shape[-1] // 2
    inv_freq = 500000.0 ** (-np.arange(half) / half)
    phase = positions[:, None, :, None] * inv_freq
    cos, sin = np.cos(phase), np.sin(phase)
    a, b = x[..., :half], x[..., half:]
    y = np.concatenate([a * cos - b * sin, b * cos + a * sin], axis=-1)
    return y.astype(x.dtype)
