"""Memory of large outputs: kept for the next ones, and never shared by two that live."""

import gc
import os
import sys
import threading
from pathlib import Path

import pytest
import torch

from ropespec.reference import RotaryConfig
from ropespec.reference.torch import native, rotate

CONFIG = RotaryConfig(128, layout="half")
HUGE_PAGE = 2 << 20

pytestmark = pytest.mark.skipif(
    native.kernel().module is None or not sys.platform.startswith("linux"),
    reason="memory is kept by the compiled kernel, on Linux",
)


def large(heads: int = 9, tokens: int = 2049) -> torch.Tensor:
    """9 MB of float32, and not a whole number of huge pages."""
    return torch.randn(1, heads, tokens, 128)


def resident() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGESIZE")


def test_memory_that_was_let_go_is_used_again() -> None:
    q = large()
    gc.collect()
    first, _ = rotate(q, q[:, :1], 7, CONFIG)
    place = first.data_ptr()
    assert place % HUGE_PAGE == 0
    del first
    second, _ = rotate(-q, q[:, :1], 7, CONFIG)
    assert second.data_ptr() == place
    assert torch.equal(second[:, :2], rotate(-q[:, :2], q[:, :1], 7, CONFIG)[0])


def test_outputs_that_live_have_memory_of_their_own() -> None:
    q = large()
    outputs = [rotate(q * n, q[:, :1], 7, CONFIG)[0] for n in (1, 2, 4, 8, 16, 32)]
    part = outputs[0][:, 3]
    kept = part.clone()
    for n, output in enumerate(outputs):
        assert torch.equal(output, outputs[1] * 2.0 ** (n - 1))
    del outputs, output
    again = [rotate(q * 64, q[:, :1], 7, CONFIG)[0] for _ in range(6)]
    assert torch.equal(part, kept)  # a view keeps what it looks at
    assert len({x.data_ptr() for x in again}) == 6


def test_memory_can_grow_be_shared_and_outlive_its_thread() -> None:
    q = large()
    found: list[torch.Tensor] = []
    thread = threading.Thread(target=lambda: found.append(rotate(q, q[:, :1], 7, CONFIG)[0]))
    thread.start()
    thread.join()
    expected = torch.cat([rotate(q[:, h : h + 1], q[:, :1], 7, CONFIG)[0] for h in range(9)], 1)
    assert torch.equal(found[0], expected)
    grown, _ = rotate(q, q[:, :1], 7, CONFIG)
    grown.resize_(1, 10, 2049, 128)
    assert torch.equal(grown.view(-1)[: expected.numel()], expected.view(-1))
    assert torch.equal(found[0].share_memory_(), expected)


def test_strides_are_those_of_the_input() -> None:
    q = large().transpose(1, 2).contiguous().transpose(1, 2)
    turned, _ = rotate(q, q[:, :1], 7, CONFIG)
    assert turned.stride() == q.stride()
    assert torch.equal(turned, rotate(q.contiguous(), q[:, :1], 7, CONFIG)[0])


def test_little_is_kept() -> None:
    q = torch.randn(1, 16, 8192, 128)  # 64 MB
    before = resident()
    outputs = [rotate(q, q[:, :1], n, CONFIG)[0] for n in range(6)]
    assert resident() - before > 5 * 64 << 20
    del outputs
    gc.collect()
    assert resident() - before < (256 + 64) << 20


def test_an_output_too_large_to_keep_pushes_none_out() -> None:
    q = large()
    place = rotate(q, q[:, :1], 7, CONFIG)[0].data_ptr()
    huge = torch.empty(1, 33, 16384, 128)  # 264 MB
    before = resident()
    rotate(huge, q[:, :1, :1].expand(1, 1, 16384, 128), 7, CONFIG)
    assert resident() - before < 64 << 20
    assert rotate(q, q[:, :1], 7, CONFIG)[0].data_ptr() == place
