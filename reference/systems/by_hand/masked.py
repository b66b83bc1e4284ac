"""Masked attention with two heads whose weights are all the identity (step 12)."""

import numpy as np

from ropespec.reference.arguments import values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.attention import Affine, MultiHead, Projections, causal_mask, multi_head

INPUT = np.array([
    [1.0, 0.0, 1.0, 0.0],
    [0.0, 2.0, 0.0, 2.0],
    [1.0, 1.0, 1.0, 1.0],
])  # fmt: skip
"""Three positions of four features. (The document's own matrix is in a picture.)"""


def masked_example(x: FloatArray = INPUT) -> MultiHead:
    """Run two masked heads with W_q = W_k = W_v = I, joined by the mean of the two.

    Both heads see the whole input with the same weights, so they come out equal: with
    identity weights a second head adds nothing.

    Parameters
    ----------
    x
        Shape `(seq, width)`.

    Examples
    --------
    >>> from ropespec.reference.systems.by_hand import masked_example
    >>> masked_example().attention.weights[0, 0].round(3).tolist()
    [[1.0, 0.0, 0.0], [0.018, 0.982, 0.0], [0.155, 0.422, 0.422]]
    """
    x = values("x", x, ("seq", "width"))
    width = x.shape[1]
    twice = Affine(np.hstack((np.eye(width), np.eye(width))))
    mean = Affine(np.vstack((np.eye(width), np.eye(width))) / 2)
    projections = Projections(twice, twice, twice, mean)
    return multi_head(x[np.newaxis], projections, 2, mask=causal_mask(len(x)))
