"""NumPy arrays as a target takes them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np

from .framework import Arrays, Function, Rotation, Setting
from .memory import STRIDED, repeating, room, view

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory, Path
    from ropespec.reference.arrays import FloatArray, IntArray


class NumPy:
    """NumPy arrays."""

    name = "numpy"
    package = "numpy"
    array = "NumPy array"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    default_dtypes: tuple[str, ...] = ("float64", "float32")
    paths: tuple[Path, ...] = ("eager",)
    memories: tuple[Memory, ...] = STRIDED
    no_gradient = "NumPy records no gradient"
    no_inplace = ""
    compiles_shapes = False
    variables: Mapping[str, str] = MappingProxyType({})
    settings: tuple[Setting, ...] = ()

    def check(self, dtypes: tuple[str, ...]) -> None:
        """Refuse nothing: all formats are there."""

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous array with these values in a format that holds them.

        NumPy's bfloat16 is the one of ml_dtypes, as everywhere.
        """
        kind = ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype
        return np.array(values, dtype=kind, order="C")

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 array."""
        return np.array(positions, dtype=np.int64, order="C")

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal array of four axes that lies in memory in another way."""
        if memory == "expanded":
            axis = repeating(array)
            one = array.take([0], axis)
            strides = tuple(0 if at == axis else step for at, step in enumerate(one.strides))
            return np.lib.stride_tricks.as_strided(one, array.shape, strides)
        place = view(np.full(room(array.shape, memory), np.nan, dtype=array.dtype), memory)
        place[...] = array
        return place

    def is_array(self, thing: object) -> bool:
        """Whether this is a NumPy array."""
        return isinstance(thing, np.ndarray)

    def dtype(self, array: Any) -> str:
        """Name the format of an array."""
        return str(array.dtype)

    def device(self, array: Any) -> str:  # noqa: ARG002 - all are in the same place
        """Name the device: the machine's own memory."""
        return "cpu"

    def widen(self, array: Any) -> FloatArray:
        """Return an array's values as float64."""
        return np.array(array, dtype=np.float64)

    def same(self, array: Any, before: Any) -> bool:
        """Whether two arrays hold the same bits, NaN included."""
        return bool(array.tobytes() == before.tobytes())

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context that changes nothing: NumPy records no gradient."""
        return nullcontext()

    def along(self, function: Function, path: Path) -> Function:  # noqa: ARG002 - one way only
        """Return the function: NumPy has one way to run it."""
        return function

    def pulled_back(
        self,
        rotation: Rotation,  # noqa: ARG002 - NumPy has no gradients
        inputs: Arrays,
        upstream: Arrays,  # noqa: ARG002
    ) -> tuple[Any | None, ...]:
        """Return None for each input."""
        return (None,) * len(inputs)

    def pushed_forward(
        self,
        rotation: Rotation,  # noqa: ARG002 - NumPy has no gradients
        inputs: Arrays,
        tangents: Arrays,  # noqa: ARG002
    ) -> tuple[Any | None, ...]:
        """Return None for each output."""
        return (None,) * len(inputs)
