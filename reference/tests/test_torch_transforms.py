"""Transforms of torch.func: compiled or not, over positions or tensors, one result."""

from typing import Any

import pytest
import torch

from ropespec.reference import Dynamic, RotaryConfig
from ropespec.reference.torch import cos_sin, rotate
from ropespec.reference.torch.plan import config_key

CONFIG = RotaryConfig(12, 10, layout="interleaved-to-half", sign=-1, attention_factor=1.25)
DYNAMIC = RotaryConfig(12, layout="half", scaling=Dynamic(2.0, 16))
TWO_AXES = RotaryConfig(12, axes=(2, 4), layout="half")

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # torch's own, while it loads
    pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated"),
]


def tensors(dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(5)
    shapes = (2, 3, 5, 12), (2, 1, 5, 12)
    q, k = (torch.randn(shape, generator=generator).to(dtype) for shape in shapes)
    return q, k


CASES: dict[str, dict[str, Any]] = {
    "a count": {"positions": 2**40 + 7, "config": CONFIG},
    "real": {"positions": torch.arange(10).reshape(2, 5) + 0.5, "config": CONFIG},
    "by length": {"positions": torch.arange(95, 100), "config": DYNAMIC, "length": 100},
    "two axes": {"positions": torch.arange(10).reshape(5, 2) * 70001, "config": TWO_AXES},
}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float64])
@pytest.mark.parametrize("case", CASES)
def test_compiled_derivatives_have_the_bits_of_the_rotation(
    case: str, dtype: torch.dtype
) -> None:
    """A rotation is linear: its derivative forwards is itself, backwards its inverse."""
    (q, k), words = tensors(dtype), CASES[case]
    weight = q.roll(1, dims=-1)

    def turn(q: torch.Tensor) -> torch.Tensor:
        return rotate(q, k, **words)[0]

    def forwards(q: torch.Tensor) -> Any:
        jvp: Any = torch.func.jvp
        return jvp(turn, (q,), (weight,))[1]

    def against(q: torch.Tensor) -> torch.Tensor:
        return (turn(q) * weight).sum()

    backwards: Any = torch.func.grad(against)
    leaf = q.clone().requires_grad_()
    (back,) = torch.autograd.grad(turn(leaf), leaf, weight)
    for step, expected in ((forwards, turn(weight)), (backwards, back)):
        compiled = torch.compile(step, backend="eager", fullgraph=True)
        assert torch.equal(step(q), expected)
        assert torch.equal(compiled(q), expected)
        torch._dynamo.reset()


@pytest.mark.parametrize("case", CASES)
def test_configurations_are_kept_where_a_compiler_leaves_numbers_open(case: str) -> None:
    (q, k), words = tensors(), dict(CASES[case])  # numbers of a closure count as open
    forms: list[Any] = [lambda q: rotate(q, k, **words)[0]]
    if isinstance(words["positions"], torch.Tensor):
        forms.append(lambda _: cos_sin(words["positions"], words["config"])[0])
    if not words["config"].axes and words["config"].layout == "half":
        forms.append(lambda q: rotate(q, k, phases="float32", **words)[0])
    for form in forms:
        compiled = torch.compile(form, backend="eager", fullgraph=True, dynamic=True)
        assert torch.equal(compiled(q), form(q))


def test_positions_are_mapped_under_any_derivative() -> None:
    q, k = tensors()
    several = torch.arange(15).reshape(3, 5) * 70001

    def value(q: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        return (rotate(q, k, positions, CONFIG)[0] ** 3).sum()

    for transform in (torch.func.jacfwd, torch.func.grad):
        step: Any = transform(value)
        mapped = torch.func.vmap(step, in_dims=(None, 0))
        expected = torch.stack([step(q, positions) for positions in several])
        assert torch.equal(mapped(q, several), expected)


def test_second_derivatives_compile() -> None:
    q, k = (x[:1, :1, :2] for x in tensors(torch.float64))

    def value(q: torch.Tensor) -> torch.Tensor:
        return (rotate(q, k, 7, CONFIG)[0] ** 3).sum()

    step: Any = torch.func.hessian(value)
    compiled = torch.compile(step, backend="eager", fullgraph=True)
    torch.testing.assert_close(compiled(q), step(q))


@pytest.mark.parametrize("inplace", [True, False])
def test_what_is_mapped_is_written_where_it_is_wanted(*, inplace: bool) -> None:
    q, k = tensors()
    several = torch.stack([q, 2 * q]), torch.stack([k, k + 1])

    def written(q: torch.Tensor, k: torch.Tensor) -> Any:
        out = None if inplace else (torch.empty_like(q), torch.empty_like(k))
        return rotate(q, k, 7, CONFIG, out, inplace)

    expected = rotate(several[0].flatten(0, 1), several[1].flatten(0, 1), 7, CONFIG)
    mapped = torch.func.vmap(written)(*(x.clone() for x in several))
    for got, want in zip(mapped, expected, strict=True):
        assert torch.equal(got.flatten(0, 1), want)


@pytest.mark.parametrize("config", [CONFIG, TWO_AXES])
def test_tables_as_an_operator(config: RotaryConfig) -> None:
    shape = (3, 2, 5, 2) if config.axes else (3, 2, 5)
    positions = torch.arange(torch.Size(shape).numel()).reshape(shape) * 70001
    given = positions[0], config_key(config), torch.float32, None
    torch.library.opcheck(torch.ops.ropespec.rows.default, given)
    for part in (positions, positions[:, 0]):
        mapped = torch.func.vmap(lambda at: cos_sin(at, config)[1])(part)
        assert torch.equal(mapped, torch.stack([cos_sin(at, config)[1] for at in part]))
    compiled = torch.compile(cos_sin, backend="eager", fullgraph=True)
    assert torch.equal(compiled(positions[1], config)[0], cos_sin(positions[1], config)[0])


@pytest.mark.parametrize(
    ("transform", "base"),
    [("grad", 11.0), ("jvp", 12.0), ("vjp", 13.0), ("functionalize", 14.0)],
)
def test_tables_made_within_a_transform_serve_outside(transform: str, base: float) -> None:
    q, k = tensors()
    config = CONFIG.replace(base=base)  # never used before

    def turn(q: torch.Tensor) -> torch.Tensor:
        return rotate(q, k, 7, config)[0]

    first: dict[str, Any] = {
        "grad": lambda: torch.func.grad(lambda q: turn(q).sum())(q),
        "jvp": lambda: torch.func.jvp(turn, (q,), (q,)),
        "vjp": lambda: torch.func.vjp(turn, q)[1](q),
        "functionalize": lambda: torch.func.functionalize(turn)(q),
    }
    first[transform]()
    assert torch.equal(turn(q), rotate(q.clone(), k.clone(), 7, config, inplace=True)[0])


@pytest.mark.parametrize("positions", [None, torch.arange(5) * 70001])
def test_the_way_back_has_a_derivative_forwards(positions: Any) -> None:
    q, k = tensors()
    vjp: Any = torch.func.vjp
    pull = vjp(lambda q, k: rotate(q, k, positions, CONFIG), q, k)[1]
    for part, other in ((0, q), (1, torch.zeros_like(k))):
        jvp: Any = torch.func.jvp
        value, tangent = jvp(lambda v, part=part: pull((v, k))[part], (q,), (2 * q,))
        assert torch.equal(value, pull((q, k))[part])
        assert torch.equal(tangent, pull((2 * q, torch.zeros_like(k)))[part])
        assert tangent.shape == other.shape


def test_tangents_come_through_what_was_made_outside_of_their_level() -> None:
    import torch.autograd.forward_ad as forwards

    q, k = tensors()
    compiled = torch.compile(
        lambda q: rotate(q, k, 7, CONFIG)[0], backend="eager", fullgraph=True
    )
    expected = rotate(2 * q, k, 7, CONFIG)[0]
    compiled(q)
    leaf = q.clone().requires_grad_()
    turned = rotate(leaf, k, 7, CONFIG)[0]
    with forwards.dual_level():
        dual = forwards.make_dual(q, 2 * q)
        assert torch.equal(forwards.unpack_dual(compiled(dual)).tangent, expected)
        (back,) = torch.autograd.grad(turned, leaf, dual)
        tangent = forwards.unpack_dual(back).tangent
    (expected,) = torch.autograd.grad(rotate(leaf, k, 7, CONFIG)[0], leaf, 2 * q)
    assert torch.equal(tangent, expected)


def test_nothing_is_mapped_over_nothing() -> None:
    q, k = tensors()
    none = torch.empty(0, *q.shape)
    assert torch.vmap(lambda q: rotate(q, k, None, CONFIG)[0])(none).shape == none.shape
    places = torch.empty(0, 5)
    assert torch.vmap(lambda p: rotate(q, k, p, CONFIG)[0])(places).shape == none.shape
    assert torch.vmap(lambda p: cos_sin(p, CONFIG)[0])(places).shape == (0, 5, CONFIG.pairs)
