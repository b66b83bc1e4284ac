"""Arrays that go through a pipe as bytes: NumPy arrays here, anything on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from .of_numpy import NumPy

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory
    from ropespec.reference.arrays import FloatArray


class Bytes(NumPy):
    """Arrays of a program that is reached through a pipe."""

    name = "pipe"
    array = "array"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    default_dtypes: tuple[str, ...] = ("float64", "float32")
    memories: tuple[Memory, ...] = ("contiguous",)
    no_gradient = "the pipe protocol carries no gradients"
    no_inplace = "a program's answer comes back in arrays of its own"
    compiles_shapes = False

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous array with these values in a format that holds them."""
        kind = ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype
        return np.array(values, dtype=kind, order="C")
