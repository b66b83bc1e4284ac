"""The array frameworks that a target may be written in, one small class each.

To add one: write its class with the methods of `Framework`, and put it in `FRAMEWORKS`.
A framework is imported when a target of it is checked, not before.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import choice

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray, IntArray

    from .observation import Memory


class Framework(Protocol):
    """What a check needs to know about a framework's arrays.

    Attributes
    ----------
    name
        As `--framework` takes it.
    array
        What its arrays are called in a message.
    dtypes
        The formats that its arrays come in, the most precise first.
    default_dtypes
        Those that a check uses when none is named: what its users commonly claim.
    """

    name: str
    array: str
    dtypes: tuple[str, ...]
    default_dtypes: tuple[str, ...]

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous array with these values in a format that holds them."""

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 array."""

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal array of four axes that lies in memory in another way."""

    def is_array(self, thing: object) -> bool:
        """Whether this is an array of the framework."""

    def dtype(self, array: Any) -> str:
        """Name the format of an array."""

    def device(self, array: Any) -> str:
        """Name the device that an array is on."""

    def widen(self, array: Any) -> FloatArray:
        """Return an array's values as float64; the array must be of a real number format."""

    def same(self, array: Any, before: Any) -> bool:
        """Whether two arrays hold the same bits, NaN included."""

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context in which no gradient is recorded."""

    def recorded(self, array: Any) -> Any:
        """Make an array one whose gradient is recorded, and return a copy to compute with."""

    def pulled_back(
        self, outputs: tuple[Any, ...], inputs: tuple[Any, ...], upstream: tuple[Any, ...]
    ) -> tuple[Any | None, ...]:
        """Return the gradients of recorded inputs, None for one without."""


def _room(shape: tuple[int, ...], memory: Memory) -> tuple[int, ...]:
    """Return the shape of the array that an array of this shape is a view of."""
    first, second, third, channels = shape
    rooms: dict[Memory, tuple[int, ...]] = {
        "contiguous": shape,
        "sliced": (first, second, third, 2 * channels),
        "transposed": (first, third, second, channels),
        "offset": (first + 1, second, third + 2, channels + 3),
    }
    return rooms[memory]


def _view(room: Any, memory: Memory) -> Any:
    """Return the part of an array, of whichever framework, that is to hold the values."""
    views: dict[Memory, Any] = {
        "contiguous": lambda: room,
        "sliced": lambda: room[..., ::2],
        "transposed": lambda: room.swapaxes(1, 2),
        "offset": lambda: room[1:, :, 1:-1, 3:],
    }
    return views[memory]()


class NumPy:
    """NumPy arrays."""

    name = "numpy"
    array = "NumPy array"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16")
    default_dtypes: tuple[str, ...] = ("float64", "float32")

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous array with these values in a format that holds them."""
        return np.array(values, dtype=dtype, order="C")

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 array."""
        return np.array(positions, dtype=np.int64, order="C")

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal array of four axes that lies in memory in another way."""
        view = _view(np.full(_room(array.shape, memory), np.nan, dtype=array.dtype), memory)
        view[...] = array
        return view

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

    def recorded(self, array: Any) -> Any:
        """Return the array: NumPy records no gradient."""
        return array

    def pulled_back(
        self,
        outputs: tuple[Any, ...],  # noqa: ARG002 - NumPy has no gradients
        inputs: tuple[Any, ...],
        upstream: tuple[Any, ...],  # noqa: ARG002
    ) -> tuple[Any | None, ...]:
        """Return None for each input."""
        return (None,) * len(inputs)


class Torch:
    """Torch tensors, on the CPU."""

    name = "torch"
    array = "torch tensor"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    default_dtypes: tuple[str, ...] = ("float32", "bfloat16", "float16")

    def __init__(self) -> None:
        try:
            import torch
        except ImportError:
            expected = "a framework that is installed"
            advice = "pip install 'ropespec[torch]', or leave --framework out for NumPy"
            raise ConfigError("framework", self.name, expected, advice) from None
        self._torch = torch

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous tensor with these values in a format that holds them."""
        exact = self._torch.from_numpy(np.array(values, dtype=np.float64, order="C"))
        return exact.to(getattr(self._torch, dtype))

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 tensor."""
        return self._torch.from_numpy(np.array(positions, dtype=np.int64, order="C"))

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal tensor of four axes that lies in memory in another way."""
        room = _room(tuple(array.shape), memory)
        view = _view(self._torch.full(room, float("nan"), dtype=array.dtype), memory)
        view.copy_(array)
        return view

    def is_array(self, thing: object) -> bool:
        """Whether this is a torch tensor."""
        return isinstance(thing, self._torch.Tensor)

    def dtype(self, array: Any) -> str:
        """Name the format of a tensor."""
        return str(array.dtype).removeprefix("torch.")

    def device(self, array: Any) -> str:
        """Name the device that a tensor is on."""
        return str(array.device)

    def widen(self, array: Any) -> FloatArray:
        """Return a tensor's values as float64."""
        exact = array.detach().to(device="cpu", dtype=self._torch.float64)
        return np.array(exact.numpy(), dtype=np.float64)

    def same(self, array: Any, before: Any) -> bool:
        """Whether two tensors hold the same bits, NaN included."""
        torch = self._torch
        now, then = (each.detach().contiguous().view(torch.uint8) for each in (array, before))
        return bool(torch.equal(now, then))

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context in which torch records no gradient."""
        context: AbstractContextManager[object] = self._torch.no_grad()
        return context

    def recorded(self, array: Any) -> Any:
        """Make a tensor one whose gradient is recorded, and return a copy to compute with."""
        return array.requires_grad_().clone()

    def pulled_back(
        self, outputs: tuple[Any, ...], inputs: tuple[Any, ...], upstream: tuple[Any, ...]
    ) -> tuple[Any | None, ...]:
        """Return the gradients of recorded inputs, None for one without."""
        kept = [pair for pair in zip(outputs, upstream, strict=True) if pair[0].requires_grad]
        if not kept:
            return (None,) * len(inputs)
        ends, starts = zip(*kept, strict=True)
        gradients: tuple[Any | None, ...] = self._torch.autograd.grad(
            ends, inputs, starts, allow_unused=True
        )
        return gradients


FRAMEWORKS: dict[str, type[Framework]] = {entry.name: entry for entry in (NumPy, Torch)}
"""The frameworks by name."""

PLANNED = ("jax",)
"""Names that come with a later version."""


def find_framework(name: str) -> Framework:
    """Return a framework by its name, imported.

    Raises
    ------
    ConfigError
        If there is none of that name, it is not installed, or it comes later.
    """
    if name in PLANNED:
        advice = "it comes with a later version; until then wrap the function for NumPy"
        raise ConfigError("framework", name, "one of " + ", ".join(FRAMEWORKS), advice)
    return FRAMEWORKS[choice("framework", name, FRAMEWORKS)]()
