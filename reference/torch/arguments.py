"""Queries, keys and the configuration as a caller gives them, checked."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError, shown

from .constant import constant
from .errors import ArgumentError, TensorError

AXES = {"bhsd": 0, "bshd": 1, "thd": 2}
"""Orders of axes: batch, heads, sequence, head_dim; t for the tokens of a packed batch."""

SMALL = tuple(
    getattr(torch, name)
    for name in ("float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz")
    if hasattr(torch, name)
)
"""Formats of eight bits, which torch converts and cannot add or multiply."""

DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16, *SMALL)
"""What can be rotated."""


def check_config(config: Any) -> None:
    """Refuse what is no configuration.

    Raises
    ------
    ArgumentError
        If it is of another type.
    """
    if not isinstance(config, RotaryConfig):
        found = type(config).__name__
        raise ArgumentError(f"config: got {found}, expected a RotaryConfig")


def check_tensors(q: Tensor, k: Tensor, config: RotaryConfig, axes: str) -> tuple[int, int]:
    """Check queries and keys and return batch and seq.

    Raises
    ------
    TensorError, ArgumentError
        If dtype, shape or device do not fit, or one is no tensor.
    """
    check_config(config)
    if not isinstance(axes, str) or axes not in AXES:
        raise InputError(f"axes: got {shown(axes)}, expected one of {', '.join(AXES)}")
    head_dim = _head_dim(config)
    sizes = [_checked(name, x, head_dim, axes) for name, x in (("q", q), ("k", k))]
    if sizes[0] != sizes[1]:
        message = f"k: got batch and seq {sizes[1]}, expected those of q"
        raise TensorError(f"{message}, {sizes[0]}")
    if q.device != k.device:
        message = "expected all tensors to be on the same device, but found at least two"
        raise TensorError(f"k: {message}, {q.device} (q) and {k.device} (k)")
    return sizes[0]


@constant
def _head_dim(config: RotaryConfig) -> int:
    """Return the width of a head; a compiler that leaves numbers open keeps this one."""
    return config.head_dim


def _checked(name: str, x: Any, head_dim: int, axes: str) -> tuple[int, int]:
    """Check one tensor and return its batch and seq."""
    if not isinstance(x, Tensor):
        raise ArgumentError(f"{name}: got {type(x).__name__}, expected a torch tensor")
    if x.layout != torch.strided or x.is_nested:
        found = "a nested tensor" if x.is_nested else f"one of layout {x.layout}"
        raise TensorError(f"{name}: got {found}, expected a dense one")
    if x.dtype not in DTYPES:
        known = ", ".join(str(dtype) for dtype in DTYPES)
        raise TensorError(f"{name}: got {x.dtype}, expected one of {known}")
    names = {"b": "batch", "h": "heads", "s": "seq", "t": "tokens", "d": str(head_dim)}
    if x.ndim != len(axes) or x.shape[-1] != head_dim:
        expected = f"({', '.join(names[axis] for axis in axes)})"
        raise TensorError(f"{name}: got shape {tuple(x.shape)}, expected {expected}")
    return 1 if axes == "thd" else x.shape[0], seq_of(x, axes)


def seq_of(x: Tensor, axes: str) -> int:
    """Return the number of tokens of one sequence."""
    return x.shape[0 if axes == "thd" else axes.index("s")]


def check_device(name: str, tensor: Any, x: Tensor) -> None:
    """Refuse a tensor elsewhere than the queries."""
    if not isinstance(tensor, Tensor):
        raise ArgumentError(f"{name}: got {type(tensor).__name__}, expected a torch tensor")
    if tensor.device != x.device:
        message = "expected all tensors to be on the same device, but found at least two"
        raise TensorError(f"{name}: {message}, {tensor.device} and {x.device} (q)")
