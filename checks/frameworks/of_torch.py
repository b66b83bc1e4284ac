"""Torch tensors, on the CPU, as a target takes them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .framework import Arrays, Function, Rotation, Setting
from .memory import STRIDED, repeating, room, view

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory, Path
    from ropespec.reference.arrays import FloatArray, IntArray


class Torch:
    """Torch tensors, on the CPU."""

    name = "torch"
    package = "torch"
    array = "torch tensor"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    default_dtypes: tuple[str, ...] = ("float32", "bfloat16", "float16")
    paths: tuple[Path, ...] = (
        "eager",
        "compiled",
        "exported",
        "vmap",
        "autocast",
        "no-grad",
    )
    memories: tuple[Memory, ...] = STRIDED
    no_gradient = ""
    no_inplace = ""
    compiles_shapes = False
    variables: Mapping[str, str] = MappingProxyType({})

    def __init__(self) -> None:
        import torch
        import torch.fx.experimental.symbolic_shapes  # later, a target's call would import it

        self._torch = torch

    def check(self, dtypes: tuple[str, ...]) -> None:
        """Refuse nothing: all formats are there."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Torch's global state."""
        torch: Any = self._torch
        return (
            Setting("torch's default dtype", torch.get_default_dtype, torch.set_default_dtype),
            Setting("torch's number of threads", torch.get_num_threads, torch.set_num_threads),
            Setting("torch's random state", _generator_state, None),
            Setting(
                "torch's matmul precision",
                torch.get_float32_matmul_precision,
                torch.set_float32_matmul_precision,
            ),
            Setting(
                "torch's deterministic flag",
                torch.are_deterministic_algorithms_enabled,
                torch.use_deterministic_algorithms,
            ),
            Setting("torch's gradient mode", torch.is_grad_enabled, torch.set_grad_enabled),
            Setting(
                "torch's default device", torch.get_default_device, torch.set_default_device
            ),
        )

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous tensor with these values in a format that holds them."""
        exact = self._torch.from_numpy(np.array(values, dtype=np.float64, order="C"))
        return exact.to(getattr(self._torch, dtype))

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 tensor."""
        return self._torch.from_numpy(np.array(positions, dtype=np.int64, order="C"))

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal tensor of four axes that lies in memory in another way."""
        if memory == "expanded":
            return array.narrow(repeating(array), 0, 1).clone().expand(array.shape)
        space = self._torch.full(room(tuple(array.shape), memory), np.nan, dtype=array.dtype)
        place = view(space, memory)
        place.copy_(array)
        return place

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
        if not array.numel():  # strides of nothing may be anything, and have no bytes
            return bool(array.shape == before.shape)
        now, then = (each.detach().contiguous().view(torch.uint8) for each in (array, before))
        return bool(torch.equal(now, then))

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context in which torch records no gradient."""
        context: AbstractContextManager[object] = self._torch.no_grad()
        return context

    def along(self, function: Function, path: Path) -> Function:
        """Return a function that runs another one in one of torch's ways."""
        from .paths_torch import PATHS

        return PATHS[path](function)

    def pulled_back(
        self, rotation: Rotation, inputs: Arrays, upstream: Arrays
    ) -> tuple[Any | None, ...]:
        """Return the gradients of the inputs, None for one without."""
        return self._gradients(self._recorded(rotation, inputs), inputs, upstream)

    def pushed_forward(
        self, rotation: Rotation, inputs: Arrays, tangents: Arrays
    ) -> tuple[Any | None, ...]:
        """Return the gradients of the gradients, None for one without."""
        outputs = self._recorded(rotation, inputs)
        own = self._torch.Generator().manual_seed(0)  # the global one belongs to the target
        upstream = tuple(
            self._torch.randn(each.shape, generator=own, dtype=each.dtype).requires_grad_()
            for each in outputs
        )
        gradients = self._gradients(outputs, inputs, upstream, create_graph=True)
        kept = [pair for pair in zip(gradients, tangents, strict=True) if pair[0] is not None]
        if not kept:
            return (None,) * len(inputs)
        ends, starts = zip(*kept, strict=True)
        return self._gradients(ends, upstream, starts)

    def _recorded(self, rotation: Rotation, inputs: Arrays) -> Arrays:
        """Rotate copies of inputs whose gradients are recorded; a copy may be written over."""
        return rotation(*(each.requires_grad_().clone() for each in inputs))

    def _gradients(
        self, outputs: Arrays, inputs: Arrays, upstream: Arrays, *, create_graph: bool = False
    ) -> tuple[Any | None, ...]:
        """Return gradients of those outputs that have a past."""
        kept = [pair for pair in zip(outputs, upstream, strict=True) if pair[0].requires_grad]
        if not kept:
            return (None,) * len(inputs)
        ends, starts = zip(*kept, strict=True)
        gradients: tuple[Any | None, ...] = self._torch.autograd.grad(
            ends, inputs, starts, allow_unused=True, create_graph=create_graph
        )
        return gradients


def _generator_state() -> bytes:
    """Read the state of torch's own random numbers."""
    import torch

    return bytes(torch.get_rng_state().numpy().tobytes())
