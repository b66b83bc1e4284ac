"""ggml's `ggml_rope_ext`, which llama.cpp calls, through its C interface on the processor.

The libraries are those in the wheel of pywhispercpp.
"""

from __future__ import annotations

import ctypes
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig
from ropespec.reference.scaling import Yarn

from .peer import Peer, published

NORMAL, NEOX = 0, 2
"""Modes: neighbouring channels, halves."""

KINDS = {"float32": 0, "float16": 1}
POSITIONS = 26
"""Numbers of the types of tensors; the last is int32."""

ROOM = 1 << 20
"""Bytes for what ggml keeps of tensors and graphs beside their values."""

POINTER, LONG, INT, FLOAT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int, ctypes.c_float


class Memory(ctypes.Structure):
    """`struct ggml_init_params`."""

    _fields_ = (("size", ctypes.c_size_t), ("buffer", POINTER), ("no_alloc", ctypes.c_bool))


DECLARED = {
    "ggml_init": (POINTER, Memory),
    "ggml_free": (None, POINTER),
    "ggml_new_tensor_4d": (POINTER, POINTER, INT, LONG, LONG, LONG, LONG),
    "ggml_new_tensor_1d": (POINTER, POINTER, INT, LONG),
    "ggml_get_data": (POINTER, POINTER),
    "ggml_rope_ext": (POINTER, *[POINTER] * 4, INT, INT, INT, *[FLOAT] * 6),
    "ggml_new_graph": (POINTER, POINTER),
    "ggml_build_forward_expand": (None, POINTER, POINTER),
    "ggml_graph_compute_with_ctx": (INT, POINTER, POINTER, INT),
}
"""The functions of ggml.h and ggml-cpu.h that are called: result, arguments."""


class Normal(Adapter):
    """As llama.cpp calls it for Llama-3-8B, whose weights its converter has put in order."""

    mode, width, base = NORMAL, 128, 500000.0
    trained, scale, extrapolated = 0, 1.0, 0.0

    def __init__(self) -> None:
        found = importlib.util.find_spec("pywhispercpp")
        if found is None or found.origin is None:
            raise ImportError("pywhispercpp is not installed, whose wheel brings ggml")
        folder = Path(found.origin).parents[1]
        for name, (result, *arguments) in DECLARED.items():
            part = "cpu" if name == "ggml_graph_compute_with_ctx" else "base"
            function = getattr(ctypes.CDLL(str(folder / f"libggml-{part}.so")), name)
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, head_dim)`, row by row: its positions are one row."""
        rows = [self.row(np.ascontiguousarray(row), positions[b]) for b, row in enumerate(x)]
        return np.stack(rows) if rows else x

    def row(self, x: Any, positions: Any) -> Any:
        """Rotate `(seq, heads, head_dim)`."""
        if not x.size:
            return x
        places = positions.astype(np.int32)
        if (places != positions).any():
            raise OverflowError("positions are int32")
        memory: Any = self
        context = memory.ggml_init(Memory(ROOM + 4 * x.nbytes + places.nbytes, None, False))
        try:
            sizes = x.shape[::-1]
            values = memory.ggml_new_tensor_4d(context, KINDS[str(x.dtype)], *sizes, 1)
            row = memory.ggml_new_tensor_1d(context, POSITIONS, len(places))
            for tensor, array in ((values, x), (row, places)):
                ctypes.memmove(memory.ggml_get_data(tensor), array.ctypes.data, array.nbytes)
            turned = memory.ggml_rope_ext(
                context, values, row, None, self.width, self.mode, self.trained,
                self.base, self.scale, self.extrapolated, 1.0, 32.0, 1.0,
            )  # fmt: skip
            graph = memory.ggml_new_graph(context)
            memory.ggml_build_forward_expand(graph, turned)
            if memory.ggml_graph_compute_with_ctx(context, graph, 1):
                raise RuntimeError("ggml_graph_compute_with_ctx failed")
            y = np.empty_like(x)
            ctypes.memmove(y.ctypes.data, memory.ggml_get_data(turned), y.nbytes)
        finally:
            memory.ggml_free(context)
        return y


class Neox(Normal):
    """As for Pythia-6.9B: halves of the first 32 channels of 128."""

    mode, width, base = NEOX, 32, 10000.0


class NeoxYarn(Normal):
    """As for Qwen2.5-7B-Instruct with YaRN by 4."""

    mode, base = NEOX, 1000000.0
    trained, scale, extrapolated = 32768, 0.25, 1.0


CLAIMS = {"framework": "numpy", "axes": "bshd", "dtypes": ("float32", "float16")}
YARN = Yarn(factor=4.0, original_max_position_embeddings=32768)

PEERS = (
    Peer(
        "llama-3-8b", "ggml_rope_ext, normal, Llama-3-8B", f"{__name__}:Normal",
        RotaryConfig(head_dim=128, base=500000.0), CLAIMS,
        "config.json of Meta-Llama-3-8B; neighbours, as llama.cpp's converter has them",
    ),
    Peer(
        "pythia-6.9b", "ggml_rope_ext, NeoX, Pythia-6.9B", f"{__name__}:Neox",
        published("pythia-6.9b"), CLAIMS, "config.json of pythia-6.9b",
    ),
    Peer(
        "qwen2.5-7b-yarn", "ggml_rope_ext, NeoX, Qwen2.5-7B with YaRN", f"{__name__}:NeoxYarn",
        RotaryConfig(head_dim=128, base=1000000.0, layout="half", scaling=YARN), CLAIMS,
        "README of Qwen2.5-7B-Instruct: rope_scaling of type yarn, factor 4, from 32768",
    ),
)  # fmt: skip
