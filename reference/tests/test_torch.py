"""The torch version against the oracle: values, gradients, positions, memory, errors."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import InputError, RotaryConfig, layout_channels, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import FORMATS
from ropespec.reference.strategies import LADDER, configs
from ropespec.reference.torch import RotaryEmbedding, rotate

DTYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}


def heads(config: RotaryConfig, dtype: torch.dtype, *shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(*shape, config.head_dim, generator=generator, dtype=torch.float64)
    return x.to(dtype)


def spread(positions: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    """Give every position as many different coordinates as there are axes."""
    axes = len(config.axes)
    parts = [positions + axis for axis in range(axes)]
    return torch.stack(parts, dim=-1) if axes else positions


def allowed(x: torch.Tensor, config: RotaryConfig, dtype: str) -> FloatArray:
    """Bound on the error of a rotation in float32 or better, rounded once to `dtype`.

    Tables exact to u' of the inner format, amplitude folded in: a product and a sum on top
    are within 4 u' of the pair's norm; the last rounding is u of the component.
    """
    channels = layout_channels(config)
    values = x.double().numpy()
    norm = config.amplitude * np.hypot(
        values[..., channels.read[:, 0]], values[..., channels.read[:, 1]]
    )
    inner = FORMATS["float64" if dtype == "float64" else "float32"].unit_roundoff
    limit = np.zeros(values.shape)
    error = norm * (4 * inner + FORMATS[dtype].unit_roundoff) + FORMATS[dtype].smallest
    limit[..., channels.write[:, 0]] = limit[..., channels.write[:, 1]] = error
    return limit


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    config=configs(), places=st.lists(LADDER, min_size=4, max_size=4), seed=st.integers(0, 99)
)
def test_it_is_the_oracles_rotation(
    dtype: str, config: RotaryConfig, places: list[int], seed: int
) -> None:
    q = heads(config, DTYPES[dtype], 2, 4, 2, seed=seed)
    k = heads(config, DTYPES[dtype], 2, 1, 2, seed=seed + 1)
    before = q.clone(), k.clone()
    positions = spread(torch.tensor(places).reshape(2, 2), config)
    for x, y in zip((q, k), rotate(q, k, positions, config), strict=True):
        truth = oracle.rotate(x.double().numpy(), positions.numpy(), config)
        assert y.dtype == x.dtype
        assert (np.abs(y.double().numpy() - truth) <= allowed(x, config, dtype)).all()
        passed = layout_channels(config).passed.tolist()
        assert torch.equal(y[..., passed], x[..., passed])
    assert torch.equal(q, before[0])
    assert torch.equal(k, before[1])


@pytest.mark.parametrize("layout", ["interleaved", "half", "interleaved-to-half", "half-idle"])
def test_the_gradient_is_the_inverse_rotation(layout: str) -> None:
    config = RotaryConfig(8, 6 if layout != "half-idle" else 4, layout=layout, sign=-1)
    config = config.replace(attention_factor=1.25)
    q = heads(config, torch.float64, 2, 2, 3).requires_grad_()
    k = heads(config, torch.float64, 2, 1, 3, seed=1).requires_grad_()
    positions = torch.tensor([[5, 0, 131071], [2, 9, 1]])

    def both(q: torch.Tensor, k: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return rotate(q, k, positions, config)

    assert torch.autograd.gradcheck(both, (q, k))
    assert torch.autograd.gradgradcheck(both, (q, k))


POSITION_DTYPES = (
    *(torch.uint8, torch.uint16, torch.uint32, torch.uint64),
    *(torch.int8, torch.int16, torch.int32),
    *(torch.float8_e4m3fn, torch.float16, torch.bfloat16, torch.float32, torch.float64),
)


def test_every_way_to_say_the_same_positions() -> None:
    config = RotaryConfig(16, layout="half")
    rope = RotaryEmbedding(config)
    q, k = heads(config, torch.float32, 2, 4, 3), heads(config, torch.float32, 2, 2, 3)
    expected = rope(q, k, torch.tensor([[7, 8, 9], [7, 8, 9]]))
    same: list[Any] = [
        7,
        torch.tensor([7, 8, 9]),
        torch.tensor([[7, 8, 9]]),
        torch.tensor([7.0, 8.0, 9.0]),
        np.int64(7),
        7.0,
        torch.tensor(7),
        torch.tensor(7, dtype=torch.uint8),
        *(torch.tensor([7, 8, 9]).to(dtype) for dtype in POSITION_DTYPES),
    ]
    for positions in same:
        for got, want in zip(rope(q, k, positions), expected, strict=True):
            assert torch.equal(got, want)
    for got, want in zip(rope(q, k), rope(q, k, 0), strict=True):
        assert torch.equal(got, want)


def test_decoding_step_by_step_is_the_same() -> None:
    config = RotaryConfig(16)
    rope = RotaryEmbedding(config)
    q, k = heads(config, torch.bfloat16, 2, 4, 9), heads(config, torch.bfloat16, 2, 2, 9)
    for whole, parts in zip(
        rope(q, k),
        zip(*(rope(q[:, :, s : s + 1], k[:, :, s : s + 1], s) for s in range(9)), strict=True),
        strict=True,
    ):
        assert torch.equal(whole, torch.cat(parts, dim=2))


def test_memory_of_any_kind() -> None:
    config = RotaryConfig(16, 8, layout="half")
    x = heads(config, torch.float32, 2, 5, 4)
    expected = rotate(x, x, 3, config)[0]
    transposed = x.transpose(1, 2).contiguous().transpose(1, 2)
    strided = torch.zeros(2, 5, 4, 32)[..., ::2].copy_(x)
    for other in (transposed, strided):
        assert not other.is_contiguous()
        assert torch.equal(rotate(other, x, 3, config)[0], expected)
    expanded = x[:, :1].expand(2, 5, 4, 16)
    assert torch.equal(
        rotate(expanded, x, 3, config)[0], rotate(expanded.clone(), x, 3, config)[0]
    )


@pytest.mark.parametrize("shape", [(0, 2, 3), (2, 2, 0), (2, 0, 3)])
def test_nothing_to_rotate(shape: tuple[int, ...]) -> None:
    config = RotaryConfig(8)
    q = heads(config, torch.float32, *shape)
    assert rotate(q, q, None, config)[0].shape == q.shape


def test_it_holds_nothing() -> None:
    rope = RotaryEmbedding(RotaryConfig(64))
    assert not list(rope.parameters())
    assert not list(rope.buffers())
    assert "head_dim=64" in str(rope)
    q = torch.ones(1, 1, 2, 64)
    expected = rope(q, q, 100000)[0]
    assert torch.equal(rope.to(torch.bfloat16)(q, q, 100000)[0], expected)


Q = torch.zeros(2, 4, 3, 8)


@pytest.mark.parametrize(
    ("q", "k", "positions", "message"),
    [
        (Q.int(), Q, None, "q: got torch.int32, expected one of torch.float64"),
        (Q, Q.to(torch.complex64), None, "k: got torch.complex64"),
        (
            Q[..., :6],
            Q,
            None,
            r"q: got shape \(2, 4, 3, 6\), expected \(batch, heads, seq, 8\)",
        ),
        (Q[0], Q, None, r"q: got shape \(4, 3, 8\)"),
        (Q, Q[:, :, :2], None, r"k: got batch and seq \(2, 2\), expected those of q, \(2, 3\)"),
        (Q, Q, torch.arange(4), r"positions: got shape \(4,\), expected \(3,\) or \(2, 3\)"),
        (Q, Q, torch.arange(3) > 1, "positions: got torch.bool, expected whole or real"),
        (Q, Q, True, "positions: got True, expected None, a number or a tensor"),
        (Q, Q, [0, 1, 2], r"positions: got \[0, 1, 2\], expected None, a number or a tensor"),
        (Q, Q, torch.arange(3, device="meta"), "positions: expected all tensors to be on the"),
        (Q, [1.0], None, "k: got list, expected a torch tensor"),
        (Q, Q, torch.tensor([0.0, 1.0, torch.nan]), "positions: got NaN"),
    ],
)
def test_what_does_not_fit(q: Any, k: Any, positions: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rotate(q, k, positions, RotaryConfig(8))


SMALL = (torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e4m3fnuz, torch.float8_e5m2fnuz)


@pytest.mark.parametrize("dtype", SMALL)
@pytest.mark.parametrize("layout", ["half", "interleaved", "interleaved-to-half"])
def test_eight_bits_are_rounded_once(dtype: torch.dtype, layout: str) -> None:
    config = RotaryConfig(10, 6, layout=layout)
    q, k = (
        heads(config, torch.float32, 2, 3, 5).to(dtype),
        heads(config, torch.float32, 2, 1, 5),
    )
    at = torch.tensor([[3, 1, 0, 7, 131071], [2, 2, 9, 11, 100]])
    expected, expected_k = rotate(q.float(), k, at, config)
    for words in ({}, {"inplace": True}, {"out": (torch.empty_like(q), torch.empty_like(k))}):
        found, found_k = rotate(q.clone(), k.clone(), at, config, **words)  # type: ignore[arg-type]
        assert found.dtype == dtype
        assert torch.equal(found.view(torch.uint8), expected.to(dtype).view(torch.uint8))
        assert torch.equal(found_k, expected_k)


@pytest.mark.parametrize("dtype", ["bfloat16", "float16", "float32"])
@pytest.mark.parametrize("layout", ["half", "interleaved"])
def test_last_places_up_to_two_to_the_forty(dtype: str, layout: str) -> None:
    config = RotaryConfig(128, base=500000.0, layout=layout)
    q = heads(config, DTYPES[dtype], 1, 8, 24)
    places = [0, 1, 255, 4095, 65535, 131071, 2**20 - 1, 2**24 + 1, 2**31, 2**33 + 5, 2**40]
    at = torch.tensor([[*places, *(2**40 - 987_654_321 * n for n in range(13))]])
    found, _ = rotate(q, q, at, config)
    truth = oracle.rotate(q.double().numpy(), at.numpy(), config)
    error = np.abs(found.double().numpy() - truth)
    channels = layout_channels(config)
    norm = np.empty_like(truth)
    pair = np.hypot(*(q.double().numpy()[..., channels.read[:, side]] for side in (0, 1)))
    norm[..., channels.write[:, 0]] = norm[..., channels.write[:, 1]] = pair
    digits = {"bfloat16": 8, "float16": 11, "float32": 24}[dtype]
    if dtype == "float32":
        assert (error <= 2 * np.ldexp(1.0, np.frexp(norm)[1] - digits)).all()
        return
    own = np.ldexp(1.0, np.frexp(truth)[1] - digits)
    assert (error <= 0.51 * own)[np.abs(truth) > norm * 2.0**-6].all()


def test_tables_made_under_modes_are_those_of_memory() -> None:
    from torch._subclasses import FakeTensorMode

    x = torch.ones(1, 1, 3, 8)
    with FakeTensorMode():
        imagined = torch.empty(1, 2, 3, 8)
        rotate(imagined, imagined, torch.arange(3), RotaryConfig(8, base=77.0))
    with torch.device("meta"):
        rotate(x, x, 5, RotaryConfig(8, base=78.0))
    with torch.inference_mode():
        rotate(x, x, 5, RotaryConfig(8, base=79.0))
    for base in (77.0, 78.0, 79.0):
        config = RotaryConfig(8, base=base)
        leaf = x.clone().requires_grad_()
        y, _ = rotate(leaf, x, 5, config)
        y.sum().backward()
        truth = oracle.rotate(x.double().numpy(), [[5, 6, 7]], config)
        assert np.abs(y.detach().numpy() - truth).max() < 1e-6


def test_copies_and_pickles() -> None:
    rope = RotaryEmbedding(RotaryConfig(8), "bshd", phases="float32")
    x = torch.randn(1, 3, 2, 8)
    for other in (copy.deepcopy(rope), pickle.loads(pickle.dumps(rope)), rope.half()):  # noqa: S301
        assert torch.equal(other(x, x, 5)[0], rope(x, x, 5)[0])


def test_threads_that_come_first_at_once() -> None:
    config = RotaryConfig(64, base=4321.0)
    x = torch.randn(1, 2, 4, 64)
    starts = [7 * 3**n for n in range(36)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: rotate(x, x, at, config)[0], starts))
    for at, y in zip(starts, found, strict=True):
        truth = oracle.rotate(x.double().numpy(), [[at + n for n in range(4)]], config)
        assert np.abs(y.double().numpy() - truth).max() < 1e-5


def test_several_axes_have_no_running_count() -> None:
    config = RotaryConfig(8, axes=(2, 2))
    with pytest.raises(InputError, match=r"expected a tensor \(batch, seq, 2\)"):
        rotate(Q, Q, None, config)
