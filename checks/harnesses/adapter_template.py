"""A template: copy it, put your implementation in, and check it.

    ropespec check adapter_template.py:MyRope

Delete what you do not know: options and the usual values stand in for it.
"""

import numpy as np

from ropespec.checks import Adapter


class MyRope(Adapter):
    """Ten lines between a check and an implementation that is called in its own way."""

    framework = "numpy"  # or "torch", "jax"
    signature = "qk"  # apply(q, k, positions); "x" for apply(x, positions)
    axes = "bhsd"  # batch, heads, seq, head_dim; or "bshd"
    dtypes = ("float64", "float32")
    layout = "half"  # pairs (i, i + rotary_dim/2); or "interleaved": (2i, 2i + 1)
    head_dim, base = 64, 500000.0

    def __init__(self):
        self.inv_freq = self.base ** (-np.arange(0, self.head_dim, 2) / self.head_dim)

    def apply(self, q, k, positions):
        """Call your implementation here: arrays of the framework in, arrays out."""
        angles = positions[:, None, :, None] * self.inv_freq
        return tuple(self.turned(x, np.cos(angles), np.sin(angles)) for x in (q, k))

    def turned(self, x, cos, sin):
        """Stand in for the implementation that you want to check."""
        first, second = np.split(x, 2, axis=-1)
        turned = (first * cos - second * sin, first * sin + second * cos)
        return np.concatenate(turned, axis=-1).astype(x.dtype)
