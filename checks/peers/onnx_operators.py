"""The operator RotaryEmbedding of ONNX: the reference, and onnxruntime's two."""

from __future__ import annotations

from typing import Any

from ropespec.checks.target import Adapter
from ropespec.reference.config import RotaryConfig

from .caches import GPTJ, LLAMA, ROWS, tables
from .peer import Peer

STANDARD, CONTRIB = "", "com.microsoft"
"""Domains of the operator; they order its inputs differently."""


class Operator(Adapter):
    """A model of one operator, by a table of positions."""

    domain = STANDARD
    convention = LLAMA

    def __init__(self) -> None:
        self.exact = tables(self.convention)
        self.ready: dict[str, tuple[Any, dict[str, Any]]] = {}

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, head_dim)`."""
        name = str(x.dtype)
        if name not in self.ready:
            cos, sin = (table.astype(x.dtype) for table in self.exact)
            self.ready[name] = (self.runner(self.model(name)), {"cos": cos, "sin": sin})
        runner, cache = self.ready[name]
        return runner.run(None, {"x": x, "positions": positions, **cache})[0]

    def model(self, dtype: str) -> Any:
        """Build the model for a format."""
        import numpy as np
        from onnx import helper

        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        names = ["x", "cos", "sin", "positions"]
        if self.domain == CONTRIB:
            names = ["x", "positions", "cos", "sin"]
        config = self.convention
        partial = config.rotary_dim if config.rotary_dim != config.head_dim else 0
        attributes: dict[str, Any] = {
            "interleaved": int(config.layout == "interleaved"),
            "rotary_embedding_dim": partial,
        }
        if self.domain == CONTRIB and partial:
            attributes["num_heads"] = 1
        node: Any = helper.make_node(
            "RotaryEmbedding", names, ["y"], domain=self.domain, **attributes
        )
        values = [
            helper.make_tensor_value_info(name, kind, [None] * rank)
            for name, rank in (("x", 4), ("cos", 2), ("sin", 2), ("y", 4))
        ]
        places = helper.make_tensor_value_info("positions", 7, [None, None])
        graph = helper.make_graph([node], "rope", [*values[:3], places], values[3:])
        versions = [helper.make_opsetid("", 23), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)

    def runner(self, model: Any) -> Any:
        """Make what runs the model."""
        from onnx.reference import ReferenceEvaluator

        return ReferenceEvaluator(model)


class OperatorPartial(Operator):
    """GPT-J: neighbouring channels, a quarter of the head."""

    convention = GPTJ


class Runtime(Operator):
    """onnxruntime on the processor, opset 23."""

    def runner(self, model: Any) -> Any:
        """Make what runs the model."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        providers = ["CPUExecutionProvider"]
        return onnxruntime.InferenceSession(model.SerializeToString(), options, providers)


class RuntimePartial(Runtime):
    """The same for GPT-J."""

    convention = GPTJ


class Contrib(Runtime):
    """onnxruntime's own operator, com.microsoft."""

    domain = CONTRIB


class ContribPartial(Contrib):
    """The same for GPT-J."""

    convention = GPTJ


def _peer(slug: str, name: str, function: str, config: RotaryConfig, *dtypes: str) -> Peer:
    """Describe one of this module's classes."""
    claims = {"framework": "numpy", "dtypes": dtypes, "max_position": ROWS - 1}
    source = "the operator's specification; the tables are exact, so that it alone is judged"
    return Peer(slug, name, f"{__name__}:{function}", config, claims, source)


REFERENCE = (
    _peer("llama-3-8b", "onnx reference, halves", "Operator", LLAMA, "float32", "float16"),
    _peer(
        "gpt-j-6b", "onnx reference, neighbours, partial", "OperatorPartial",
        GPTJ, "float32", "float16",
    ),
)  # fmt: skip
RUNTIME = (
    _peer("opset23-llama", "onnxruntime, opset 23, halves", "Runtime", LLAMA, "float32"),
    _peer("opset23-gptj", "onnxruntime, opset 23, partial", "RuntimePartial", GPTJ, "float32"),
    _peer("contrib-llama", "onnxruntime, com.microsoft, halves", "Contrib", LLAMA, "float32"),
    _peer(
        "contrib-gptj", "onnxruntime, com.microsoft, partial", "ContribPartial",
        GPTJ, "float32",
    ),
)  # fmt: skip
