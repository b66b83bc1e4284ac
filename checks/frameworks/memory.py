"""How an array lies in memory: the larger array that it is a view of, and the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory


def room(shape: tuple[int, ...], memory: Memory) -> tuple[int, ...]:
    """Return the shape of the array that an array of this shape is a view of."""
    first, second, third, channels = shape
    rooms: dict[Memory, tuple[int, ...]] = {
        "contiguous": shape,
        "sliced": (first, second, third, 2 * channels),
        "transposed": (first, third, second, channels),
        "offset": (first + 1, second, third + 2, channels + 3),
    }
    return rooms[memory]


def view(array: Any, memory: Memory) -> Any:
    """Return the part of an array, of whichever framework, that is to hold the values."""
    views: dict[Memory, Any] = {
        "contiguous": lambda: array,
        "sliced": lambda: array[..., ::2],
        "transposed": lambda: array.swapaxes(1, 2),
        "offset": lambda: array[1:, :, 1:-1, 3:],
    }
    return views[memory]()
