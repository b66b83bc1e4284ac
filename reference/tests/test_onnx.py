"""ONNX: nodes read and applied, against the package's reference and the oracle."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError, RotaryConfig, oracle
from ropespec.reference.readers import onnx as reader
from ropespec.reference.readers import onnx_writer
from ropespec.reference.readers.onnx import RotaryNode
from ropespec.reference.readers.onnx_apply import apply
from ropespec.reference.scaling import Linear, Yarn

onnx = pytest.importorskip("onnx")
evaluate = pytest.importorskip("onnx.reference").ReferenceEvaluator


@st.composite
def configs(draw: st.DrawFn) -> RotaryConfig:
    """Everything that a node with its caches can say."""
    pairs = draw(st.integers(1, 16))
    return RotaryConfig(
        head_dim=2 * pairs + draw(st.integers(0, 4)),
        rotary_dim=2 * pairs,
        layout=draw(st.sampled_from(["interleaved", "half"])),
        sign=draw(st.sampled_from([1, -1])),
        base=draw(st.sampled_from([10000.0, 500000.0])),
        scaling=draw(st.sampled_from([None, Linear(8.0)])),
        attention_factor=draw(st.sampled_from([None, 1.25])),
    )


@given(configs(), st.integers(1, 3), st.integers(1, 5), st.sampled_from([0, 3]), st.data())
def test_a_node_rotates_as_its_configuration(
    config: RotaryConfig, batch: int, seq: int, heads: int, data: Any
) -> None:
    """Ours, the package's own evaluation, and the oracle on the same float32 model."""
    model = onnx_writer.model(config, 20, heads=heads)
    onnx.checker.check_model(model, full_check=True)
    random = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    positions = random.integers(0, 20, (batch, seq))
    x = random.standard_normal((batch, 3, seq, config.head_dim)).astype(np.float32)
    given_x = x.swapaxes(1, 2).reshape(batch, seq, -1) if heads else x
    [theirs] = evaluate(model).run(None, {"X": given_x, "position_ids": positions})
    [node] = reader.nodes(model)
    ours = apply(node, given_x, positions)
    assert ours.shape == theirs.shape == given_x.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=4e-6)
    if heads:
        ours = ours.reshape(batch, seq, 3, -1).swapaxes(1, 2)
    exact = oracle.rotate(x, positions, config)
    np.testing.assert_allclose(ours, exact, rtol=0, atol=2e-6)  # caches rounded to float32


@given(
    configs(), st.sampled_from(["", "com.microsoft"]), st.sampled_from(["float32", "float16"])
)
def test_read_back(config: RotaryConfig, domain: str, dtype: str) -> None:
    model = onnx_writer.model(config, 30, domain=domain, dtype=dtype)
    fields = {key: getattr(config, key) for key in ("scaling", "attention_factor", "sign")}
    reading = reader.read(model, base=config.base, head_dim=config.head_dim, **fields)
    assert reading.config == config.replace(max_position=29)
    assert reading.warnings == ()


@pytest.mark.parametrize(
    "changes",
    [{"base": 10001.0 * 5}, {"sign": -1}, {"scaling": Linear(2.0)}, {"attention_factor": 1.01},
     {"scaling": Yarn(4.0, 4096)}],
)  # fmt: skip
def test_caches_that_say_something_else(changes: dict[str, Any]) -> None:
    model = onnx_writer.model(RotaryConfig(64, layout="half"), 64)
    with pytest.raises(ConfigError, match=r"(cos|sin)_cache\[\d+, \d+\]: got .*as base"):
        reader.read(model, **{"base": 10000.0, **changes})


def test_one_wrong_entry_of_a_cache() -> None:
    node = reader.nodes(onnx_writer.model(RotaryConfig(8), 16, dtype="float64"))[0]
    node.caches["sin_cache"][7, 2] += 1e-5
    with pytest.raises(ConfigError, match=r"sin_cache\[7, 2\]"):
        reader.read(node, base=10000.0)


def test_microsofts_order_and_offset() -> None:
    config = RotaryConfig(8, layout="half")
    [node] = reader.nodes(onnx_writer.model(config, 40, domain="com.microsoft"))
    x = np.random.default_rng(0).standard_normal((2, 3, 5, 8))
    expected = oracle.rotate(x, np.arange(7, 12)[np.newaxis], config)
    np.testing.assert_allclose(apply(node, x, np.array([7])), expected, atol=1e-6)
    flat = x.swapaxes(1, 2).reshape(2, 5, 24)  # whole heads: num_heads follows from the cache
    back = apply(node, flat, np.array([7])).reshape(2, 5, 3, 8).swapaxes(1, 2)
    np.testing.assert_allclose(back, expected, atol=1e-6)
    standard = RotaryNode("n", "", {"num_heads": 3}, node.caches)
    with pytest.raises(InputError, match=r"position_ids: got int64 \(1,\)"):
        apply(standard, flat, np.array([7]))


def test_caches_for_every_token() -> None:
    """Without position_ids the caches are (batch, seq, half), and negative angles are fine."""
    config = RotaryConfig(6)
    positions = np.array([[-3, 0.5, 7]])
    cos, sin = oracle.phases(positions, config)
    x = np.random.default_rng(1).standard_normal((1, 2, 3, 6))
    node = RotaryNode("n", "", {"interleaved": 1})
    expected = oracle.rotate(x, positions, config)
    np.testing.assert_allclose(apply(node, x, None, cos, sin), expected, atol=1e-14)


def graph(*nodes: Any, **constants: Any) -> Any:
    tensors = [onnx.numpy_helper.from_array(value, key) for key, value in constants.items()]
    return onnx.helper.make_model(onnx.helper.make_graph(list(nodes), "g", [], [], tensors))


def node_of(**attributes: Any) -> Any:
    domain = attributes.pop("domain", "")
    kind = attributes.pop("kind", "RotaryEmbedding")
    inputs = ["X", "c", "s", "p"]
    return onnx.helper.make_node(kind, inputs, ["Y"], domain=domain, **attributes)


def test_the_order_of_the_inputs() -> None:
    """The standard has the caches before the positions, Microsoft's operator after them."""
    cos, sin = (part.astype(np.float32) for part in onnx_writer.caches(RotaryConfig(4), 5))
    for domain, order in (("", "Xcsp"), ("com.microsoft", "Xpcs")):
        node = onnx.helper.make_node("RotaryEmbedding", list(order), ["Y"], domain=domain)
        [found] = reader.nodes(graph(node, c=cos, s=sin))
        np.testing.assert_array_equal(found.caches["cos_cache"], cos)
        np.testing.assert_array_equal(found.caches["sin_cache"], sin)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"scale": 2.0}, "node Y: got 'scale', expected only the keys interleaved"),
        ({"interleave": 1}, "got 'interleave'.*did you mean 'interleaved'"),
        ({"interleaved": 2}, "interleaved: got 2, expected a whole number from 0 to 1"),
        ({"interleaved": -1}, "interleaved: got -1"),
        ({"interleaved": 1.0}, "interleaved: got 1.0"),
        ({"num_heads": -4}, "num_heads: got -4"),
        ({"rotary_embedding_dim": 7}, "rotary_embedding_dim: got 7, expected an even"),
        ({"domain": "com.example"}, "domain: got 'com.example'"),
        ({"kind": "MRotaryEmbedding", "domain": "com.microsoft"}, "op_type: got 'MRotary"),
        ({"is_packed_batching": 3, "domain": "com.microsoft"}, "is_packed_batching: got 3"),
    ],
)
def test_wrong_attributes_in_one_line(attributes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        reader.nodes(graph(node_of(**attributes)))
    assert "\n" not in str(error.value)


def test_what_a_node_does_not_say() -> None:
    bare = graph(node_of(interleaved=1))
    with pytest.raises(ConfigError, match="head_dim: got None"):
        reader.read(bare, base=10000.0)
    reading = reader.read(bare, base=10000.0, head_dim=64)
    assert reading.config == RotaryConfig(64)
    assert [warning.name for warning in reading.warnings] == ["caches-unknown"]
    scaled = graph(node_of(scale=0.5, domain="com.microsoft"))
    assert reader.read(scaled, base=10000.0, head_dim=64).verdict == "implementation-defined"
    with pytest.raises(ConfigError, match="expected a node RotaryEmbedding"):
        reader.read(graph(), base=10000.0)
    two = graph(node_of(interleaved=1), node_of(interleaved=0))
    with pytest.raises(ConfigError, match="several configurations"):
        reader.read(two, base=10000.0, head_dim=64)
    narrow = graph(node_of(), c=np.ones((3, 5), np.float32), s=np.ones((3, 5), np.float32))
    with pytest.raises(ConfigError, match=r"cos_cache: got 'shape \(3, 5\)'"):
        reader.read(narrow, base=10000.0, head_dim=64)


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "rotary.onnx"
    onnx.save(onnx_writer.model(RotaryConfig(16), 8), str(path))
    assert reader.read(path, base=10000.0).config == RotaryConfig(16, max_position=7)
    path.write_bytes(b"\xff\xfe no model")
    with pytest.raises(ConfigError, match=r"file: .*expected an ONNX model") as error:
        reader.nodes(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("config", "options", "message"),
    [
        (
            RotaryConfig(8, layout="interleaved-to-half"),
            {},
            "layout: got 'interleaved-to-half'",
        ),
        (RotaryConfig(8, 4, "last"), {}, "rotary_end: got 'last'"),
        (RotaryConfig(8, axes=(2, 2)), {}, "axes: .*one axis for RotaryEmbedding"),
        (RotaryConfig(8), {"dtype": "bfloat16"}, "dtype: got 'bfloat16'"),
        (RotaryConfig(8), {"domain": "ai"}, "domain: got 'ai'"),
    ],
)
def test_what_a_node_cannot_say(config: RotaryConfig, options: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        onnx_writer.model(config, 8, **options)
    with pytest.raises(ConfigError, match="length: got 0"):
        onnx_writer.caches(RotaryConfig(8), 0)


X = np.zeros((1, 2, 3, 4))
TABLE = np.ones((5, 2))


@pytest.mark.parametrize(
    ("x", "positions", "cos", "sin", "message"),
    [
        (X, [[0, 1, 5]], TABLE, TABLE, "position_ids: got 0 to 5, expected rows of the cache"),
        (X, [[0, 1, -1]], TABLE, TABLE, "position_ids: got -1 to 1"),
        (X, [[0.0, 1.0, 2.0]], TABLE, TABLE, "position_ids: got float64"),
        (X, [[0, 1]], TABLE, TABLE, r"position_ids: got int64 \(1, 2\)"),
        (X, [[0, 1, 2]], TABLE, None, "sin_cache: got None"),
        (X, [[0, 1, 2]], TABLE, TABLE[:4], "sin_cache: got shape"),
        (X, [[0, 1, 2]], TABLE[:, :1], TABLE[:, :1], "cos_cache: got .* for the tokens"),
        (
            X,
            [[0, 1, 2]],
            TABLE[None],
            TABLE[None],
            "cos_cache: got shape .*expected .positions, pairs",
        ),
        (X[0], [[0, 1, 2]], TABLE, TABLE, "x: got shape .*expected"),
        (X, None, TABLE, TABLE, "cos_cache: got .* for the tokens"),
    ],
)
def test_wrong_arrays(x: Any, positions: Any, cos: Any, sin: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        apply(RotaryNode("n"), x, positions, cos, sin)
    assert "\n" not in str(error.value)


def in_a_branch(config: RotaryConfig, constants: str) -> Any:
    """Return a model whose node stands in a branch of If, its caches in the branch too."""
    plain = onnx_writer.model(config, 8).graph
    branch = onnx.GraphProto()
    branch.CopyFrom(plain)
    del branch.input[:]
    if constants == "nodes":
        del branch.initializer[:]
        for tensor in plain.initializer:
            node = onnx.helper.make_node("Constant", [], [tensor.name], value=tensor)
            branch.node.insert(0, node)
    choose = onnx.helper.make_node(
        "If", ["long"], [plain.output[0].name], then_branch=branch, else_branch=branch
    )
    long = onnx.helper.make_tensor_value_info("long", onnx.TensorProto.BOOL, [])
    graph = onnx.helper.make_graph([choose], "main", [*plain.input, long], plain.output)
    return onnx.helper.make_model(graph)


@pytest.mark.parametrize("constants", ["initializers", "nodes"])
def test_nodes_and_caches_inside_branches(constants: str) -> None:
    config = RotaryConfig(16, layout="half", base=500.0, max_position=7)
    model = in_a_branch(config, constants)
    assert len(reader.nodes(model)) == 2
    assert reader.read(model, base=500.0).config == config
    with pytest.raises(ConfigError, match="cos_cache"):
        reader.read(model, base=400.0)


def test_the_other_name_of_the_default_domain() -> None:
    assert RotaryNode("rotary", "ai.onnx").domain == ""
    packed = RotaryNode("rotary", "com.microsoft", {"is_packed_batching": 1})
    names = [w.name for w in reader.read(packed, base=1e4, head_dim=64).warnings]
    assert names == ["packed-batching", "caches-unknown"]
