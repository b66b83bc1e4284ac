"""How an array lies in memory: the larger array that it is a view of, and the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory

STRIDED: tuple[Memory, ...] = (
    *("contiguous", "transposed", "offset", "expanded", "sliced", "unaligned"),
)
"""The ways in which an array of a framework with strides can lie in memory."""


def room(shape: tuple[int, ...], memory: Memory) -> tuple[int, ...]:
    """Return the shape of the array that an array of this shape is a view of."""
    first, second, third, channels = shape
    rooms: dict[Memory, tuple[int, ...]] = {
        "contiguous": shape,
        "transposed": (first, third, second, channels),
        "offset": (first + 1, second, third + 2, channels + 4),
        "sliced": (first, second, third, 2 * channels),
        "unaligned": (first, second, third + 1, channels + 3),
    }
    return rooms[memory]


def view(array: Any, memory: Memory) -> Any:
    """Return the part of an array, of whichever framework, that is to hold the values."""
    views: dict[Memory, Any] = {
        "contiguous": lambda: array,
        "transposed": lambda: array.swapaxes(1, 2),
        "offset": lambda: array[1:, :, 1:-1, 4:],
        "sliced": lambda: array[..., ::2],
        "unaligned": lambda: array[:, :, 1:, 3:],
    }
    return views[memory]()


def repeating(array: Any) -> int:
    """Return the axis along which all values are the same: that of heads, wherever it stands.

    Raises
    ------
    ValueError
        If there is none: such an array cannot be one head for all.
    """
    if bool((array == array[:, :1]).all()):
        return 1
    if bool((array == array[:, :, :1]).all()):
        return 2
    raise ValueError("the heads of an expanded array must hold the same values")
