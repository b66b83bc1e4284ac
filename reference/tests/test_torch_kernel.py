"""The C++ kernel and plain torch: the same bits, every layout, stride and instruction set."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import InputError, RotaryConfig
from ropespec.reference.strategies import LADDER, arranged_configs, configs
from ropespec.reference.torch import native, rotate
from ropespec.reference.torch.arguments import AXES
from ropespec.reference.torch.operator import rotate_into
from ropespec.reference.torch.plain import compute_dtype, turn_into, turned
from ropespec.reference.torch.plan import plan_of
from ropespec.reference.torch.rows import rows_at
from ropespec.reference.torch.segments import head_of
from ropespec.reference.torch.tables import Tables, magnitudes

MODULE = native.kernel().module
needs_kernel = pytest.mark.skipif(MODULE is None, reason=native.kernel().reason)
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
CROSSING = RotaryConfig(26, 22, layout="interleaved-to-half", sign=-1, rotary_end="last")


def plainly(
    x: torch.Tensor, positions: torch.Tensor, config: RotaryConfig, axes: str
) -> torch.Tensor:
    plan = plan_of(config)
    rows = rows_at(plan, positions, compute_dtype(x), x.device)
    return turned(x, rows, plan.head, axes)


def spread(positions: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    parts = [positions - 3 * axis for axis in range(len(config.axes))]
    return torch.stack(parts, dim=-1) if parts else positions


@pytest.fixture(params=["baseline", "avx2", "avx512"])
def instructions(request: pytest.FixtureRequest) -> Iterator[str]:
    if MODULE is None or not MODULE.choose(request.param):
        pytest.skip(f"no {request.param} here")
    yield request.param
    MODULE.choose("best")


@pytest.mark.parametrize("dtype", DTYPES)
@given(
    config=configs() | arranged_configs(),
    places=st.lists(LADDER | st.sampled_from([-(2**63), 2**63 - 1]), min_size=4, max_size=4),
    axes=st.sampled_from(sorted(AXES)),
)
def test_kernel_and_plain_torch_give_the_same_bits(
    dtype: torch.dtype, config: RotaryConfig, places: list[int], axes: str
) -> None:
    shape = {"bhsd": (2, 3, 2), "bshd": (2, 2, 3), "thd": (4, 3)}[axes]
    x = torch.randn(*shape, config.head_dim, generator=torch.Generator().manual_seed(7))
    positions = spread(torch.tensor(places).reshape((4,) if axes == "thd" else (2, 2)), config)
    got, other = rotate(x.to(dtype), x.to(dtype), positions, config, axes=axes)
    assert torch.equal(got, plainly(x.to(dtype), positions, config, axes))
    assert torch.equal(got, other)
    target = torch.empty_like(got)
    plan = plan_of(config)
    rows = rows_at(plan, positions, compute_dtype(got), got.device)
    turn_into(x.to(dtype), target, rows, plan.head, axes)
    assert torch.equal(got, target)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", ["interleaved", "half", "interleaved-to-half"])
def test_every_instruction_set_gives_the_same_bits(
    instructions: str, layout: str, dtype: torch.dtype
) -> None:
    assert MODULE.instructions() == instructions
    config = RotaryConfig(58, 54, layout=layout, attention_factor=1.25)
    q = torch.randn(2, 5, 70, 58).mul(100).to(dtype)
    q[0, 0, 0, :6] = torch.tensor([0.0, -0.0, 1e-7, 3e-8, 6.5e4, -1e-41]).to(dtype)
    for positions in (torch.arange(70) - 9, torch.arange(140).reshape(2, 70) * 987654321):
        expected = plainly(q, positions, config, "bhsd")
        assert torch.equal(rotate(q, q[:, :2], positions, config)[0], expected)
        written, _ = rotate(q.clone(), q[:, :2].clone(), positions, config, inplace=True)
        assert torch.equal(written, expected)


def test_infinities_and_nans_stay_in_their_pair(instructions: str) -> None:
    del instructions
    for dtype in DTYPES[1:]:
        x = torch.ones(1, 1, 1, 32, dtype=dtype)
        x[..., 3], x[..., 20] = torch.nan, torch.inf
        y, _ = rotate(x, x, 5, RotaryConfig(32))
        assert torch.isfinite(y).sum() == 28
        assert torch.isnan(y[..., 2:4]).all()
        assert torch.isinf(y[..., 20:22]).all()


@pytest.fixture(params=[-1, 0], ids=["as they are", "hold nothing"])
def caches(request: pytest.FixtureRequest, instructions: str) -> Iterator[None]:
    """Caches of this machine, and such that every tensor is larger."""
    del instructions
    MODULE.suppose(request.param)
    yield
    MODULE.suppose(-1)


@pytest.mark.usefixtures("caches")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("axes", sorted(AXES))
@pytest.mark.parametrize(
    "config",
    [
        RotaryConfig(128, layout="half"),
        RotaryConfig(128, layout="interleaved"),
        RotaryConfig(58, 54, layout="half"),
        RotaryConfig(58, 54, layout="interleaved", sign=-1),
    ],
)
def test_whatever_the_caches_hold_the_bits_are_the_same(
    config: RotaryConfig, axes: str, dtype: torch.dtype
) -> None:
    heads, tokens = 7, 150  # neither a multiple of the rows that go side by side
    shape = {"bhsd": (2, heads, tokens), "bshd": (2, tokens, heads), "thd": (tokens, heads)}
    q = torch.randn(*shape[axes], config.head_dim).to(dtype)
    positions = torch.arange(tokens) + 70_000
    expected = plainly(q, positions, config, axes)
    out = torch.empty_like(q), torch.empty_like(q)
    rotate(q, q, positions, config, out, axes=axes)
    assert torch.equal(out[0], expected)
    assert torch.equal(rotate(q, q, positions, config, axes=axes)[1], expected)
    written = q.clone(), q.clone()
    rotate(*written, positions, config, inplace=True, axes=axes)
    assert torch.equal(written[0], expected)
    rotate(*written, positions, config.replace(sign=-config.sign), inplace=True, axes=axes)
    assert torch.allclose(written[1].double(), q.double(), atol=0.1)


@pytest.mark.usefixtures("caches")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", ["interleaved", "half", "interleaved-to-half"])
def test_one_token_of_many_sequences(layout: str, dtype: torch.dtype) -> None:
    config = RotaryConfig(58, 54, layout=layout)
    whole = torch.randn(150, 7, 2, 58).to(dtype)
    apart = torch.arange(150)[:, None] // 4 * 987654321  # some neighbours turn alike
    for q in (
        whole[:, :, :1].contiguous(),
        whole[:, :, :1],
        whole[:, :5, 1:],
        whole[::2, :, 1:],
    ):
        for where in (apart[: len(q)], torch.tensor([[-70_000]]), 70_000):
            positions = where if isinstance(where, torch.Tensor) else torch.tensor([where])
            expected = plainly(q, positions, config, "bhsd")
            assert torch.equal(rotate(q, q[:, :2], where, config)[1], expected[:, :2])
            out = torch.zeros(len(q), 1, q.shape[1] + 1, 58, dtype=dtype)[:, :, 1:]
            rotate(q, q, where, config, (out.transpose(1, 2), torch.zeros_like(q)))
            assert torch.equal(out.transpose(1, 2), expected)
            written, _ = rotate(q.clone(), q.clone(), where, config, inplace=True)
            assert torch.equal(written, expected)


@needs_kernel
def test_large_tensors_get_the_same_bits() -> None:
    config = RotaryConfig(128, layout="half")
    for layout in ("half", "interleaved"):
        config = config.replace(layout=layout)
        q = torch.randn(1, 24, 3000, 128)
        out = torch.empty_like(q), torch.empty_like(q[:, :1])
        rotate(q, q[:, :1], 70_000, config, out=out)
        written, _ = rotate(q.clone(), q[:, :1].clone(), 70_000, config, inplace=True)
        for start in (0, 1500, 2990):
            part = q[:, :, start : start + 10]
            expected, _ = rotate(part, part, 70_000 + start, config)
            assert torch.equal(out[0][:, :, start : start + 10], expected)
            assert torch.equal(written[:, :, start : start + 10], expected)


@pytest.mark.parametrize("config", [RotaryConfig(26, 22, layout="half"), CROSSING])
@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_in_place_and_given_outputs(config: RotaryConfig, dtype: torch.dtype) -> None:
    q, k = torch.randn(2, 4, 37, 26).to(dtype), torch.randn(2, 1, 37, 26).to(dtype)
    expected = rotate(q, k, 300, config)
    out = torch.full_like(q, 7), torch.full_like(k, 7)
    assert rotate(q, k, 300, config, out=out)[0] is out[0]
    strided = torch.zeros(2, 4, 37, 52, dtype=dtype)[..., ::2], torch.empty_like(k)
    rotate(q, k, 300, config, out=strided)
    version = q._version
    assert rotate(q, k, 300, config, inplace=True)[1] is k
    assert q._version == version + 1
    for pair in (out, strided, (q, k)):
        assert torch.equal(pair[0], expected[0])
        assert torch.equal(pair[1], expected[1])


def test_queries_and_keys_in_one_buffer() -> None:
    config = RotaryConfig(16, layout="half")
    packed = torch.randn(2, 9, 6 + 2 + 2, 16)
    before = packed.clone()
    expected = rotate(packed[:, :, :6], packed[:, :, 6:8], 5, config, axes="bshd")
    rotate(packed[:, :, :6], packed[:, :, 6:8], 5, config, inplace=True, axes="bshd")
    assert torch.equal(packed[:, :, :6], expected[0])
    assert torch.equal(packed[:, :, 6:8], expected[1])
    assert torch.equal(packed[:, :, 8:], before[:, :, 8:])


def test_packed_sequences() -> None:
    config = RotaryConfig(16)
    x = torch.randn(11, 3, 16)
    cu_seqlens = torch.tensor([0, 4, 4, 9, 11], dtype=torch.int32)
    got, _ = rotate(x, x[:, :1], 6, config, axes="thd", cu_seqlens=cu_seqlens)
    for begin, end in ((0, 4), (4, 9), (9, 11)):
        expected, _ = rotate(x[begin:end], x[begin:end], 6, config, axes="thd")
        assert torch.equal(got[begin:end], expected)


def test_the_order_of_axes_changes_nothing_else() -> None:
    config = RotaryConfig(16, 12, layout="half")
    x = torch.randn(2, 3, 7, 16).bfloat16()
    positions = torch.randint(-(2**40), 2**40, (2, 7))
    expected, _ = rotate(x, x, positions, config)
    moved = x.transpose(1, 2).contiguous()
    assert torch.equal(
        rotate(moved, moved, positions, config, axes="bshd")[0], expected.transpose(1, 2)
    )
    view = moved.transpose(1, 2)
    turned_view, _ = rotate(view, view, positions, config)
    assert torch.equal(turned_view, expected)
    assert turned_view.stride() == view.stride()


def test_real_and_unsigned_positions_take_the_oracle() -> None:
    config = RotaryConfig(16)
    x = torch.randn(1, 2, 3, 16)
    halves = torch.tensor([0.5, 1.0, -2.25], dtype=torch.float64)
    doubled = config.replace(scaling={"rope_type": "linear", "factor": 4.0})
    assert torch.equal(
        rotate(x, x, halves, config)[0], rotate(x, x, (4 * halves).long(), doubled)[0]
    )
    large = torch.tensor([2**63 + 5, 1, 2**64 - 1], dtype=torch.uint64)
    rows = rows_at(plan_of(config), large, torch.float32, x.device)
    exact = [2**63 + 5, 1, 2**64 - 1]
    turns = [value * np.float64(config.inv_freq()[0]) for value in exact]
    assert np.isfinite(turns).all()
    assert torch.allclose(rows[0][0, 1], torch.tensor(config.inv_freq()).float().cos())


@given(st.lists(LADDER, min_size=1, max_size=6))
def test_rows_do_not_depend_on_their_history(places: list[int]) -> None:
    config = RotaryConfig(6, attention_factor=1.5)
    alone, together = Tables(config), Tables(config)
    together.cover(magnitudes(torch.arange(500)))
    for place in places:
        together.cover(magnitudes(torch.tensor([place])))
    alone.cover(magnitudes(torch.tensor(places)))
    for place, (one, other) in enumerate(zip(alone.levels, together.levels, strict=False)):
        there = (alone.marks[place] & together.marks[place]).bool()
        assert there.any()
        assert torch.equal(one[there], other[there])


def test_tables_stay_small() -> None:
    tables = Tables(RotaryConfig(128))
    tables.cover(np.arange(0, 2**20, 999, dtype=np.uint64))
    assert sum(level.numel() * 8 for level in tables.levels) <= 5_000_000


def test_a_configuration_is_never_taken_for_another_at_its_place() -> None:
    places = set()
    for n in range(600):  # each is let go before the next is made, often at the same place
        config = RotaryConfig(16, base=1000.0 + n % 300)
        places.add(id(config))
        assert plan_of(config).config == config
        assert plan_of(config.replace()) is plan_of(config)
    assert len(places) < 600


def test_the_head_is_cut_in_few_pieces() -> None:
    assert len(head_of(CROSSING).segments) == 1
    blocks = RotaryConfig(24, layout="half-blocks", axes=(4, 8))
    assert [part.number for part in head_of(blocks).segments] == [4, 8]
    for config in (CROSSING, blocks, RotaryConfig(8, 2), RotaryConfig(8, layout="half")):
        parts = head_of(config).segments
        assert sum(part.number for part in parts) == config.pairs


def test_without_the_kernel() -> None:
    code = (
        "import torch; from ropespec.reference.torch import rotate, native;"
        "from ropespec.reference import RotaryConfig; x = torch.ones(1, 2, 3, 8);"
        "y, _ = rotate(x, x, 100000, RotaryConfig(8)); assert native.kernel().module is None;"
        "print(y.double().sum().item(), native.kernel().reason)"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        env={**os.environ, native.SWITCH: "off"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    x = torch.ones(1, 2, 3, 8)
    total, reason = done.stdout.split(maxsplit=1)
    assert float(total) == rotate(x, x, 100000, RotaryConfig(8))[0].double().sum().item()
    assert "ROPESPEC_TORCH_KERNEL=off" in reason


def test_a_compiler_that_fails_is_said_in_one_line_and_asked_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls: list[Path] = []

    def fails() -> Path:
        calls.append(native.cached())
        calls[-1].parent.mkdir(parents=True, exist_ok=True)
        raise RuntimeError("Error building extension\nx.cpp:1: error: no such thing\nmore")

    monkeypatch.delenv(native.SWITCH, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(native, "build", fails)
    reason = "could not be built: x.cpp:1: error: no such thing"
    for _ in range(2):
        assert native._load() == native.Kernel(None, reason)
        assert native.status() == reason
    assert len(calls) == 1
    said = capsys.readouterr().err
    assert said == f"ropespec: its torch kernel {reason}; plain torch does its work\n"
    monkeypatch.setattr(native, "_loaded", None)
    assert native.again().reason == reason
    assert len(calls) == 2


def test_what_is_known_to_hinder_building_is_said_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(native.SWITCH, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert native.status() == "not built yet"
    monkeypatch.setenv("CXX", f"{sys.executable} c++")  # as "ccache g++"
    assert native.status() == "not built yet"
    monkeypatch.delenv("CXX")
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    assert f"no place to keep it ({tmp_path} cannot be written)" == native.status()
    monkeypatch.setenv("CXX", "no-such-compiler")
    assert native._load().reason == native.status() == "no compiler (no-such-compiler)"
    monkeypatch.setenv(native.SWITCH, "maybe")
    assert native.status() == native._load().reason
    assert "=maybe, expected on, off or triton" in native.status()


X = torch.zeros(1, 2, 3, 8)


def test_outputs_that_torch_would_refuse() -> None:
    config = RotaryConfig(8)
    expanded = torch.zeros(1, 2, 1, 8).expand(1, 2, 3, 8)
    wrong: list[Any] = [{"out": (expanded, X.clone())}, {"out": (X, X.clone())}]
    for outputs in wrong:
        with pytest.raises(RuntimeError, match="single memory location"):
            rotate(X, X.clone(), 1, config, **outputs)
    with pytest.raises(RuntimeError, match="single memory location"):
        rotate(X, X, 1, config, inplace=True)
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        rotate(X.clone().requires_grad_(), X, 1, config, inplace=True)
    q = X.clone().requires_grad_()
    with pytest.raises(RuntimeError, match=r"out=\.\.\. arguments don't support automatic"):
        rotate(q, X, 1, config, out=(X.clone(), X.clone()))
    with pytest.raises(ValueError, match=r"out: got torch\.float64"):
        rotate(X, X, 1, config, out=(X.double(), X.clone()))
    with pytest.raises(ValueError, match="same device"):
        rotate(X, X.to("meta"), 1, config)
    with pytest.raises(ValueError, match=r"cu_seqlens: got \[0, 3\], expected rising"):
        rotate(X[0], X[0], None, config, axes="thd", cu_seqlens=torch.tensor([0, 3]))


@pytest.mark.parametrize(
    ("out", "found"),
    [
        ((X.clone(),), "a tuple of 1"),
        ([X.clone()] * 3, "a list of 3"),
        ([], "a list of 0"),
        (X.clone(), "Tensor"),
        (5, "int"),
        ((None, None), "NoneType for q"),
        ((X.clone(), None), "NoneType for k"),
    ],
)
def test_outputs_that_are_not_two_tensors(out: Any, found: str) -> None:
    with pytest.raises(TypeError, match=f"out: got {found}, expected"):
        rotate(X, X, 1, RotaryConfig(8), out)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"k": None}, "k: got NoneType, expected a torch tensor"),
        ({"axes": ["bhsd"]}, r"axes: got \['bhsd'\], expected one of bhsd, bshd, thd"),
        ({"length": "far"}, "length: got 'far', expected the largest position plus one"),
        ({"length": 1.5}, "length: got 1.5, expected"),
        ({"length": True}, "length: got True, expected"),
    ],
)
def test_arguments_of_another_kind(given: dict[str, Any], found: str) -> None:
    usual: dict[str, Any] = {"q": X, "k": X, "positions": 1, "config": RotaryConfig(8)}
    with pytest.raises(InputError, match=found):
        rotate(**usual | given)


def test_in_place_is_what_python_calls_true() -> None:
    q, k = torch.randn(1, 2, 3, 8), torch.randn(1, 2, 3, 8)
    expected, _ = rotate(q, k, 1, RotaryConfig(8))
    whether: Any = 1
    assert rotate(q, k, 1, RotaryConfig(8), inplace=whether)[0] is q
    assert torch.equal(q, expected)


def test_a_running_count_ends_at_the_end_of_int64() -> None:
    config = RotaryConfig(8)
    last = torch.tensor([2**63 - 3, 2**63 - 2, 2**63 - 1])
    assert torch.equal(
        rotate(X + 1, X, 2**63 - 3, config)[0], rotate(X + 1, X, last, config)[0]
    )
    with pytest.raises(ValueError, match="within int64"):
        rotate(X, X, 2**63 - 2, config)


def test_writing_back_into_the_same_memory_by_plain_torch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan = plan_of(CROSSING)
    x = torch.randn(2, 3, 5, 26)
    expected, _ = rotate(x, x, 9, CROSSING)
    monkeypatch.setattr(plan, "call", None)
    rotate_into(plan, x, x.clone(), None, 9, "bhsd", (x, torch.empty_like(x)))
    assert torch.equal(x, expected)
