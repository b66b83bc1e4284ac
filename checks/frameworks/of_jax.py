"""JAX arrays, on the CPU, as a target takes them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.errors import ConfigError

from .framework import Arrays, Function, Rotation, Setting

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory, Path
    from ropespec.reference.arrays import FloatArray, IntArray


class Jax:
    """JAX arrays, on the CPU.

    Positions are int64 only where JAX has them, with `jax_enable_x64`; otherwise int32.
    """

    name = "jax"
    package = "jax"
    array = "JAX array"
    dtypes: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    default_dtypes: tuple[str, ...] = ("float32", "bfloat16", "float16")
    paths: tuple[Path, ...] = ("eager", "jit", "vmap")
    memories: tuple[Memory, ...] = ("contiguous",)
    no_gradient = ""
    no_inplace = "JAX arrays cannot be written over"
    compiles_shapes = True
    variables: Mapping[str, str] = MappingProxyType(
        {
            "XLA_FLAGS": "--xla_backend_optimization_level=0",
            "JAX_COMPILATION_CACHE_DIR": "{folder}",
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        }
    )

    def __init__(self) -> None:
        import jax

        self._jax: Any = jax

    def check(self, dtypes: tuple[str, ...]) -> None:
        """Refuse float64 where JAX would make float32 of it without a word."""
        if "float64" in dtypes and not self._jax.config.jax_enable_x64:
            expected = "float32, bfloat16 or float16 while jax_enable_x64 is off"
            advice = "set JAX_ENABLE_X64=1, or leave float64 out"
            raise ConfigError("dtype", "float64", expected, advice)

    @property
    def settings(self) -> tuple[Setting, ...]:
        """JAX's global state."""
        config = self._jax.config
        names = {
            "jax_enable_x64": "jax_enable_x64",
            "jax_default_matmul_precision": "JAX's matmul precision",
            "jax_debug_nans": "jax_debug_nans",
        }
        return tuple(
            Setting(
                said,
                functools.partial(getattr, config, key),
                functools.partial(config.update, key),
            )
            for key, said in names.items()
        )

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh array with these values in a format that holds them."""
        return self._jax.numpy.array(np.ascontiguousarray(values), dtype=dtype)

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh array of the widest whole numbers that JAX has."""
        wide = self._jax.config.jax_enable_x64
        return self._jax.numpy.array(positions.astype(np.int64 if wide else np.int32))

    def laid_out(self, array: Any, memory: Memory) -> Any:  # noqa: ARG002 - JAX has one way
        """Return the array: JAX decides how it lies in memory."""
        return array

    def is_array(self, thing: object) -> bool:
        """Whether this is a JAX array, or what stands for one under a transformation."""
        return isinstance(thing, self._jax.Array)

    def dtype(self, array: Any) -> str:
        """Name the format of an array."""
        return str(array.dtype)

    def device(self, array: Any) -> str:
        """Name the device that an array is on."""
        return ", ".join(sorted(str(device) for device in array.devices()))

    def widen(self, array: Any) -> FloatArray:
        """Return an array's values as float64."""
        return np.array(array, dtype=np.float64)

    def same(self, array: Any, before: Any) -> bool:
        """Whether two arrays hold the same bits; one that was given away holds none."""
        if array.is_deleted():
            return False
        return np.asarray(array).tobytes() == np.asarray(before).tobytes()

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context that changes nothing: JAX records no gradient unasked."""
        return nullcontext()

    def along(self, function: Function, path: Path) -> Function:
        """Return a function that runs another one in one of JAX's ways."""
        if path == "jit":
            return _compiled(function)
        return self._vmapped(function) if path == "vmap" else function

    def _vmapped(self, function: Function) -> Function:
        """Run it under `jax.vmap` over the batch: each run sees a batch of one row."""
        jax = self._jax

        def row(*arguments: Any) -> Any:
            result = function(*(each[None] for each in arguments))
            return jax.tree.map(lambda each: each[0], result)

        mapped: Function = jax.vmap(row)
        return mapped

    def pulled_back(self, rotation: Rotation, inputs: Arrays, upstream: Arrays) -> Arrays:
        """Return the gradients of the inputs."""
        outputs, pull = self._jax.vjp(rotation, *inputs)
        gradients: Arrays = pull(_in_formats_of(outputs, upstream))
        return gradients

    def pushed_forward(self, rotation: Rotation, inputs: Arrays, tangents: Arrays) -> Arrays:
        """Return the gradients of the gradients."""
        outputs, pull = self._jax.vjp(rotation, *inputs)
        start = tuple(self._jax.numpy.ones_like(each) for each in outputs)
        gradients, again = self._jax.vjp(lambda *upstream: pull(upstream), *start)
        found: Arrays = again(_in_formats_of(gradients, tangents))
        return found


@functools.lru_cache(maxsize=8)  # what was compiled once serves all calls
def _compiled(function: Function) -> Function:
    """Run it through `jax.jit`."""
    import jax

    compiled: Function = jax.jit(function)
    return compiled


def _in_formats_of(arrays: Arrays, values: Arrays) -> Arrays:
    """Give values the formats of other arrays: JAX insists on it."""
    pairs = zip(arrays, values, strict=True)
    return tuple(value.astype(array.dtype) for array, value in pairs)
