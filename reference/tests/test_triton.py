"""The Triton kernel: machine code for GPUs that are not at hand, and when it is chosen."""

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference import RotaryConfig
from ropespec.reference.oracle import double_phases
from ropespec.reference.torch import rotate
from ropespec.reference.torch.plan import plan_of
from ropespec.reference.torch.triton_kernel import choosing

triton = pytest.importorskip("triton")
INTERPRETER = {"TRITON_INTERPRET": "1", "ROPESPEC_TORCH_KERNEL": "triton"}


SEGMENTS = {
    "half": (0, 64, 0, 64, 0, 64, False, False),
    "interleaved": (0, 64, 0, 1, 0, 1, True, True),
    "interleaved-to-half": (0, 64, 0, 1, 0, 64, True, False),
}


def machine_code(
    layout: str, dtype: str, tokens: int, heads: int, capability: int, **changes: Any
) -> Any:
    """Compile the kernel for a GPU and heads as Llama 3 has them; no GPU is needed for that."""
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from ropespec.reference.torch.triton_kernel.kernel import rotate_kernel

    fixed: dict[str, Any] = {
        "KIND": 1, "TABLE": "digits", "BITS": 9, "AXES": 0, "PAIRS": 64, "PASSED": (),
        "SEGMENTS": (SEGMENTS[layout],), "TOKENS": tokens, "HEADS": heads, "DENSE": True,
        "CROSSING": layout == "interleaved-to-half", "INTERPRETED": False, **changes,
    }  # fmt: skip
    pointers = dict.fromkeys(("q", "k", "q_out", "k_out"), f"*{dtype}")
    pointers |= {"positions": "*i64", "table": "*fp64", "other": "*fp64"}
    pointers |= {"other": "*i32"} if fixed["AXES"] else {}
    signature, attributes = {}, {}
    for number, parameter in enumerate(rotate_kernel.params):
        name = parameter.name
        signature[name] = pointers.get(name, parameter.annotation_type)
        if name in fixed:
            signature[name] = "constexpr"
        elif name in pointers or (signature[name] == "i64" and name != "offset"):
            attributes[(number,)] = [["tt.divisibility", 16]]
    constants = {(rotate_kernel.arg_names.index(name),): x for name, x in fixed.items()}
    source = ASTSource(
        fn=rotate_kernel, signature=signature, constexprs=constants, attrs=attributes
    )
    warps = 1 if tokens == 1 else 4  # as `launching` has it
    options = {"num_warps": warps, "enable_fp_fusion": False}
    return triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)


def check_machine_code(built: Any, vectors: int) -> None:
    """Accesses of 16 bytes alone, and products and sums that are rounded one by one."""
    code = built.asm["ptx"]
    for access in ("ld", "st"):
        wide = re.findall(rf"\b{access}\.global\.v(\d)\.b(\d+)", code)
        assert len(wide) == len(re.findall(rf"\b{access}\.global\.[vb]", code)) - (
            code.count("ld.global.b64") if access == "ld" else 0
        )  # a token's position alone is not one of a vector
        assert all(int(n) * int(bits) == 128 for n, bits in wide)
        assert len(wide) >= vectors
    assert "fma." not in code
    # a row of angles is brought to the threads that need it before the loop over heads
    graph = built.asm["ttgir"]
    loops = re.findall(r"scf\.for .*?\n(.*?)\n    \}", graph, flags=re.DOTALL)
    assert len(loops) == 2
    assert not any(re.search(r"convert_layout.*f32", loop) for loop in loops)


def test_machine_code_for_hopper() -> None:
    check_machine_code(machine_code("half", "bf16", 16, 4, 90), 16)


@pytest.mark.slow
@pytest.mark.parametrize("capability", [80, 90, 100])
@pytest.mark.parametrize(
    ("layout", "dtype", "tokens", "heads"),
    [
        ("half", "fp32", 8, 4),
        ("half", "fp16", 1, 4),
        ("interleaved", "bf16", 8, 8),
        ("interleaved", "fp32", 4, 8),
        ("interleaved-to-half", "bf16", 8, 8),
    ],
)
def test_machine_code(
    layout: str, dtype: str, tokens: int, heads: int, capability: int
) -> None:
    check_machine_code(machine_code(layout, dtype, tokens, heads, capability), 2)


@pytest.mark.slow
def test_float64_compiles_too() -> None:
    built = machine_code("half", "fp64", 8, 4, 90, TABLE="wide", BITS=7)
    assert "fma." not in built.asm["ptx"]
    assert "0d41A0000002000000" in built.asm["ptx"].replace("0D", "0d")  # 2**27 + 1, whole


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"KIND": 0},
        {"KIND": 2},
        {"AXES": 3},
        {"TABLE": "rows"},
        {"DENSE": False},
        {"PASSED": ((128, 160), (160, 163))},
        {"SEGMENTS": ((0, 40, 0, 40, 0, 40, False, False),
                      (40, 24, 80, 104, 80, 104, False, False))},
    ],
)  # fmt: skip
def test_every_variant_compiles(changes: dict[str, Any]) -> None:
    built = machine_code("half", "bf16", 16, 4, 90, **changes)
    assert "fma." not in built.asm["ptx"]
    assert built.asm["cubin"]


def test_tables_hold_every_position() -> None:
    from ropespec.reference.torch.triton_kernel.whole_tables import (
        WIDE_BITS,
        every_digit,
        narrow_table,
        wide_table,
    )

    config = RotaryConfig(6, attention_factor=1.25, sign=-1)
    digits = every_digit(WIDE_BITS)
    wide, narrow = wide_table(config), narrow_table(plan_of(config).tables.config)
    assert digits[-1] == 2**63
    assert wide.shape == (1 + digits.size, 12)
    assert wide[0, 0] == 1.25
    assert narrow.shape == (7 * 512 + 2, 6)
    (cos, low), _ = double_phases(np.uint64(2**63), config)
    assert wide[-1, :3].tolist() == cos.tolist()
    assert wide[-1, 3:6].tolist() == low.tolist()
    assert narrow[-1, :3].tolist() == cos.tolist()
    for shape in (RotaryConfig(128), RotaryConfig(128, layout="half", base=5e5)):
        assert narrow_table(shape).nbytes < 5e6


@pytest.fixture
def kernel_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the kernel be chosen for the CPU, and fail when it is launched."""

    def launch(*_: Any) -> None:
        raise OSError("no such driver\nand more")

    class CapturingError(Exception):
        pass

    module = SimpleNamespace(
        launch=launch,
        can_launch=lambda *_: True,
        Where=lambda *given: given,
        CapturingError=CapturingError,
    )
    monkeypatch.setattr(choosing, "_loaded", module)
    monkeypatch.setattr(choosing, "_failure", "")
    for name, value in INTERPRETER.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("kernel_that_fails")
def test_plain_torch_does_it_where_the_kernel_fails() -> None:
    config = RotaryConfig(8)
    x = torch.randn(1, 2, 3, 8, dtype=torch.float64)
    with pytest.warns(RuntimeWarning, match="plain torch is: OSError: no such driver$"):
        first = rotate(x, x, 5, config)[0]
    again = rotate(x, x, 5, config)[0]  # said once
    assert torch.equal(first, again)
    assert choosing.failure() == "OSError: no such driver"
    assert choosing.status().startswith("failed: OSError")
    assert not choosing.takes(x)


def test_without_a_gpu_it_is_not_chosen() -> None:
    x = torch.zeros(1, 1, 1, 2)
    assert not choosing.takes(x)
    assert not choosing.takes(x.to("meta"))
    assert choosing.status() in ("no GPU", "ready", "off (ROPESPEC_TORCH_KERNEL)")
