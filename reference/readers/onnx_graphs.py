"""Where the nodes and the constants of an ONNX model stand."""

from collections.abc import Iterator
from typing import Any


def graphs_of(onnx: Any, graph: Any) -> Iterator[Any]:
    """Yield a graph and those inside its nodes, the branches of If and the bodies of loops."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            inner = onnx.helper.get_attribute_value(attribute)
            if attribute.type == onnx.AttributeProto.GRAPH:
                yield from graphs_of(onnx, inner)


def constants_of(graph: Any) -> Iterator[Any]:
    """Yield the constant tensors of a graph or a function, by initializer or by node."""
    yield from getattr(graph, "initializer", ())
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.name == "value":
                named = type(attribute.t)()
                named.CopyFrom(attribute.t)
                named.name = node.output[0]
                yield named
