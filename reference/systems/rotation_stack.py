"""One rotation matrix for every position (source document 001).

Correct, and readable beside Eq. 15 of the paper; but d numbers would do where it keeps d^2.
"""

import numpy as np

from ropespec.reference.arguments import values
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.forms import rotation_matrix
from ropespec.reference.validate import whole

from .rotary_embedding import even


def get_rotation_matrix(dim: int, max_seq_len: int) -> FloatArray:
    """Return R_0, ..., R_{max_seq_len - 1} (Su et al., arXiv 2104.09864, Eq. 15).

    Nothing in it is learned: it follows from the two numbers given.

    Parameters
    ----------
    dim
        Width of a vector, even.
    max_seq_len
        Number of positions.

    Returns
    -------
    FloatArray
        Shape `(max_seq_len, dim, dim)`; y = R_m x.

    Raises
    ------
    ConfigError
        If `dim` is odd or a size is no whole number.

    Examples
    --------
    >>> from ropespec.reference.systems.rotation_stack import get_rotation_matrix
    >>> get_rotation_matrix(2, 2).round(4).tolist()
    [[[1.0, -0.0], [0.0, 1.0]], [[0.5403, -0.8415], [0.8415, 0.5403]]]
    """
    config = RotaryConfig(head_dim=even("dim", dim))
    length = whole("max_seq_len", max_seq_len, least=1, advice="give the longest text")
    return np.array([rotation_matrix(position, config) for position in range(length)])


def apply_stack(stack: FloatArray, x: FloatArray) -> FloatArray:
    """Return R_m x_m for the vectors of a text that starts at position 0.

    Parameters
    ----------
    stack
        From `get_rotation_matrix`.
    x
        Shape `(..., seq, dim)`.

    Returns
    -------
    FloatArray
        Shape of `x`.

    Raises
    ------
    InputError
        If the text is longer than the stack, or the width another.
    """
    stack, x = values("stack", stack, ("max_seq_len", "dim", "dim")), values("x", x)
    length, dim, _ = stack.shape
    if x.ndim < 2 or x.shape[-1] != dim or x.shape[-2] > length:
        expected = f"(..., seq, {dim}) with at most {length} rows"
        raise InputError(f"x: got shape {x.shape}, expected {expected}; make a longer stack")
    turned: FloatArray = (stack[: x.shape[-2]] @ x[..., np.newaxis])[..., 0]
    return turned
