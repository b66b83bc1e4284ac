"""The operator of torch.library: schema, shapes, derivatives, vmap, compile, export."""

from typing import Any

import pytest
import torch

from ropespec.reference import RotaryConfig
from ropespec.reference.torch import RotaryEmbedding, rotate
from ropespec.reference.torch.plan import config_key

CONFIG = RotaryConfig(12, 10, layout="half", attention_factor=1.25)
CROSSING = RotaryConfig(12, 10, layout="interleaved-to-half", sign=-1)
OPERATOR = torch.ops.ropespec.rotate.default


def sample(
    config: RotaryConfig, axes: str, dtype: torch.dtype, positions: Any, inverse: bool
) -> tuple[Any, ...]:
    generator = torch.Generator().manual_seed(3)
    lead = {
        "bhsd": ((2, 4, 3), (2, 1, 3)),
        "bshd": ((2, 3, 4), (2, 3, 1)),
        "thd": ((3, 4), (3, 1)),
    }
    q, k = (
        torch.randn(*shape, 12, generator=generator, dtype=torch.float64).to(dtype)
        for shape in lead[axes]
    )
    return (
        q.requires_grad_(),
        k.requires_grad_(),
        positions,
        7,
        config_key(config),
        axes,
        inverse,
    )


@pytest.mark.parametrize(
    ("config", "axes", "dtype", "positions", "inverse"),
    [
        (CONFIG, "bhsd", torch.float32, None, False),
        (CROSSING, "bshd", torch.bfloat16, torch.tensor([[1, 5, 70000], [0, -3, 2]]), True),
        (CROSSING, "thd", torch.float64, torch.tensor([1.5, 5, 70000]), False),
    ],
)
def test_opcheck(
    config: RotaryConfig, axes: str, dtype: torch.dtype, positions: Any, inverse: bool
) -> None:
    torch.library.opcheck(OPERATOR, sample(config, axes, dtype, positions, inverse))


@pytest.mark.parametrize("config", [CONFIG, CROSSING])
def test_derivatives_of_the_fast_way_and_of_the_operator(config: RotaryConfig) -> None:
    q, k, positions, offset, key, axes, _ = sample(config, "bhsd", torch.float64, None, False)
    assert torch.autograd.gradcheck(
        lambda q, k: OPERATOR(q, k, positions, offset, key, axes, False), (q, k)
    )
    q, k = q.detach().float().requires_grad_(), k.detach().float().requires_grad_()
    weights = torch.randn_like(q), torch.randn_like(k)
    at = torch.tensor([[3, 1, 70000], [9, -4, 0]])
    for tensor, start in ((None, 7), (at, 0)):
        positions = start if tensor is None else tensor
        fast = torch.autograd.grad(rotate(q, k, positions, config), (q, k), weights)
        slow = torch.autograd.grad(
            OPERATOR(q, k, tensor, start, key, axes, False), (q, k), weights
        )
        for one, other in zip(fast, slow, strict=True):
            assert torch.equal(one, other)


def test_one_of_two_gradients() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    weight = torch.randn_like(q)
    turned_q, turned_k = rotate(q, k, 7, CONFIG)
    (turned_q * weight).sum().backward()
    assert k.grad is None
    assert torch.equal(
        q.grad, OPERATOR(weight, weight, None, 7, config_key(CONFIG), "bhsd", True)[0]
    )
    (turned_k * 2).sum().backward()
    assert k.grad is not None
    assert k.grad.abs().sum() > 0


def test_second_derivatives_and_batched_gradients() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    out, _ = rotate(q, k, 7, CONFIG)
    weight = torch.randn_like(out, requires_grad=True)
    (grad,) = torch.autograd.grad(out, q, weight, create_graph=True)
    (back,) = torch.autograd.grad(grad, weight, torch.ones_like(grad))
    ones = torch.ones_like(q)
    assert torch.equal(back, rotate(ones, ones, 7, CONFIG)[0])
    out, _ = rotate(q, k, 7, CONFIG)
    batch = torch.randn(3, *out.shape)
    (batched,) = torch.autograd.grad(out, q, batch, is_grads_batched=True)
    out, _ = rotate(q, k, 7, CONFIG)
    (single,) = torch.autograd.grad(out, q, batch[1])
    assert torch.equal(batched[1], single)


def test_in_place_is_recorded() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    weight = torch.randn_like(q)
    (expected,) = torch.autograd.grad(rotate(q, k, 7, CONFIG)[0], q, weight)
    packed = torch.cat([q, k.detach()], dim=1)
    rotate(packed[:, :4], packed[:, 4:], 7, CONFIG, inplace=True)
    (found,) = torch.autograd.grad(packed[:, :4], q, weight)
    assert torch.equal(found, expected)


def test_positions_that_changed_are_noticed() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    positions = torch.tensor([1, 2, 3])
    out, _ = rotate(q, k, positions, CONFIG)
    positions += 1
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_nothing_is_kept_for_the_way_back() -> None:
    kept: list[torch.Tensor] = []

    def keep(x: torch.Tensor) -> torch.Tensor:
        kept.append(x)
        return x

    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda x: x):
        rotate(q, k, 7, CONFIG)
        OPERATOR(q, k, None, 7, config_key(CONFIG), "bhsd", False)
        rotate(q, k, torch.tensor([5, 6, 7]), CONFIG)
    assert all(x.shape == (3,) for x in kept)


@pytest.mark.parametrize("axes", ["bhsd", "bshd", "thd"])
def test_vmap_is_a_loop(axes: str) -> None:
    q, k, *_ = sample(CROSSING, axes, torch.float32, None, False)
    stacked = torch.stack([q.detach(), 2 * q.detach(), q.detach() + 1])
    positions = torch.arange(9).reshape(3, 3) * 1000

    def one(q: torch.Tensor, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return rotate(q, k.detach(), positions, CROSSING, axes=axes)

    for chosen, dims in ((positions, (0, 0)), (positions[1], (0, None))):
        mapped = torch.vmap(one, in_dims=dims)(stacked, chosen)
        for n in range(3):
            expected = one(stacked[n], chosen[n] if dims[1] == 0 else chosen)
            for got, want in zip(mapped, expected, strict=True):
                assert torch.equal(got[n], want)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, while it loads
def test_transforms_of_functions() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float64, None, False)
    q, k = q.detach(), k.detach()

    def first(q: torch.Tensor) -> torch.Tensor:
        return rotate(q, k, 7, CONFIG)[0]

    tangent = torch.randn_like(q)
    forward: Any = torch.func.jvp
    value, moved = forward(first, (q,), (tangent,))
    torch.testing.assert_close(moved, first(tangent))
    assert torch.equal(value, first(q))
    backward: Any = torch.func.vjp
    _, pull = backward(first, q)
    back = OPERATOR(tangent, tangent, None, 7, config_key(CONFIG), "bhsd", True)[0]
    assert torch.equal(pull(tangent)[0], back)
    per_sample = torch.func.vmap(torch.func.grad(lambda q: (first(q) ** 2).sum()))
    assert per_sample(torch.stack([q, q])).shape == (2, *q.shape)


def test_autocast_and_casts_leave_the_phases_alone() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    expected = rotate(q, k, 131071, CONFIG)[0]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        got = rotate(q, k, 131071, CONFIG)[0]
        again = OPERATOR(q, k, None, 131071, config_key(CONFIG), "bhsd", False)[0]
    assert got.dtype == torch.float32
    assert torch.equal(got, expected)
    assert torch.equal(again, expected)


def test_shapes_without_values() -> None:
    q = torch.empty(2, 4, 3, 12, device="meta").transpose(1, 2).contiguous().transpose(1, 2)
    out, _ = rotate(q, q, 7, CONFIG)
    assert out.device.type == "meta"
    assert out.stride() == q.stride()


def test_checkpointing() -> None:
    q, k, *_ = sample(CONFIG, "bhsd", torch.float32, None, False)
    module = RotaryEmbedding(CONFIG)
    weight = torch.randn_like(q)
    (expected,) = torch.autograd.grad(module(q, k, 5)[0], q, weight)
    out = torch.utils.checkpoint.checkpoint(module, q, k, 5, use_reentrant=False)[0]
    assert torch.equal(torch.autograd.grad(out, q, weight)[0], expected)


@pytest.mark.slow
def test_compiled_whole_and_for_every_length() -> None:
    compiled_for = []

    def backend(graph: torch.fx.GraphModule, _: Any) -> Any:
        compiled_for.append(graph)
        return graph

    module = RotaryEmbedding(CONFIG)

    def step(q: torch.Tensor, k: torch.Tensor, start: int) -> Any:
        turned_q, turned_k = module(q * 2, k, start)
        return turned_q + turned_k

    whole = torch.compile(step, backend=backend, fullgraph=True, dynamic=True)
    for seq, start in ((5, 3), (9, 12), (33, 100000)):
        q, k = torch.randn(2, 4, seq, 12), torch.randn(2, 1, seq, 12)
        assert torch.equal(whole(q, k, start), step(q, k, start))
    assert len(compiled_for) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # torch's own, while it loads
def test_inductor_and_its_gradient() -> None:
    def loss(q: torch.Tensor, k: torch.Tensor, at: torch.Tensor) -> torch.Tensor:
        turned_q, turned_k = rotate(q, k, at, CROSSING)
        return (turned_q * turned_k).sum()

    q, k, *_ = sample(CROSSING, "bhsd", torch.float32, None, False)
    at = torch.tensor([[3, 1, 70000], [9, -4, 0]])
    expected = torch.autograd.grad(loss(q, k, at), (q, k))
    found = torch.autograd.grad(torch.compile(loss, fullgraph=True)(q, k, at), (q, k))
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.slow
def test_export_says_all_that_it_needs() -> None:
    module = RotaryEmbedding(CONFIG)
    q, k = torch.randn(2, 4, 5, 12), torch.randn(2, 1, 5, 12)
    seq = torch.export.Dim("seq", min=2, max=4096)
    shapes = {"q": {2: seq}, "k": {2: seq}, "positions": None}
    program = torch.export.export(module, (q, k, 3), dynamic_shapes=shapes)
    q, k = torch.randn(2, 4, 9, 12), torch.randn(2, 1, 9, 12)
    for got, want in zip(program.module()(q, k, 3), module(q, k, 3), strict=True):
        assert torch.equal(got, want)
