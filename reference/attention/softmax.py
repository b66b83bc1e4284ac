"""Softmax over scores that may be minus infinity."""

import numpy as np

from ropespec.reference.arguments import values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.errors import InputError
from ropespec.reference.validate import whole


def softmax(scores: FloatArray, axis: int = -1) -> FloatArray:
    """Return exp(s_j) / sum_k exp(s_k).

    The largest score is subtracted first, which changes nothing but keeps exp in range.

    Parameters
    ----------
    scores
        Any shape; minus infinity takes no part and gets weight 0.
    axis
        Along which the weights add up to 1.

    Returns
    -------
    FloatArray
        Shape of `scores`.

    Raises
    ------
    ConfigError, InputError
        If there is no such axis, or all scores along it are minus infinity: there is nothing
        to look at.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.attention import softmax
    >>> softmax(np.array([0.0, np.log(3.0), -np.inf])).round(12).tolist()
    [0.25, 0.75, 0.0]
    """
    scores = values("scores", scores)
    ends = -scores.ndim, scores.ndim - 1
    advice = "give the dimension along which the weights add up"
    axis = whole("axis", axis, least=ends[0], most=ends[1], advice=advice)
    if scores.shape[axis] == 0 or np.isneginf(scores).all(axis=axis).any():
        raise InputError(
            "scores: got a row with nothing but minus infinity, expected one finite score or "
            "more; let the mask leave every query at least one key"
        )
    powers: FloatArray = np.exp(scores - scores.max(axis=axis, keepdims=True))
    sums: FloatArray = powers.sum(axis=axis, keepdims=True)
    return powers / sums
