"""What a caller gives to `rotate` is taken as it is meant, or refused in one line."""

from typing import Any

import pytest
import torch

from ropespec.reference import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.torch import cos_sin, rotary_embedding, rotate

CONFIG = RotaryConfig(head_dim=6, layout="half")
TWO_AXES = RotaryConfig(head_dim=8, axes=(2, 2))
EDGE = 2**63


def tensors(*, grad=False):
    torch.manual_seed(0)
    return torch.randn(2, 3, 5, 6, requires_grad=grad), torch.randn(2, 1, 5, 6)


@pytest.mark.parametrize(
    "first",
    [0.1, 2.0**24 + 1, 2.0**53 + 2, torch.tensor(2048.0, dtype=torch.float16),
     torch.tensor(0.5, dtype=torch.bfloat16)],
)  # fmt: skip
def test_a_real_first_position_is_counted_on_exactly(first):
    q, k = torch.randn(5, 3, 6), torch.randn(5, 1, 6)
    ends = torch.tensor([0, 5])
    count = torch.arange(5, dtype=torch.float64)
    at = count.long() + int(first) if float(first).is_integer() else count + float(first)
    want = rotate(q, k, at, CONFIG, axes="thd")[0]
    assert torch.equal(rotate(q, k, first, CONFIG, axes="thd")[0], want)
    assert torch.equal(rotate(q, k, first, CONFIG, axes="thd", cu_seqlens=ends)[0], want)

    given = torch.tensor(first, dtype=torch.float64) if isinstance(first, float) else first

    @torch.compile(backend="eager", fullgraph=True)
    def compiled(q, k, first):
        return rotate(q, k, first, CONFIG, axes="thd")[0]

    if float(first) < 2**53:  # beyond, a tensor of real numbers cannot count
        assert torch.equal(compiled(q, k, given), want)


@pytest.mark.parametrize(
    "first",
    [EDGE - 1, EDGE, -EDGE - 1, 10**5000, torch.tensor(EDGE - 1),
     torch.tensor(EDGE, dtype=torch.uint64)],
    ids=["last", "edge", "below", "huge", "tensor", "uint64"],
)  # fmt: skip
@pytest.mark.parametrize("ends", [None, torch.tensor([0, 5])], ids=["whole", "packed"])
def test_a_count_that_leaves_int64_is_refused(first, ends):
    q, k = torch.randn(5, 3, 6), torch.randn(5, 1, 6)
    with pytest.raises(InputError, match="within int64"):
        rotate(q, k, first, CONFIG, axes="thd", cu_seqlens=ends)


def test_the_way_back_from_the_first_of_all_positions():
    q = torch.randn(2, 3, 1, 6, requires_grad=True)
    k, up = torch.randn(2, 1, 1, 6), torch.randn(2, 3, 1, 6)
    (found,) = torch.autograd.grad(rotate(q, k, -EDGE, CONFIG)[0], q, up)
    (want,) = torch.autograd.grad(rotate(q, k, torch.tensor([-EDGE]), CONFIG)[0], q, up)
    assert torch.equal(found, want)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_memory_that_overlaps_is_refused_in_any_order_of_axes(dtype):
    config, size = RotaryConfig(head_dim=64, layout="half"), 2 * 3 * 5 * 64
    buffer = torch.randn(size + 64, dtype=dtype)
    q, out = (buffer[at : at + size].view(2, 3, 5, 64).transpose(1, 2) for at in (0, 64))
    k = torch.randn(2, 1, 3, 64, dtype=dtype)
    with pytest.raises(RuntimeError, match="single memory location"):
        rotate(q, k, 3, config, out=(out, torch.empty_like(k)))


def test_what_is_refused_in_place_has_changed_nothing():
    q, k = tensors()
    halves = torch.randn(4, 1, 5, 6, requires_grad=True).chunk(2)
    before = q.clone()
    with pytest.raises(RuntimeError, match=r"view|inplace"):
        rotate(q, halves[0], 7, CONFIG, inplace=True)
    assert torch.equal(q, before)
    empty = torch.empty(5, 3, 0, 6, dtype=torch.float64).permute(2, 1, 0, 3) * 1
    assert rotate(empty, empty.clone(), None, CONFIG, inplace=True)[0] is empty
    on_meta = rotate(q.to("meta"), k.to("meta"), 3, CONFIG, inplace=True)[0]
    assert on_meta.shape == q.shape


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda q, k: rotate(q, k, torch.tensor(5, device="meta"), CONFIG), "same device"),
        (lambda q, k: rotate(q.to_sparse(), k, None, CONFIG), "q: got one of layout"),
        (lambda q, k: rotate(q, k, torch.arange(5).to_sparse(), CONFIG), "positions: got"),
        (lambda q, k: rotate(q, k, None, CONFIG, cu_seqlens=torch.tensor([0, 5])),
         "expected thd"),
        (lambda q, k: rotate(torch.cat((q, q[..., :2]), -1), torch.cat((k, k[..., :2]), -1),
                             torch.tensor(5), TWO_AXES), "no running count"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_one_line(call, words):
    with pytest.raises(InputError, match=words) as raised:
        call(*tensors())
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("positions", "config", "words"),
    [
        (torch.zeros(5, 3, dtype=torch.int64), TWO_AXES, r"got shape \(5, 3\)"),
        (torch.arange(5), TWO_AXES, r"got shape \(5,\)"),
        ([1, 2], CONFIG, "got list"),
    ],
)
def test_tables_of_positions_that_do_not_fit_are_refused(positions, config, words):
    with pytest.raises(InputError, match=words):
        cos_sin(positions, config)


def test_tables_of_small_formats_are_those_of_their_values():
    found = cos_sin(torch.tensor([0, 3, 256], dtype=torch.bfloat16), CONFIG)
    assert torch.equal(found[1], cos_sin(torch.tensor([0, 3, 256]), CONFIG)[1])


def test_tables_in_float64_are_taken_as_such_on_either_side():
    x = tensors()[0]
    cos, sin = cos_sin(torch.arange(5), CONFIG, torch.float64)
    mixed = rotary_embedding(x, cos.float(), sin)
    assert torch.equal(mixed, rotary_embedding(x, cos.float().double(), sin))


def test_all_forms_compile_whole():
    q, k = tensors()
    tables = cos_sin(torch.arange(5), CONFIG)

    def both(q, k):
        return (
            *rotate(q, k, None, CONFIG, phases="float32"),
            rotary_embedding(q, *tables, interleaved=True),
        )

    compiled = torch.compile(both, backend="eager", fullgraph=True)(q, k)
    assert all(map(torch.equal, compiled, both(q, k)))


def test_positions_beside_packed_sequences_are_refused_when_compiled_too():
    q, k, ends = torch.randn(5, 3, 6), torch.randn(5, 1, 6), torch.tensor([0, 2, 5])

    def packed(q, k):
        return rotate(q, k, torch.arange(5), CONFIG, axes="thd", cu_seqlens=ends)[0]

    with pytest.raises(InputError, match="cu_seqlens: got them beside"):
        packed(q, k)
    with pytest.raises(Exception, match=r"Observed exception|cu_seqlens"):
        torch.compile(packed, backend="eager", fullgraph=True)(q, k)


NOTHING: Any = None
NOT_WHOLE: Any = 2.5
SEVERAL = RotaryConfig(head_dim=6, axes=(2, 1))
REFUSED_WHEN_COMPILED = {
    "positions: got True": lambda q, k: rotate(q, k, True, CONFIG),
    "config: got NoneType": lambda q, k: rotate(q, k, None, NOTHING),
    "out: got torch.float64": lambda q, k: rotate(q, k, None, CONFIG, (q.double(), k.double())),
    "out: got tensors beside inplace": lambda q, k: rotate(q, k, None, CONFIG, (q, k), True),
    "cu_seqlens: got them with axes": lambda q, k: rotate(
        q, k, None, CONFIG, cu_seqlens=torch.tensor([0, 5])
    ),
    "cu_seqlens: got torch.float32": lambda q, k: rotate(
        q[0].movedim(1, 0),
        k[0].movedim(1, 0),
        None,
        CONFIG,
        axes="thd",
        cu_seqlens=torch.tensor([0.0, 5.0]),
    ),
    "several axes have no running count": lambda q, k: rotate(q, k, 7, SEVERAL),
    "positions: got shape \\(1,\\)": lambda q, k: rotate(q, k, torch.tensor([7]), CONFIG),
    "positions: got shape \\(3, 5\\)": lambda q, k: rotate(
        q, k, torch.ones(3, 5), CONFIG, phases="float32"
    ),
    "positions: got torch.bool": lambda q, k: rotate(
        q, k, torch.ones(5, dtype=torch.bool), CONFIG, phases="float32"
    ),
    "positions: expected all tensors to be on the same device": lambda q, k: rotate(
        q, k, torch.arange(5, device="meta"), CONFIG
    ),
    "positions: got 9223372036854775805": lambda q, k: rotate(q, k, EDGE - 3, CONFIG),
    "length: got 2.5": lambda q, k: rotate(q, k, None, CONFIG, length=NOT_WHOLE),
    "length: got True": lambda q, k: rotate(q, k, None, CONFIG, length=True),
}


@pytest.mark.parametrize("words", REFUSED_WHEN_COMPILED)
def test_what_is_refused_is_refused_when_compiled_too(words):
    call, (q, k) = REFUSED_WHEN_COMPILED[words], tensors()
    with pytest.raises(InputError, match=words):
        call(q, k)
    with pytest.raises(Exception, match=words):
        torch.compile(call, backend="eager", fullgraph=True)(q, k)


@pytest.mark.parametrize("words", [{"length": 5}, {"phases": "float32"}, {}])
@pytest.mark.parametrize("config", [None, {}])
def test_what_is_no_configuration_is_refused_with_any_other_word(config, words):
    with pytest.raises(InputError, match=f"config: got {type(config).__name__}, expected"):
        rotate(*tensors(), None, config, **words)


def test_formats_that_torch_cannot_multiply_have_no_float32_phases():
    q, k = (x.to(torch.float8_e4m3fn) for x in tensors())
    with pytest.raises(InputError, match=r"q: got torch.float8_e4m3fn, .*phases='exact'"):
        rotate(q, k, None, CONFIG, phases="float32")


def test_tables_without_values():
    cos, sin = cos_sin(torch.arange(4, device="meta"), CONFIG)
    assert cos.device.type == "meta"
    assert cos.shape == sin.shape == (4, CONFIG.pairs)


@pytest.mark.parametrize("exponent", [53, 60, -60])
def test_a_real_first_position_beyond_float64_is_counted_as_the_whole_number_it_is(exponent):
    q, k = tensors()
    sign = -1 if exponent < 0 else 1
    first = sign * 2 ** abs(exponent)
    expected = rotate(q, k, first, CONFIG)[0]
    assert torch.equal(rotate(q, k, float(first), CONFIG)[0], expected)
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        given = torch.tensor(float(first), dtype=dtype)
        assert torch.equal(rotate(q, k, given, CONFIG)[0], expected)
    compiled = torch.compile(
        lambda q, k: rotate(q, k, float(first), CONFIG)[0], backend="eager", fullgraph=True
    )
    assert torch.equal(compiled(q, k), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("positions", [3, torch.arange(5) + 0.5])
def test_in_place_what_needs_no_gradient_stays_so(positions, dtype):
    q, k = (x.to(dtype) for x in tensors())
    leaf = k.clone().requires_grad_()
    kept, recorded = rotate(q, leaf * 1, positions, CONFIG, inplace=True)
    assert not kept.requires_grad
    assert recorded.requires_grad


@pytest.mark.parametrize("dtype", [torch.int32, torch.bfloat16, None])
def test_tables_are_float32_or_float64(dtype):
    with pytest.raises(InputError, match=r"dtype: got .*, expected torch.float32 or"):
        cos_sin(torch.arange(2), CONFIG, dtype)


@pytest.mark.parametrize("interleaved", [True, False])
@pytest.mark.parametrize("bits", [-1, 0x7FFFFFFF, 0x7FFF8000, 0x7FC00000])
def test_a_nan_of_any_kind_in_a_table_is_one_in_the_result(bits, interleaved):
    nan = torch.full((1, 32), bits, dtype=torch.int32).view(torch.float32)
    x = torch.ones(1, 1, 1, 64, dtype=torch.bfloat16)
    for tables in ((nan, torch.zeros(1, 32)), (torch.zeros(1, 32), nan)):
        assert rotary_embedding(x, *tables, interleaved=interleaved).isnan().all()


def test_packed_sequences_without_values():
    q, k = torch.empty(5, 3, 6, device="meta"), torch.empty(5, 1, 6, device="meta")
    ends = torch.tensor([0, 2, 5], device="meta")
    assert rotate(q, k, None, CONFIG, axes="thd", cu_seqlens=ends)[0].shape == q.shape
