"""Whether the Triton kernel is there, and for which tensors.

It serves tensors on a GPU wherever Triton can be imported. The environment variable
ROPESPEC_TORCH_KERNEL=off leaves it out, as it leaves out the C++ kernel; `triton` leaves out
only that one, and with TRITON_INTERPRET=1 lets Triton's interpreter rotate tensors of the CPU,
slowly: for tests.
"""

from __future__ import annotations

import os
import threading
import warnings
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

import torch
from torch import Tensor

from ropespec.reference.torch.arguments import seq_of
from ropespec.reference.torch.native import SWITCH
from ropespec.reference.torch.plain import compute_dtype
from ropespec.reference.torch.plan import Plan
from ropespec.reference.torch.positions import whole_positions
from ropespec.reference.torch.rows import rows_at

_DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
_NAME = "ropespec.reference.torch.triton_kernel.launching"

_loaded: ModuleType | None = None
_failure = ""
_lock = threading.Lock()


def status() -> str:
    """Say in a few words how it stands with the kernel, without loading it."""
    switch = os.environ.get(SWITCH, "on")
    if switch == "off":
        return f"off ({SWITCH})"
    if _failure:
        return f"failed: {_failure}"
    if not find_spec("triton"):
        return "no triton"
    return "ready" if torch.cuda.is_available() else "no GPU"


def failure() -> str:
    """Return why the kernel could not be loaded or run, empty as long as it could."""
    return _failure


def takes(x: Tensor) -> bool:
    """Whether the kernel is there for a tensor's device and dtype."""
    device = x.device.type
    if device not in ("cuda", "cpu") or x.dtype not in _DTYPES or _failure:
        return False
    switch = os.environ.get(SWITCH, "on")
    if device == "cpu":
        wanted = switch == "triton" and os.environ.get("TRITON_INTERPRET") == "1"
        return wanted and _module() is not None
    return switch != "off" and _module() is not None


def rotated_into(
    plan: Plan,
    x: tuple[Tensor, Tensor],
    out: tuple[Tensor, Tensor],
    positions: Tensor | None,
    offset: int,
    axes: str,
    inverse: bool,
    starts: Tensor | None = None,
) -> bool:
    """Rotate queries and keys by the kernel, in one launch.

    Parameters
    ----------
    plan
        The configuration's plan.
    x, out
        Queries and keys, and where to write; `out` may be `x`.
    positions, offset
        Positions of any kind, or None for `offset`, `offset` + 1, ...
    axes
        "bhsd", "bshd" or "thd".
    inverse
        Turn back.
    starts
        Where each packed sequence begins, and the end of the last; the count begins anew
        there.

    Returns
    -------
    bool
        Whether it was done; otherwise nothing was, and plain torch has to.

    Raises
    ------
    InputError
        If a position is NaN or infinite.
    """
    if not all(takes(part) for part in x) or compute_dtype(x[0]) != compute_dtype(x[1]):
        return False
    if positions is not None and positions.is_floating_point():
        positions = whole_positions(positions)
    return _launched(plan, x, out, positions, offset, axes, inverse, starts)


def _launched(
    plan: Plan,
    x: tuple[Tensor, Tensor],
    out: tuple[Tensor, Tensor],
    positions: Tensor | None,
    offset: int,
    axes: str,
    inverse: bool,
    starts: Tensor | None,
) -> bool:
    """Say where the tokens stand, and launch."""
    module = _module()
    seq = seq_of(x[0], axes)
    tokens = seq if axes == "thd" else x[0].shape[0] * seq
    if module is None or not module.can_launch(plan.head, tokens):
        return False
    rows = None
    if positions is not None:
        if plan.digits and not positions.is_floating_point():
            positions = positions.to(x[0].device)
        else:  # between whole numbers, or turned by several coordinates at once
            rows = rows_at(plan, positions, compute_dtype(x[0]), x[0].device)
    where = module.Where(positions, offset, starts, rows)
    return _tried(module, plan, x, out, where, axes, inverse)


def _tried(
    module: ModuleType,
    plan: Plan,
    x: tuple[Tensor, Tensor],
    out: tuple[Tensor, Tensor],
    where: tuple[object, ...],
    axes: str,
    inverse: bool,
) -> bool:
    """Launch, or remember why that cannot be done here and leave it to plain torch."""
    try:
        module.launch(plan, x, out, where, axes, inverse)
    except module.CapturingError:
        raise
    except Exception as error:  # a compiler or a driver that does not fit: never a crash
        _fail(error)
        return False
    return True


def _module() -> ModuleType | None:
    """Return `launching`, imported at the first call; None where that cannot be done."""
    global _loaded
    if _loaded is None and not _failure:
        with _lock:
            if _loaded is None and not _failure:
                try:
                    _loaded = import_module(_NAME)
                except Exception as error:  # no triton, or one that does not fit
                    _fail(error)
    return _loaded


def _fail(error: Exception) -> None:
    """Remember and say once that plain torch does the work."""
    global _failure
    first = (str(error).strip().splitlines() or [""])[0][:200]
    _failure = f"{type(error).__name__}: {first}"
    if not isinstance(error, ModuleNotFoundError):
        message = f"ropespec: its Triton kernel cannot be used, plain torch is: {_failure}"
        warnings.warn(message, RuntimeWarning, stacklevel=3)
