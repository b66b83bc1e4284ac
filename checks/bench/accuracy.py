"""How far each way is from the true rotation at far positions."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import numpy as np
import torch
from torch import Tensor

from ropespec.reference import oracle
from ropespec.reference.torch import rotate

from .cases import Case
from .contestants import complex_multiply, float_tables

POSITIONS = (4095, 131071, 1048575)
"""Where it is measured."""

_DIGITS = {"float32": 24, "bfloat16": 8, "float16": 11}


def accuracy(dtype: str, position: int) -> Iterator[dict[str, object]]:
    """Measure this project and the peers at one position.

    Yields
    ------
    dict
        `name`, `position`, `dtype`, `error` (largest, of components of normal variates), and
        `units`: the largest error in units of the component's own last place, over components
        above 2**-6 of their pair's norm.
    """
    for layout in ("half", "interleaved"):
        case = Case(1, 1, dtype, "bhsd", layout)
        q, k = case.tensors(seed=position)
        truth = oracle.rotate(q.double().numpy(), [[position]], case.config)
        for name, turned in _turned(case, q, k, position):
            error = np.abs(turned.double().numpy() - truth)
            yield {
                "name": f"{name}, {layout}",
                "dtype": dtype,
                "position": position,
                "error": float(error.max()),
                "units": _units(error, truth, q.double().numpy(), dtype, layout),
            }


def _turned(case: Case, q: Tensor, k: Tensor, position: int) -> Iterator[tuple[str, Tensor]]:
    """Rotate by everybody."""
    yield "ropespec", rotate(q, k, position, case.config)[0]
    cos, sin = float_tables(1, position)
    if case.layout == "interleaved":
        yield "complex multiply", complex_multiply(q, k, cos, sin, "bhsd")[0]
    elif find_spec("transformers"):
        from transformers.models.llama.modeling_llama import apply_rotary_pos_emb

        tables = (torch.cat([t, t], dim=-1).to(q.dtype) for t in (cos, sin))
        yield "Hugging Face, eager", apply_rotary_pos_emb(q, k, *tables)[0]


def _units(
    error: np.typing.NDArray[np.float64],
    truth: np.typing.NDArray[np.float64],
    x: np.typing.NDArray[np.float64],
    dtype: str,
    layout: str,
) -> float:
    """Largest error in last places, where the component is not small beside its pair."""
    if layout == "half":
        norm = np.hypot(*np.split(x, 2, axis=-1))
        norm = np.concatenate([norm, norm], axis=-1)
    else:
        norm = np.hypot(x[..., ::2], x[..., 1::2]).repeat(2, axis=-1)
    large = np.abs(truth) > norm * 2.0**-6
    _, exponent = np.frexp(truth)
    return float((error / np.ldexp(1.0, exponent - _DIGITS[dtype]))[large].max())
