"""`rotate`: queries and keys in one call."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch._C._functorch import maybe_current_level

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError, shown

from . import operator
from .arguments import AXES, SMALL, check_config, check_tensors, seq_of
from .distributed import alike
from .errors import TensorError
from .float32 import PHASES, rows_in_float32
from .outputs import check_form, check_outputs, written
from .plain import turned
from .plan import Plan, no_forward_gradients, plan_of
from .positions import counted, placed
from .rows_operator import rotated_openly
from .segments import traced_head
from .traced import traced, traced_positions
from .transforms import rotated
from .triton_kernel.direct import directly


def rotate(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    config: RotaryConfig,
    out: tuple[Tensor, Tensor] | None = None,
    inplace: bool = False,
    *,
    axes: str = "bhsd",
    cu_seqlens: Tensor | None = None,
    length: int | None = None,
    phases: str = "exact",
) -> tuple[Tensor, Tensor]:
    """Rotate queries and keys by their positions.

    Phases are exact at every position of int64; the rotation is done in float32 (float64 for
    float64) and rounded once to the dtype of the input. The gradient is the inverse rotation,
    and nothing but the positions is kept for it.

    Parameters
    ----------
    q
        Shape `(batch, heads, seq, head_dim)`, or as `axes` says; float64, float32, bfloat16,
        float16 or a float8 format, with any strides.
    k
        Like `q`; it may have another number of heads and another dtype.
    positions
        None for 0, 1, 2, ...; a number, or a tensor without dimensions, for the first of such
        a count; or a tensor of shape `(seq,)`, `(1, seq)` or `(batch, seq)`, with a last
        dimension `axes` for several axes. Whole or real, of any dtype, negative too; no
        derivative goes through them.
    config
        The configuration.
    out
        Two tensors like `q` and `k` to write into.
    inplace
        Write into `q` and `k`.
    axes
        The order of axes: "bhsd", "bshd", or "thd" for packed tokens `(tokens, heads,
        head_dim)`.
    cu_seqlens
        For packed tokens: where each sequence begins, and the end of the last, whole numbers
        of shape `(sequences + 1,)`. Positions then begin anew with each sequence.
    length
        For scaling laws that depend on the length of the sequence: the largest position plus
        one, as for `RotaryConfig.at_length`. None counts as up to the trained length.
    phases
        "exact", or "float32" for the bits of Hugging Face's code, wrong at far positions as
        they are: frequencies and angles in float32, all else in the dtype of the input.

    Returns
    -------
    q, k
        In the shape, dtype and device of what was given.

    Raises
    ------
    TensorError
        If dtype, shape, device or positions do not fit; a RuntimeError and an InputError.
    ArgumentError
        If an argument is of another type; a TypeError and an InputError.
    RuntimeError
        As torch's own operations do: for outputs that overlap, or that need gradients where
        none can be recorded.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import rotate
    >>> q, k = torch.ones(1, 2, 3, 4), torch.ones(1, 1, 3, 4)
    >>> rotated_q, _ = rotate(q, k, None, RotaryConfig(head_dim=4, layout="half"))
    >>> [round(value, 4) for value in rotated_q[0, 0, 2].tolist()]
    [-1.3254, 0.9798, 0.4932, 1.0198]
    """
    if phases != "exact" or length is not None:
        _check_words(config, phases, length)
        if phases == "float32":
            return _in_float32(q, k, positions, config, out, inplace, axes, cu_seqlens, length)
    if torch.compiler.is_compiling():
        return traced(q, k, positions, config, out, inplace, axes, cu_seqlens, length)
    if length is not None:
        config = _at_length(config, length)
    plan = plan_of(config)
    order = AXES.get(axes) if isinstance(axes, str) else None
    usual = k is not None and cu_seqlens is None and (out is None or _two(out, inplace))
    if usual and order is not None:
        call, to = plan.call, out or _NEW
        done: Any = call and call(
            q, k, positions, 0, order, False, inplace, to[0], to[1], None, None
        )
        if done is False:
            done = plan.native(q, k, positions, order, inplace, to)
        if done is not None:
            return done  # type: ignore[no-any-return]
    done = directly(plan, q, k, positions, out, inplace, axes, cu_seqlens)
    if done is not None:
        return done  # type: ignore[no-any-return]
    return _general(q, k, positions, plan, out, inplace, axes, cu_seqlens)


_NEW = (None, None)


def _two(out: Any, inplace: bool) -> bool:
    """Whether outputs are two somethings, and the only place to write to."""
    pair = not inplace and isinstance(out, (tuple, list)) and len(out) == 2
    return pair and out[0] is not None


def _check_words(config: RotaryConfig, phases: str, length: int | None) -> None:
    """Check the arguments that are seldom given, and what they are about."""
    check_config(config)
    if not isinstance(phases, str) or phases not in PHASES:
        raise InputError(f"phases: got {shown(phases)}, expected one of {', '.join(PHASES)}")
    if length is None:
        return
    whole = isinstance(length, (int, np.integer, torch.SymInt))
    if whole and torch.compiler.is_compiling() and not isinstance(length, bool):
        torch._check(length >= 1)  # type: ignore[no-untyped-call]
        return
    if isinstance(length, bool) or not whole or length < 1:
        expected = "the largest position plus one, a whole number from 1"
        raise InputError(f"length: got {shown(length)}, expected {expected}")


@lru_cache(maxsize=256)
def _at_length(config: RotaryConfig, length: int | None) -> RotaryConfig:
    """Return the configuration in force for a sequence of some length."""
    if length is None or not config.depends_on_length:
        return config
    return config.at_length(length)


def _general(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    plan: Plan,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Rotate anything that the kernel does not take as it is."""
    check_tensors(q, k, plan.config, axes)
    at, offset = placed(positions, q, plan.config, axes, cu_seqlens)
    targets = check_outputs(q, k, out, inplace)
    plain = type(q) is type(k) is Tensor and not q.is_meta and maybe_current_level() is None
    if not no_forward_gradients():
        done = rotated_openly(q, k, at, offset, plan.config, axes)
    elif targets is not None and plain and not _recorded(q, k):
        operator.rotate_into(plan, q, k, at, offset, axes, targets)
        return targets
    else:
        done = rotated(q, k, alike(at, q), offset, plan.key, axes, False)
        if targets is not None:  # one of both may need no gradient, and is to stay so
            done = _detached(done[0], q), _detached(done[1], k)
    return written(done, targets)


def _detached(y: Tensor, x: Tensor) -> Tensor:
    """Return a result as one that records no more than its input."""
    return y if x.requires_grad or maybe_current_level() is not None else y.detach()


def _recorded(q: Tensor, k: Tensor) -> bool:
    """Whether autograd will want to know."""
    return torch.is_grad_enabled() and (q.requires_grad or k.requires_grad)


def _in_float32(
    q: Tensor,
    k: Tensor,
    positions: Tensor | int | None,
    config: RotaryConfig,
    out: tuple[Tensor, Tensor] | None,
    inplace: bool,
    axes: str,
    cu_seqlens: Tensor | None,
    length: int | None,
) -> tuple[Tensor, Tensor]:
    """Rotate as Hugging Face's code does."""
    check_tensors(q, k, config, axes)
    for name, x in (("q", q), ("k", k)):
        if x.dtype in SMALL:
            raise TensorError(
                f"{name}: got {x.dtype}, in which torch does not multiply, as phases='float32' "
                "does in the input's dtype; expected another, or phases='exact'"
            )
    if torch.compiler.is_compiling():
        at, offset = traced_positions(q, positions, config, axes, cu_seqlens)
        targets = check_form(q, k, out, inplace)
    else:
        at, offset = placed(positions, q, config, axes, cu_seqlens)
        targets = check_outputs(q, k, out, inplace)
    if at is None:
        at = counted(offset, seq_of(q, axes), q.device)
    head = traced_head(config)
    done = [
        turned(x, rows_in_float32(alike(at, x), config, length, x.dtype), head, axes)
        for x in (q, k)
    ]
    return written((done[0], done[1]), targets)
