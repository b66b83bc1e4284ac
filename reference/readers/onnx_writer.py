"""From a `RotaryConfig` to a node RotaryEmbedding with its caches."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.oracle import phases
from ropespec.reference.validate import choice, whole

from .onnx import INPUTS
from .packages import needed

DTYPES = ("float16", "float32", "float64")
"""Formats that caches can be written in."""


def caches(config: RotaryConfig, length: int) -> tuple[FloatArray, FloatArray]:
    """Return the caches of a configuration for positions 0 to length - 1, `(length, pairs)`.

    Sign and amplitude are in them.

    Raises
    ------
    ConfigError
        For several axes, which rows of one cache cannot say.
    """
    if config.axes:
        advice = "com.microsoft.MRotaryEmbedding is another operator"
        raise ConfigError("axes", config.axes, "one axis for RotaryEmbedding", advice)
    rows = whole("length", length, least=1, advice="give the number of positions")
    cos, sin = phases(np.arange(rows), config)
    return config.amplitude * cos, config.amplitude * sin


def model(
    config: RotaryConfig,
    length: int,
    *,
    heads: int = 0,
    domain: str = "",
    dtype: str = "float32",
) -> Any:
    """Return an `onnx.ModelProto` of one node that rotates as the configuration says.

    Parameters
    ----------
    config
        The configuration, in layout interleaved or half, the first channels turning.
    length
        Rows of the caches.
    heads
        `num_heads` for an input `(batch, seq, heads * head_dim)`; 0 for one
        `(batch, heads, seq, head_dim)`.
    domain
        "" or "com.microsoft".
    dtype
        Format of input and caches, a name of `DTYPES`; ai.onnx has no float64.

    Raises
    ------
    ConfigError
        Naming what a node cannot say, or if the package `onnx` is not there.
    """
    onnx = needed("onnx")
    choice("domain", domain, INPUTS)
    choice("dtype", dtype, DTYPES)
    choice("layout", config.layout, ("interleaved", "half"), advice="a node has no other")
    if config.rotary_end != "first":
        raise ConfigError(
            "rotary_end", config.rotary_end, "'first' for a node", "split the head"
        )
    kind = onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    tensors = [
        onnx.numpy_helper.from_array(array.astype(dtype), name)
        for name, array in zip(("cos_cache", "sin_cache"), caches(config, length), strict=True)
    ]
    partial = config.rotary_dim if config.rotary_dim < config.head_dim else 0
    node = onnx.helper.make_node(
        "RotaryEmbedding", list(INPUTS[domain]), ["Y"], name="rotary", domain=domain,
        interleaved=int(config.layout == "interleaved"),
        num_heads=heads or (1 if partial and domain else 0),
        rotary_embedding_dim=partial,
    )  # fmt: skip
    wide = ["batch", "seq", heads * config.head_dim]
    shape = wide if heads else ["batch", "heads", "seq", config.head_dim]
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [node],
        "rotary",
        [value("X", kind, shape),
         value("position_ids", onnx.TensorProto.INT64, ["batch", "seq"])],
        [value("Y", kind, shape)],
        tensors,
    )  # fmt: skip
    versions = [onnx.helper.make_opsetid("", 23)]
    if domain:
        versions.append(onnx.helper.make_opsetid(domain, 1))
    return onnx.helper.make_model(graph, opset_imports=versions)
