"""Operators and formulas that take cosines and sines from their caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .cases import BASE, HEAD_DIM, Case

Turn = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
"""Rotates queries and keys."""


def float_tables(seq: int, start: int = 0) -> tuple[Tensor, Tensor]:
    """Cosines and sines the usual way, from angles in float32: `(1, seq, head_dim / 2)`."""
    inv_freq = 1.0 / BASE ** (torch.arange(0, HEAD_DIM, 2).float() / HEAD_DIM)
    angles = torch.arange(start, start + seq).float()[None, :, None] * inv_freq
    return angles.cos(), angles.sin()


def complex_multiply(case: Case, start: int) -> Turn:
    """Meta's way: neighbours as complex numbers, in float32."""
    cos, sin = float_tables(case.seq, start)
    turns = torch.complex(cos, sin).unsqueeze(1 if case.axes == "bhsd" else 2)

    def one(x: Tensor) -> Tensor:
        pairs = torch.view_as_complex(x.float().reshape(*x.shape[:-1], -1, 2))
        return torch.view_as_real(pairs * turns).flatten(-2).type_as(x)

    return lambda q, k: (one(q), one(k))


def torch_onnx(case: Case, start: int) -> Turn:
    """PyTorch's operator of ONNX."""
    turn: Any = torch.onnx.ops.rotary_embedding
    cos, sin = (table[0].to(case.torch_dtype) for table in float_tables(case.seq, start))
    places = torch.arange(case.seq)[None].expand(case.batch, -1)
    interleaved = case.layout == "interleaved"

    def one(x: Tensor) -> Tensor:
        turned: Tensor = turn(x, cos, sin, places, interleaved=interleaved)
        return turned

    return lambda q, k: (one(q), one(k))


def onnxruntime(case: Case, start: int) -> Turn:
    """The operator of onnxruntime, tensors bound once, on as many threads as torch."""
    import onnxruntime as library

    from ropespec.checks.peers.onnx_operators import Operator

    class Bound(Operator):
        """The operator for this case."""

        convention = case.config

    options = library.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = torch.get_num_threads()
    model = Bound().model(case.dtype).SerializeToString()
    session = library.InferenceSession(model, options, ["CPUExecutionProvider"])
    tables = [table[0].numpy() for table in float_tables(case.seq, start)]
    places = torch.arange(case.seq)[None].repeat(case.batch, 1).numpy()
    bound: dict[int, tuple[Any, Tensor]] = {}

    def bind(x: Tensor) -> tuple[Any, Tensor]:
        binding, out = session.io_binding(), torch.empty_like(x)
        values = {"x": x.numpy(), "cos": tables[0], "sin": tables[1], "positions": places}
        for name, value in values.items():
            given = library.OrtValue.ortvalue_from_numpy(value)
            binding.bind_ortvalue_input(name, given)
        binding.bind_output(
            "y", "cpu", 0, "float32", list(x.shape), out.data_ptr()
        )  # fmt: skip
        return binding, out

    def one(x: Tensor) -> Tensor:
        if x.data_ptr() not in bound:
            bound[x.data_ptr()] = bind(x)
        binding, out = bound[x.data_ptr()]
        session.run_with_iobinding(binding)
        return out

    return lambda q, k: (one(q), one(k))


def compiled_plain(case: Case, start: int) -> Turn:
    """torch.compile of the formula as papers and models write it."""
    interleaved = case.layout == "interleaved"
    at = 1 if case.axes == "bhsd" else 2
    cos, sin = (
        (t.repeat_interleave(2, -1) if interleaved else torch.cat([t, t], dim=-1))
        .to(case.torch_dtype)
        .unsqueeze(at)
        for t in float_tables(case.seq, start)
    )

    def quarter(x: Tensor) -> Tensor:
        if interleaved:
            a, b = x[..., ::2], x[..., 1::2]
            return torch.stack((-b, a), dim=-1).flatten(-2)
        a, b = x.chunk(2, dim=-1)
        return torch.cat((-b, a), dim=-1)

    def both(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        return q * cos + quarter(q) * sin, k * cos + quarter(k) * sin

    function = torch.compile(both, dynamic=False)
    return lambda q, k: function(q, k, cos, sin)


def compiled_cast_first(case: Case, start: int) -> Turn:
    """torch.compile of the form that it turns into one pass: cast before joining."""
    interleaved = case.layout == "interleaved"
    at = 1 if case.axes == "bhsd" else 2
    cos, sin = (table.unsqueeze(at) for table in float_tables(case.seq, start))

    def one(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        pairs = (
            x.reshape(*x.shape[:-1], -1, 2).unbind(-1) if interleaved else x.chunk(2, dim=-1)
        )
        a, b = pairs
        first, second = (a * cos - b * sin).to(x.dtype), (b * cos + a * sin).to(x.dtype)
        if interleaved:
            return torch.stack((first, second), dim=-1).flatten(-2)
        return torch.cat((first, second), dim=-1)

    def both(q: Tensor, k: Tensor, cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor]:
        return one(q, cos, sin), one(k, cos, sin)

    function = torch.compile(both, dynamic=False)
    return lambda q, k: function(q, k, cos, sin)
