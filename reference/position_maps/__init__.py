"""Maps of positions: what stands for a token's position, or for the distance of two.

Methods for longer contexts that leave the frequencies alone and change the positions, and the
positions that packed documents, images and videos get.

Examples
--------
>>> import numpy as np
>>> from ropespec.reference.position_maps import rerope
>>> rerope(np.array([9]), np.array([9, 7, 0]), window=4).tolist()
[0, 2, 4]
"""

from .dual_chunk import dual_chunk, dual_chunk_keys, dual_chunk_queries
from .multimodal import SpokenVideo, Text, Vision, multimodal_positions
from .packed import packed_positions
from .rerope import leaky_rerope, rerope
from .scores import relative_scores
from .self_extend import self_extend

__all__ = [
    "SpokenVideo",
    "Text",
    "Vision",
    "dual_chunk",
    "dual_chunk_keys",
    "dual_chunk_queries",
    "leaky_rerope",
    "multimodal_positions",
    "packed_positions",
    "relative_scores",
    "rerope",
    "self_extend",
]
