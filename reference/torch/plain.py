"""The rotation in plain torch operations, for wherever the compiled kernels cannot run.

Every operation is differentiable and rounds as the kernels do: products and sums one by one
in float32 (float64 for float64), and once to the input's dtype, so the results have the
kernels' bits.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .arguments import SMALL
from .rows import Rows
from .segments import Head, Segment


def compute_dtype(x: Tensor) -> torch.dtype:
    """In which dtype a tensor is rotated."""
    return torch.float64 if x.dtype == torch.float64 else torch.float32


def turned(x: Tensor, rows: Rows, head: Head, axes: str) -> Tensor:
    """Rotate one tensor.

    Parameters
    ----------
    x
        Queries or keys in the given order of axes.
    rows
        Cosine and sine, shape `(batch or 1, seq, pairs)`; their dtype is what is computed in.
    head
        The pairs.
    axes
        "bhsd", "bshd" or "thd"; empty for rows that broadcast as they are.
    """
    cos, sin = (_beside_heads(part, axes) for part in rows)
    wide = x.to(cos.dtype)
    parts: list[tuple[int, Tensor]] = [(begin, x[..., begin:end]) for begin, end in head.passed]
    for segment in head.segments:
        pairs = slice(segment.pair, segment.pair + segment.number)
        a, b = _read(wide, segment)
        c, s = cos[..., pairs], sin[..., pairs]
        parts += _written(segment, (a * c - b * s).to(x.dtype), (a * s + b * c).to(x.dtype))
    ordered = [part for _, part in sorted(parts, key=lambda part: part[0])]
    return ordered[0] if len(ordered) == 1 else _joined(ordered)


def _joined(parts: list[Tensor]) -> Tensor:
    """Put pieces of a head side by side."""
    dtype = parts[0].dtype
    if dtype not in SMALL:
        return torch.cat(parts, dim=-1)
    bits = torch.cat([part.contiguous().view(torch.uint8) for part in parts], dim=-1)
    return bits.view(dtype)


def turn_into(x: Tensor, out: Tensor, rows: Rows, head: Head, axes: str) -> None:
    """Rotate one tensor into another, or into itself, some tokens at a time.

    The pieces are small enough for the processor's cache, so that the temporary results cost
    neither memory nor time on the way there and back.

    Parameters
    ----------
    x, rows, head, axes
        As for `turned`.
    out
        Of the shape and dtype of `x`; may be `x`.
    """
    along = axes.index("t" if axes == "thd" else "s")
    seq = x.shape[along]
    tokens = max(1, x.numel() // max(1, seq))
    step = seq if x.device.type != "cpu" else max(1, _PIECE // tokens)
    for start in range(0, seq, max(1, step)):
        size = min(step, seq - start)
        part = rows[0].narrow(1, start, size), rows[1].narrow(1, start, size)
        to = out.narrow(along, start, size)
        _turn_piece(x.narrow(along, start, size), to, part, head, axes)


_PIECE = 1 << 16
"""Elements of one piece."""


def _turn_piece(x: Tensor, out: Tensor, rows: Rows, head: Head, axes: str) -> None:
    """Rotate a few tokens."""
    cos, sin = (_beside_heads(part, axes) for part in rows)
    if x.data_ptr() != out.data_ptr():
        for begin, end in head.passed:
            out[..., begin:end].copy_(x[..., begin:end])
    pieces = []
    for segment in head.segments:
        pairs = slice(segment.pair, segment.pair + segment.number)
        a, b = (side.to(compute_dtype(x)) for side in _read(x, segment))
        c, s = cos[..., pairs], sin[..., pairs]
        pieces += _halves(segment, out, (a * c).sub_(b * s), (a * s).add_(b * c))
    for to, value in pieces:  # written when all is read: some layouts cross
        to.copy_(value)


def _halves(
    segment: Segment, out: Tensor, first: Tensor, second: Tensor
) -> list[tuple[Tensor, Tensor]]:
    """Say where the two channels of each pair are to be written."""
    step = 2 if segment.write_adjacent else 1
    reach = step * (segment.number - 1) + 1
    starts = ((segment.write_first, first), (segment.write_second, second))
    return [(out[..., start : start + reach : step], value) for start, value in starts]


def _beside_heads(part: Tensor, axes: str) -> Tensor:
    """Give rows `(batch, seq, pairs)` the heads' dimension."""
    if not axes:
        return part
    if axes == "thd":
        return part.squeeze(0).unsqueeze(1)
    return part.unsqueeze(1 if axes == "bhsd" else 2)


def _read(x: Tensor, segment: Segment) -> tuple[Tensor, Tensor]:
    """Return both channels of the segment's pairs, as views."""
    step = 2 if segment.read_adjacent else 1
    reach = step * (segment.number - 1) + 1
    first = x[..., segment.read_first : segment.read_first + reach : step]
    second = x[..., segment.read_second : segment.read_second + reach : step]
    return first, second


def _written(segment: Segment, first: Tensor, second: Tensor) -> list[tuple[int, Tensor]]:
    """Say at which channel each piece of the result begins."""
    if segment.write_adjacent:
        return [(segment.write_first, torch.stack((first, second), dim=-1).flatten(-2))]
    return [(segment.write_first, first), (segment.write_second, second)]
