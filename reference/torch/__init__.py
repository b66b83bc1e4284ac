"""Rotary embedding in torch: plain and correct.

`rotate` is the function, `RotaryEmbedding` the module around it. Nothing is stored between
calls: cosines and sines come from the exact oracle for the positions at hand, so there is no
table that can be too short, stale, or saved in the wrong dtype.
"""

from .embedding import RotaryEmbedding
from .rotation import rotate

__all__ = ["RotaryEmbedding", "rotate"]
