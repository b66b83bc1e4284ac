"""ONNX: the nodes RotaryEmbedding of a model.

Two operators have the name. ai.onnx's (opset 23) takes (X, cos_cache, sin_cache,
position_ids), com.microsoft's (ONNX Runtime) takes (input, position_ids, cos_cache,
sin_cache). Both pair halves, or neighbours where `interleaved` is 1, and turn the first
`rotary_embedding_dim` channels, all where it is 0. Frequencies, scaling and amplitude are
not in the node: they are in the caches, which may be constants of the model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import WIDEST, RotaryConfig
from ropespec.reference.errors import ConfigError
from ropespec.reference.formats import FORMATS, ulp
from ropespec.reference.model import LayerGroup, RotaryModel
from ropespec.reference.oracle import phases
from ropespec.reference.validate import known_keys, real, whole

from .naming import naming
from .notes import Notes
from .onnx_graphs import constants_of, graphs_of
from .packages import needed
from .reading import Reading

INPUTS = {
    "": ("X", "cos_cache", "sin_cache", "position_ids"),
    "com.microsoft": ("X", "position_ids", "cos_cache", "sin_cache"),
}
"""The order of the inputs of each domain's operator."""

ATTRIBUTES: Mapping[str, Mapping[str, int | float]] = {
    "": {"interleaved": 0, "num_heads": 0, "rotary_embedding_dim": 0},
    "com.microsoft": {
        "interleaved": 0, "num_heads": 0, "rotary_embedding_dim": 0,
        "is_packed_batching": 0, "scale": 1.0,
    },
}  # fmt: skip
"""The attributes of each domain's operator, with their defaults."""


@dataclass(frozen=True, eq=False)
class RotaryNode:
    """One node, checked.

    Attributes
    ----------
    name
        The node's name, or that of its output.
    domain
        "" or "com.microsoft".
    attributes
        All attributes of its operator, defaults filled in.
    caches
        Float64 values of `cos_cache` and `sin_cache` where the model has them as constants.
    dtype
        The format of these constants, None without them.
    """

    name: str
    domain: str = ""
    attributes: Mapping[str, int | float] = field(default_factory=dict)
    caches: Mapping[str, FloatArray] = field(default_factory=dict)
    dtype: str | None = None

    def __post_init__(self) -> None:
        """Check domain, names and values, and fill in the defaults."""
        if self.domain == "ai.onnx":  # the other name of the default domain
            object.__setattr__(self, "domain", "")
        if self.domain not in INPUTS:
            expected = "'' (ai.onnx) or 'com.microsoft'"
            raise ConfigError("domain", self.domain, expected, "the operator is not known")
        defaults = ATTRIBUTES[self.domain]
        known_keys(f"node {self.name}", self.attributes, defaults)
        values = {**defaults, **self.attributes}
        advice = "see the operator's documentation"
        for key, value in values.items():
            if key == "scale":
                values[key] = real(key, value, above=0, advice=advice)
            else:
                most = 1 if key in ("interleaved", "is_packed_batching") else WIDEST
                whole(key, value, least=0, most=most, advice=advice)
        width = values["rotary_embedding_dim"]
        if width % 2:
            raise ConfigError("rotary_embedding_dim", width, "an even number", "pairs need two")
        object.__setattr__(self, "attributes", values)

    @property
    def layout(self) -> str:
        """Name of the layout."""
        return "interleaved" if self.attributes["interleaved"] else "half"


def nodes(source: Any) -> tuple[RotaryNode, ...]:
    """Return the nodes RotaryEmbedding of a model.

    Parameters
    ----------
    source
        A path, or an `onnx.ModelProto`.

    Raises
    ------
    ConfigError
        If the file is no model, has another operator about rotary embedding, or a node has
        wrong attributes; or if the package `onnx` is not there.
    """
    onnx = needed("onnx")
    if isinstance(source, str | Path):
        try:
            model = onnx.load(str(source))
        except Exception as error:  # protobuf raises its own kinds
            advice = " ".join(str(error).split()) or "it cannot be read"
            raise ConfigError("file", str(source), "an ONNX model", advice) from None
    else:
        model = source
    graphs = [*graphs_of(onnx, model.graph), *model.functions]
    constants = {tensor.name: tensor for graph in graphs for tensor in constants_of(graph)}
    return tuple(
        _node(onnx, node, constants)
        for graph in graphs
        for node in graph.node
        if "rotaryembedding" in node.op_type.lower()
    )


def _node(onnx: Any, node: Any, constants: Mapping[str, Any]) -> RotaryNode:
    """Check one node and collect its caches."""
    name = node.name or node.output[0]
    if node.op_type != "RotaryEmbedding":
        advice = "this reader does not understand it, and nothing is dropped in silence"
        raise ConfigError("op_type", node.op_type, "RotaryEmbedding", advice)
    domain = "" if node.domain == "ai.onnx" else node.domain
    given = dict(zip(INPUTS.get(domain, ()), node.input, strict=False))
    caches, dtype = {}, None
    for key in ("cos_cache", "sin_cache"):
        if given.get(key) in constants:
            array = onnx.numpy_helper.to_array(constants[given[key]])
            dtype = str(array.dtype)
            caches[key] = array.astype(np.float64)
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return RotaryNode(name, domain, attributes, caches, dtype)


def read(source: Any, *, base: float, head_dim: int | None = None, **fields: Any) -> Reading:
    """Read the one configuration of a model's nodes.

    Parameters
    ----------
    source
        A path, an `onnx.ModelProto`, or one `RotaryNode`.
    base
        The base, which no node has. Caches that are constants must agree with it.
    head_dim
        Channels of a head; None where the nodes turn whole heads and have caches.
    **fields
        Further fields of `RotaryConfig`: `scaling`, `attention_factor`, `sign`.

    Raises
    ------
    ConfigError
        If there is no node, nodes differ, a width is missing, or the caches contradict the
        configuration.
    """
    found = (source,) if isinstance(source, RotaryNode) else nodes(source)
    if not found:
        raise ConfigError("file", "no node", "a node RotaryEmbedding", "rotation is spelt out")
    notes = Notes()
    configs = {_config(node, base, head_dim, fields, notes) for node in found}
    if len(configs) > 1:
        expected = "the same configuration in every node"
        raise ConfigError("file", "several configurations", expected, "read them one by one")
    return Reading(RotaryModel((LayerGroup(configs.pop()),)), notes.warnings())


def _config(
    node: RotaryNode, base: float, head_dim: int | None, fields: Mapping[str, Any], notes: Notes
) -> RotaryConfig:
    """Return one node's configuration, checked against its caches."""
    width = int(node.attributes["rotary_embedding_dim"])
    cos = node.caches.get("cos_cache")
    if head_dim is None:
        if width or cos is None:
            advice = "the node does not say how wide a head is"
            raise ConfigError("head_dim", None, "the channels of a head", advice)
        head_dim = 2 * cos.shape[-1]
    if node.attributes.get("scale", 1.0) != 1.0:
        message = f"scale = {node.attributes['scale']:g}: ONNX Runtime's kernels do not use it"
        notes.say("scale-ignored", message, "implementation-defined")
    if node.attributes.get("is_packed_batching"):
        message = "is_packed_batching: several texts stand in a row, without padding"
        notes.say("packed-batching", message, "note")
    with naming({"rotary_dim": "rotary_embedding_dim"} if width else {}):
        config = RotaryConfig(head_dim, width or None, base=base, layout=node.layout, **fields)
    if len(node.caches) < 2:
        message = "the caches are inputs of the model: frequencies and scaling are as given"
        notes.say("caches-unknown", message)
        return config
    check_caches(node, config)
    assert cos is not None  # noqa: S101  # both caches are there
    return config.replace(max_position=cos.shape[-2] - 1)


def check_caches(node: RotaryNode, config: RotaryConfig) -> None:
    """Compare a node's constant caches with what a configuration says.

    Raises
    ------
    ConfigError
        If their shape is wrong, or a value is off by more than 2 ulp of its format and what
        a frequency in float32 does to the phase, 2**-22 of it.
    """
    rows = node.caches["cos_cache"].shape[-2] if node.caches["cos_cache"].ndim == 2 else None
    for key, exact in zip(
        ("cos_cache", "sin_cache"), phases(np.arange(rows or 0), config), strict=True
    ):
        cache = node.caches[key]
        if rows is None or cache.shape != exact.shape:
            expected = f"(positions, {config.pairs}) for rotary_embedding_dim / 2 columns"
            raise ConfigError(key, f"shape {cache.shape}", expected, "check the widths")
        truth = config.amplitude * exact
        name = node.dtype if node.dtype in FORMATS else "float16"
        phase = np.arange(rows)[:, np.newaxis] * config.inv_freq()
        limit = 2 * ulp(truth, name) + config.amplitude * phase * 2.0**-22
        wrong = ~(np.abs(cache - truth) <= limit)
        if wrong.any():
            row, column = (int(place[0]) for place in np.nonzero(wrong))
            expected = f"{truth[row, column]:.6g} as base {config.base:g} and scaling say"
            advice = "give the base and scaling that the caches were made with"
            raise ConfigError(f"{key}[{row}, {column}]", float(cache[row, column]), expected,
                              advice)  # fmt: skip
