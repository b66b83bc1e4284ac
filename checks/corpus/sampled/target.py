"""From a pipeline and a mistake to a target in a framework, as it would be called."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from ropespec.checks.corpus.entry import Function
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.observation import Role
from ropespec.reference import Channels, RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .mistake import Core, Mistake

Array = Any


def in_float32(pipeline: Pipeline) -> Pipeline:
    """Form frequencies, phases and tables of a pipeline in float32, as most code does."""

    def phases(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
        narrow = round_to(positions, "float32"), round_to(frequencies, "float32")
        return round_to(pipeline.phases(*narrow), "float32")

    def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
        cos, sin = pipeline.tables(phases)
        return round_to(cos, "float32"), round_to(sin, "float32")

    return pipeline.replace(phases=phases, tables=tables)


def inverted(config: RotaryConfig) -> Pipeline:
    """Return the inverse rotation: the other sense, from where pairs are written to."""

    def channels(one: RotaryConfig) -> Channels:
        right = Pipeline(one).channels(one)
        return dataclasses.replace(right, read=right.write, write=right.read)

    return Pipeline(config.replace(sign=-config.sign)).replace(channels=channels)


def numpy_target(mistake: Mistake, config: RotaryConfig, style: Style) -> Function:
    """Make a target of NumPy arrays."""
    core = _core(mistake, config, style)

    def one(x: Array, positions: Array, role: Role, partner: Array | None) -> Array:
        read = _read(mistake, x)
        wide = None if partner is None else style.seen(partner).astype(np.float64)
        _refuse(mistake, positions, x)
        y = core(style.seen(read).astype(np.float64), positions, role, wide)
        return style.seen(y).astype(mistake.calling.leaks or x.dtype)

    if style.signature == "x":

        def apply_x(x: Array, positions: Array) -> Array:
            y = one(x, positions, "query", None)
            _write(mistake, {"x": x, "positions": positions}, y)
            return style.returned(x, y)

        return apply_x

    def apply_qk(q: Array, k: Array, positions: Array) -> tuple[Array, Array] | None:
        turned = one(q, positions, "query", k), one(k, positions, "key", q)
        _write(mistake, {"q": q, "x": q, "k": k, "positions": positions}, turned[0])
        done = style.returned(q, turned[0]), style.returned(k, turned[1])
        return None if style.inplace else done

    return apply_qk


def torch_target(mistake: Mistake, config: RotaryConfig, style: Style) -> Function:
    """Make a target of torch tensors with a backward pass of its own."""
    import torch

    core, back = _core(mistake, config, style), inverted(config)

    class Turned(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Array, positions: Array, role: Role, partner: Any) -> Array:
            ctx.positions = positions
            wide = None if partner is None else style.seen(_wide(partner))
            _refuse(mistake, positions.numpy(), x)
            y = core(style.seen(_wide(_read(mistake, x))), positions.numpy(), role, wide)
            kind = getattr(torch, mistake.calling.leaks) if mistake.calling.leaks else x.dtype
            return torch.from_numpy(np.ascontiguousarray(style.seen(y))).to(kind)

        @staticmethod
        def backward(ctx: Any, upstream: Array) -> Any:
            given = style.seen(_wide(upstream))
            right = back(given, ctx.positions.numpy())
            wrong = mistake.calling.backward
            gradient = right if wrong is None else wrong(right, given)
            found = torch.from_numpy(np.ascontiguousarray(style.seen(gradient)))
            return found.to(upstream.dtype), None, None, None

    def one(x: Array, positions: Array, role: Role, partner: Array | None) -> Array:
        cut = x.detach() if role in mistake.calling.detaches else x
        other = None if partner is None else partner.detach()
        return Turned.apply(cut, positions, role, other)  # type: ignore[no-untyped-call]

    if style.signature == "x":

        def apply_x(x: Array, positions: Array) -> Array:
            y = one(x, positions, "query", None)
            _write(mistake, {"x": x.detach(), "positions": positions}, y.detach())
            return y

        return apply_x

    def apply_qk(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        turned = one(q, positions, "query", k), one(k, positions, "key", q)
        arrays = {"q": q.detach(), "x": q.detach(), "k": k.detach(), "positions": positions}
        _write(mistake, arrays, turned[0].detach())
        return turned

    return apply_qk


@dataclasses.dataclass(frozen=True)
class Style:
    """How a target is called and computes, besides its mistake."""

    framework: str
    signature: str
    axes: str
    inplace: bool
    float32: bool
    dtypes: tuple[str, ...]

    def seen(self, array: Any) -> Any:
        """Exchange the axes of heads and sequence where the target has them so."""
        return array.swapaxes(1, 2) if self.axes == "bshd" else array

    def returned(self, x: Array, y: Array) -> Array:
        """Return the result, or write it over the input."""
        if not self.inplace:
            return y
        x[...] = y
        return None

    @property
    def claims(self) -> dict[str, Any]:
        """The same as arguments of `check`."""
        return {
            "framework": self.framework, "signature": self.signature, "axes": self.axes,
            "inplace": self.inplace, "dtypes": self.dtypes,
        }  # fmt: skip


def _core(mistake: Mistake, config: RotaryConfig, style: Style) -> Core:
    """Make what is called."""
    pipeline = mistake.change(Pipeline(config))
    pipeline = in_float32(pipeline) if style.float32 else pipeline
    return pipeline if mistake.core is None else mistake.core(pipeline)


def _wide(x: Array) -> FloatArray:
    """Return a tensor's values as float64."""
    return np.asarray(x.detach().double().numpy())


def _refuse(mistake: Mistake, positions: Array, x: Array) -> None:
    """Raise where the mistake makes it raise."""
    refuses = mistake.calling.refuses
    if refuses is not None and refuses(np.asarray(positions), tuple(x.shape)):
        raise IndexError(f"index {int(positions.max())} is out of bounds")


def _read(mistake: Mistake, x: Array) -> Array:
    """Read an array as the mistake has it: its own strides, or others."""
    if mistake.calling.strided is None:
        return x
    detached = x if isinstance(x, np.ndarray) else x.detach()
    if mistake.calling.strided == "order":
        flat = _flattened(detached)
        return flat.reshape(detached.shape)
    strides = _strides(detached)
    if mistake.calling.strided == "channels":
        strides = (*strides[:-1], 1)
    else:  # heads and tokens as if they were dense
        seq, width = detached.shape[2:]
        strides = (strides[0], seq * width, width, strides[3])
    return _strided(detached, strides)


def _flattened(x: Array) -> Array:
    """Return the values in the order of memory."""
    if isinstance(x, np.ndarray):
        return x.ravel(order="K")
    order = sorted(range(x.dim()), key=lambda axis: -x.stride(axis))
    return x.permute(order).reshape(-1)


def _strides(x: Array) -> tuple[int, ...]:
    """Return strides in elements."""
    if isinstance(x, np.ndarray):
        return tuple(stride // x.itemsize for stride in x.strides)
    return tuple(x.stride())


def _strided(x: Array, strides: tuple[int, ...]) -> Array:
    """Read with other strides, in elements; memory is never left for smaller ones."""
    if isinstance(x, np.ndarray):
        steps = tuple(stride * x.itemsize for stride in strides)
        return np.lib.stride_tricks.as_strided(x, x.shape, steps)
    return x.as_strided(x.shape, strides)


def _write(mistake: Mistake, arrays: dict[str, Array], y: Array) -> None:
    """Overwrite an argument as the mistake does."""
    name = mistake.calling.writes
    if name is None or name not in arrays:
        return
    if name == "positions":
        arrays[name] += 1
    elif arrays[name].shape == y.shape:
        arrays[name][...] = y
    else:
        arrays[name] *= 2
