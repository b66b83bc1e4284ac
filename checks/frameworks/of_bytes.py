"""Arrays that go through a pipe as bytes: NumPy arrays here, anything on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .of_numpy import NumPy

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory


class Bytes(NumPy):
    """Arrays of a program that is reached through a pipe."""

    name = "pipe"
    array = "array"
    memories: tuple[Memory, ...] = ("contiguous",)
    no_gradient = "the pipe protocol carries no gradients"
    no_inplace = "a program's answer comes back in arrays of its own"
    compiles_shapes = False
