"""Laws that depend on the length: the operator takes it as a number that may be left open."""

from pathlib import Path
from typing import Any

import pytest
import torch

from ropespec.reference import Dynamic, RotaryConfig
from ropespec.reference.torch import RotaryEmbedding, rotate
from ropespec.reference.torch.plan import config_key

CONFIG = RotaryConfig(12, layout="half", scaling=Dynamic(2.0, 64))
OPERATOR = torch.ops.ropespec.rotate.default


def sample(seq: int = 3) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    q, k = (torch.randn(2, heads, seq, 12, generator=generator) for heads in (4, 1))
    return q.requires_grad_(), k.requires_grad_()


def arguments(length: int, positions: Any = None) -> tuple[Any, ...]:
    return positions, 7, config_key(CONFIG), "bhsd", False, length


@pytest.mark.parametrize("positions", [None, torch.tensor([[1, 5, 70000], [0, -3, 2]])])
def test_opcheck(positions: Any) -> None:
    torch.library.opcheck(OPERATOR, (*sample(), *arguments(100, positions)))


@pytest.mark.parametrize("length", [10, 64, 100])
def test_results_and_gradients_are_those_of_rotate(length: int) -> None:
    inputs = sample()
    grads = tuple(torch.randn_like(x) for x in inputs)
    expected = rotate(*inputs, 7, CONFIG, length=length)
    found = OPERATOR(*inputs, *arguments(length))
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one, other)
    for one, other in zip(
        torch.autograd.grad(found, inputs, grads),
        torch.autograd.grad(expected, inputs, grads),
        strict=True,
    ):
        assert torch.equal(one, other)
    if length > 64:  # another length is another rotation
        assert not torch.equal(found[0], OPERATOR(*inputs, *arguments(length + 1))[0])


def test_it_maps() -> None:
    q, k = (torch.stack([x.detach(), 2 * x.detach()]) for x in sample())
    mapped = torch.vmap(lambda q, k: OPERATOR(q, k, *arguments(100)))(q, k)
    for n in range(2):
        expected = OPERATOR(q[n], k[n], *arguments(100))
        for one, other in zip(mapped, expected, strict=True):
            assert torch.equal(one[n], other)


@pytest.mark.parametrize("phases", ["exact", "float32"])
def test_one_graph_serves_every_length(phases: str) -> None:
    graphs = []

    def backend(graph: torch.fx.GraphModule, _: Any) -> Any:
        graphs.append(graph)
        return graph

    module = RotaryEmbedding(CONFIG, phases=phases)

    def step(q: torch.Tensor, k: torch.Tensor, length: int) -> Any:
        return module(q, k, length=length)

    whole = torch.compile(step, backend=backend, fullgraph=True, dynamic=True)
    for seq in (5, 63, 65, 100, 301):
        q, k = torch.randn(1, 2, seq, 12), torch.randn(1, 1, seq, 12)
        for got, want in zip(whole(q, k, seq), step(q, k, seq), strict=True):
            assert torch.equal(got, want)
    assert len(graphs) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, as is the next
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_package_made_ahead_of_time_takes_every_length(tmp_path: Path) -> None:
    inductor = pytest.importorskip("torch._inductor")
    module = RotaryEmbedding(RotaryConfig(12, layout="half"))
    q, k = torch.randn(2, 4, 5, 12), torch.randn(2, 1, 5, 12)
    seq = torch.export.Dim("seq", min=2, max=4096)
    shapes = {"q": {2: seq}, "k": {2: seq}, "positions": None}
    program = torch.export.export(module, (q, k, 3), dynamic_shapes=shapes)
    path = inductor.aoti_compile_and_package(program, package_path=str(tmp_path / "rope.pt2"))
    packaged = inductor.aoti_load_package(path)
    for length in (5, 9, 2048):
        q, k = torch.randn(2, 4, length, 12), torch.randn(2, 1, length, 12)
        for got, want in zip(packaged(q, k, 3), module(q, k, 3), strict=True):
            assert torch.equal(got, want)
