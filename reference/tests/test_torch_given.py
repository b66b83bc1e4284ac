"""`rotary_embedding`: the signature of torch's own proposal, with tables that are given."""

from typing import Any

import pytest
import torch
from torch import Tensor

from ropespec.reference import InputError, RotaryConfig
from ropespec.reference.torch import cos_sin, rotary_embedding, rotate


def in_float64(x: Tensor, cos: Tensor, sin: Tensor, interleaved: bool) -> Tensor:
    pairs = cos.shape[-1]
    x, cos, sin = x.double(), cos.double(), sin.double()
    if interleaved:
        a, b = x[..., : 2 * pairs : 2], x[..., 1 : 2 * pairs : 2]
    else:
        a, b = x[..., :pairs], x[..., pairs : 2 * pairs]
    turned = torch.stack((a * cos - b * sin, a * sin + b * cos), dim=-1 if interleaved else -2)
    return torch.cat((turned.flatten(-2), x[..., 2 * pairs :]), dim=-1)


@pytest.mark.parametrize("interleaved", [False, True])
@pytest.mark.parametrize("width", [16, 19])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_tables_and_everything_that_broadcasts(interleaved, width, dtype):
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(3, 4, 7, width, generator=generator).to(dtype)
    limit = {torch.float64: 2**-50, torch.float32: 2**-18, torch.bfloat16: 2**-4}[dtype]
    wide = torch.float64 if dtype == torch.float64 else torch.float32
    index = torch.randint(0, 50, (3, 7), generator=generator)
    tables = torch.randn(2, 50, 8, generator=generator, dtype=wide)
    y = rotary_embedding(x, *tables, index, interleaved=interleaved)
    truth = in_float64(x, *tables[:, index].unsqueeze(2), interleaved)
    assert y.dtype == dtype
    assert (y.double() - truth).abs().max() < limit
    for shape in ((7, 8), (1, 7, 8), (3, 1, 7, 8), (3, 4, 7, 8), (1, 4, 1, 8), (8,)):
        rows = torch.randn(2, *shape, generator=generator, dtype=wide)
        y = rotary_embedding(x, *rows, interleaved=interleaved)
        assert (y.double() - in_float64(x, *rows, interleaved)).abs().max() < limit


def test_with_exact_tables_it_is_rotate() -> None:
    config = RotaryConfig(16, 12, layout="half", sign=-1, attention_factor=1.25)
    x = torch.randn(2, 3, 5, 16).bfloat16()
    at = torch.tensor([[5, 0, 131_071, 7, 7], [2, 9, 1, 4, 2**40]])
    expected, _ = rotate(x, x, at, config)
    assert torch.equal(
        rotary_embedding(x, *(t.unsqueeze(1) for t in cos_sin(at, config))), expected
    )
    line = cos_sin(at[0], config)
    assert line[0].shape == (5, 6)
    assert torch.equal(rotary_embedding(x, *line), rotate(x, x, at[0], config)[0])


@pytest.mark.parametrize("interleaved", [False, True])
def test_derivatives_of_everything(interleaved: bool) -> None:
    x = torch.randn(2, 2, 3, 5, dtype=torch.float64, requires_grad=True)
    cos, sin = torch.randn(2, 6, 2, dtype=torch.float64)
    index = torch.tensor([[5, 0, 3], [3, 3, 1]])

    def turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        return rotary_embedding(x, cos, sin, index, interleaved=interleaved)

    tables = cos.clone().requires_grad_(), sin.clone().requires_grad_()
    assert torch.autograd.gradcheck(turn, (x, *tables))
    assert torch.autograd.gradcheck(lambda x: turn(x, cos, sin), (x,))
    assert torch.autograd.gradgradcheck(lambda x: turn(x, cos, sin), (x,))
    mapped = torch.vmap(lambda x, at: rotary_embedding(x[None], cos, sin, at[None])[0])
    assert torch.equal(mapped(x, index), rotary_embedding(x, cos, sin, index))


X, TABLE = torch.zeros(2, 3, 4, 6), torch.zeros(9, 3)
AT = torch.zeros(2, 4, dtype=torch.long)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X, TABLE, TABLE, AT - 1), IndexError, "position_ids: got -1, expected 0 to 8"),
        ((X, TABLE, TABLE, AT + 9), IndexError, "position_ids: got 9, expected 0 to 8"),
        ((X, TABLE, TABLE, AT.float()), RuntimeError, "position_ids: got torch.float32"),
        ((X, TABLE, TABLE, AT[:, :3]), RuntimeError, r"got shape \(2, 3\), expected \(2, 4\)"),
        ((X, TABLE, TABLE), RuntimeError, r"expected one that broadcasts to \(2, 3, 4, 3\)"),
        ((X, TABLE, TABLE[:, :2], AT), RuntimeError, "expected equal shapes with at most 3"),
        ((X[0], TABLE, TABLE, AT), RuntimeError, r"expected \(batch, heads, seq, head_dim\)"),
        ((X, TABLE.to("meta"), TABLE, AT), RuntimeError, "on the same device"),
        ((X.int(), TABLE, TABLE, AT), RuntimeError, "got torch.int32 with torch.float32"),
        ((X, [1.0], TABLE, AT), TypeError, "cos: got list, expected a torch tensor"),
    ],
)
def test_what_does_not_fit(arguments: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        rotary_embedding(*arguments)
    if error is not IndexError:
        with pytest.raises(InputError):
            rotary_embedding(*arguments)
