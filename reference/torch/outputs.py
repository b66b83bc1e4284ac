"""Where the caller wants results written, checked as torch's own operations do."""

from __future__ import annotations

import torch
from torch import Tensor
from torch._C._functorch import maybe_current_level

from .errors import ArgumentError, TensorError


def check_outputs(
    q: Tensor, k: Tensor, out: tuple[Tensor, Tensor] | None, inplace: bool
) -> tuple[Tensor, Tensor] | None:
    """Return the tensors to write into, None for new ones.

    Raises
    ------
    TensorError, ArgumentError
        If both ways are asked for, or an output has another shape, dtype or device.
    RuntimeError
        If outputs overlap, or need gradients that cannot be recorded; torch's own words.
    """
    targets = check_form(q, k, out, inplace)
    if targets is None:
        return None
    if inplace:
        for x in (q, k):
            if x.requires_grad and x.is_leaf and torch.is_grad_enabled():
                raise RuntimeError(
                    "a leaf Variable that requires grad is being used in an in-place operation."
                )
    elif torch.is_grad_enabled() and any(x.requires_grad for x in (q, k, *targets)):
        raise RuntimeError(
            "rotate(): functions with out=... arguments don't support automatic "
            "differentiation, but one of the arguments requires grad."
        )
    if maybe_current_level() is None:  # what a transform wraps has no memory of its own
        _check_memory(list(targets), [] if inplace else [q, k])
    return targets


def check_form(
    q: Tensor, k: Tensor, out: tuple[Tensor, Tensor] | None, inplace: bool
) -> tuple[Tensor, Tensor] | None:
    """Return the tensors to write into, None for new ones, by their form alone.

    Raises
    ------
    TensorError, ArgumentError
        If both ways are asked for, or an output has another shape, dtype or device.
    """
    if inplace:
        if out is not None:
            raise TensorError("out: got tensors beside inplace=True, expected one or the other")
        return q, k
    if out is None:
        return None
    if not isinstance(out, (tuple, list)) or len(out) != 2:
        found = type(out).__name__
        if isinstance(out, (tuple, list)):
            found = f"a {found} of {len(out)}"
        raise ArgumentError(f"out: got {found}, expected two tensors, for q and k")
    for name, x, to in zip("qk", (q, k), out, strict=True):
        _check_likeness(name, x, to)
    return out[0], out[1]


def written(
    done: tuple[Tensor, Tensor], targets: tuple[Tensor, Tensor] | None
) -> tuple[Tensor, Tensor]:
    """Copy results to where they are wanted."""
    if targets is None:
        return done
    return targets[0].copy_(done[0]), targets[1].copy_(done[1])


def _check_likeness(name: str, x: Tensor, to: Tensor) -> None:
    """Check an output against its input."""
    if not isinstance(to, Tensor):
        raise ArgumentError(f"out: got {type(to).__name__} for {name}, expected a torch tensor")
    found = to.dtype, tuple(to.shape), to.device
    expected = x.dtype, tuple(x.shape), x.device
    if found != expected:
        message = f"out: got {found[0]} of shape {found[1]} on {found[2]} for {name}"
        raise TensorError(
            f"{message}, expected {expected[0]} of {expected[1]} on {expected[2]}"
        )


def _check_memory(written: list[Tensor], read: list[Tensor]) -> None:
    """Refuse memory that is written twice, or read after it was written."""
    for number, x in enumerate(written):
        steps = zip(x.shape, x.stride(), strict=True)
        if x.numel() and any(step == 0 < size - 1 for size, step in steps):
            raise RuntimeError(
                "unsupported operation: more than one element of the written-to tensor refers "
                "to a single memory location. Please clone() the tensor before performing the "
                "operation."
            )
        for other in [*written[:number], *read]:
            if _overlap(x, other):
                raise RuntimeError(
                    "unsupported operation: some elements of the input tensor and the "
                    "written-to tensor refer to a single memory location. Please clone() the "
                    "tensor before performing the operation."
                )


def _overlap(x: Tensor, y: Tensor) -> bool:
    """Whether two tensors share elements, as far as torch's own operations judge it.

    Views that interleave in one buffer are the caller's care, there as here.
    """
    if x.numel() == 0 or y.numel() == 0 or x.device.type == "meta":
        return False
    if x.untyped_storage()._cdata != y.untyped_storage()._cdata:
        return False
    if x.storage_offset() == y.storage_offset() and x.stride() == y.stride():
        return True
    ends = [t.storage_offset() + t.numel() for t in (x, y)]
    dense = _fills(x) and _fills(y)
    return dense and x.storage_offset() < ends[1] and y.storage_offset() < ends[0]


def _fills(x: Tensor) -> bool:
    """Whether a tensor fills the memory from its first element to its last, in any order."""
    reach = sum((size - 1) * step for size, step in zip(x.shape, x.stride(), strict=True))
    return bool(reach + 1 == x.numel())
