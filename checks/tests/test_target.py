"""Targets are found, called on fresh arrays, and what is wrong with them is one line."""

# ruff: noqa: ARG001, ARG005 - a target takes what the signature says, needed or not

import sys

import numpy as np
import pytest
import torch

from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.observation import Case
from ropespec.checks.target import Claims, find_function, load, smoke
from ropespec.reference import ConfigError, RotaryConfig

CONFIG = RotaryConfig(head_dim=8)
SOURCE = """
import numpy as np
import sys

def apply(x, positions):
    return 2 * x

class Rope:
    def __call__(self, x, positions):
        return 3 * x
    def method(self, x, positions):
        return 4 * x

class Needs:
    def __init__(self, width):
        pass

rope = Rope()
number = 3
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a module to be checked, which is the current one."""
    (tmp_path / "target_in_a_file.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*sys.path])
    return tmp_path


def case(dtype="float32", *, keys=False, batch=2, heads=3, seq=5, key_heads=3):
    rng = np.random.default_rng(0)
    q = rng.integers(-8, 8, (batch, heads, seq, 8)).astype(np.float64)
    k = rng.integers(-8, 8, (batch, key_heads, seq, 8)).astype(np.float64)
    return Case("a case", q, k if keys else None, np.zeros((batch, seq), np.int64), dtype)


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("target_in_a_file.py:apply", 2),
        ("target_in_a_file:apply", 2),
        ("target_in_a_file.py:Rope", 3),
        ("target_in_a_file.py:rope", 3),
        ("target_in_a_file.py:rope.method", 4),
    ],
)
def test_functions_classes_and_objects_are_found(here, name, times):
    found = find_function(name)
    assert found.name == name
    assert found.function(1, None) == times


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("target_in_a_file.py:aply", "no attribute 'aply'; did you mean 'apply'?"),
        ("target_in_a_fil.py:apply", "no file 'target_in_a_fil.py'; did you mean 'target_in_"),
        ("no_such_module:apply", "there is no module 'no_such_module'"),
        ("target_in_a_file.py", "expected module:attr or path/file.py:attr"),
        ("target_in_a_file.py:", "for example target_in_a_file.py:apply"),
        ("target_in_a_file.py:number", "is a 'int' object and cannot be called"),
        ("target_in_a_file.py:Needs", "cannot be made without arguments"),
        ("broken.py:apply", "syntax error in broken.py, line 1"),
        ("missing.py:apply", "No module named 'not_installed_anywhere'"),
        ("leaving.py:apply", "does not import: SystemExit: 3"),
    ],
)
def test_what_cannot_be_found_is_said_in_one_line(here, name, words):
    (here / "broken.py").write_text("def f(:", encoding="utf-8")
    (here / "missing.py").write_text("import not_installed_anywhere", encoding="utf-8")
    (here / "leaving.py").write_text("import sys; sys.exit(3)", encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        find_function(name)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_numpy_target_gets_fresh_arrays_of_the_dtype_and_int64_positions():
    seen = []

    def target(x, positions):
        seen.append((x, positions))
        return x

    given = case("float16")
    outcome = load(target, dtypes=["float16"]).call(given)
    x, positions = seen[0]
    assert (x.dtype, x.shape) == (np.float16, (2, 3, 5, 8))
    assert (positions.dtype, positions.shape) == (np.int64, (2, 5))
    assert x.flags.c_contiguous
    assert np.array_equal(outcome.q, given.q)
    assert outcome.k is None
    assert outcome.lost == outcome.changed == ()


@pytest.mark.parametrize("dtype", ["float64", "float32", "bfloat16", "float16"])
def test_a_torch_target_gets_tensors_and_their_values_come_back_widened(dtype):
    def target(q, k, positions):
        assert q.dtype == k.dtype == getattr(torch, dtype)
        assert positions.dtype == torch.int64
        assert k.shape[1] == 1
        return 2 * q, 4 * k

    given = case(dtype, keys=True, key_heads=1)
    outcome = load(target, framework="torch", signature="qk", dtypes=[dtype]).call(given)
    assert np.array_equal(outcome.q, 2 * given.q)
    assert np.array_equal(outcome.k, 4 * given.k)
    assert outcome.q.dtype == outcome.k.dtype == np.float64


def test_the_other_axis_order_is_hidden():
    def target(x, positions):
        assert x.shape == (2, 5, 3, 8)
        return x * np.arange(5)[:, None, None]

    given = case()
    outcome = load(target, axes="bshd").call(given)
    assert np.array_equal(outcome.q, given.q * np.arange(5)[:, None])


def test_inplace_takes_the_input_as_the_result():
    def silent(x, positions):
        x *= 2

    def returning(x, positions):
        x *= 2
        return x

    def lying(x, positions):
        return 2 * x

    given = case()
    for target in (silent, returning):
        outcome = load(target, inplace=True).call(given)
        assert np.array_equal(outcome.q, 2 * given.q)
        assert outcome.changed == ()
    fault = load(lying, inplace=True).call(given).fault
    assert "leave --inplace out" in str(fault)


def test_changed_inputs_and_lost_dtypes_are_noted():
    def target(q, k, positions):
        positions += 1
        k[..., 0] = np.nan
        return q, k.astype(np.float64)

    outcome = load(target, signature="qk").call(case(keys=True))
    assert outcome.changed == ("k", "positions")
    assert outcome.lost == ("k came in as float32 and went out as float64",)


def test_without_a_gradient_none_is_recorded():
    def target(x, positions):
        assert torch.is_grad_enabled() is expected
        return x

    for expected in (True, False):
        target_of = load(target, framework="torch", gradient=expected)
        assert target_of.call(case()).fault is None


@pytest.mark.parametrize(
    ("result", "kind", "words"),
    [
        (lambda x: None, "returned-none", "returned None, expected a NumPy array; return the"),
        (lambda x: x.tolist(), "wrong-count", "returned a list of 2, expected one NumPy array"),
        (lambda x: (x, x), "wrong-count", "pass --signature qk"),
        (lambda x: 3.0, "wrong-type", "as builtins.float, expected a NumPy array"),
        (lambda x: torch.zeros(x.shape), "wrong-type", "pass another --framework"),
        (lambda x: x.astype(complex), "wrong-type", "in complex128, expected float32"),
        (lambda x: x > 0, "wrong-type", "in bool, expected float32"),
        (lambda x: x[..., :6], "wrong-shape", "in shape (2, 3, 5, 6), expected (2, 3, 5, 8)"),
        (lambda x: x[:1], "wrong-shape", "in shape (1, 3, 5, 8), expected (2, 3, 5, 8)"),
        (lambda x: 1 / 0, "raised", "raised ZeroDivisionError: division by zero"),
        (lambda x: sys.exit(0), "raised", "raised SystemExit"),
    ],
)
def test_what_is_no_rotated_array_is_a_fault(result, kind, words):
    target = load(lambda x, positions: result(x))
    fault = target.call(case()).fault
    assert isinstance(fault, TargetRaised)
    assert fault.kind == kind
    assert words in str(fault)
    with pytest.raises(TargetError) as caught:
        smoke(target, CONFIG)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pair_is_expected_for_the_signature_qk():
    one = load(lambda q, k, positions: q, signature="qk").call(case(keys=True)).fault
    assert "expected a tuple (q', k')" in str(one)
    three = load(lambda q, k, positions: (q, k, k), signature="qk").call(case(keys=True)).fault
    assert "returned a tuple of 3" in str(three)


@pytest.mark.parametrize(
    ("function", "signature", "words"),
    [
        (lambda x: x, "x", "takes (x), expected (x, positions) for signature 'x'"),
        (lambda q, k, positions: (q, k), "x", "pass --signature qk, or wrap it"),
        (lambda: lambda x, positions: x, "x", "takes (), expected (x, positions)"),
        (lambda: lambda x, positions: x, "x", "makes what is to be called, pass --factory"),
        (lambda x, *, positions=0: x, "x", "takes (x, *, positions), expected (x, positions)"),
        (lambda x, positions: x, "qk", "pass --signature x"),
    ],
)
def test_wrong_arguments_are_named_before_the_call(function, signature, words):
    with pytest.raises(TargetError) as caught:
        smoke(load(function, signature=signature), CONFIG)
    assert words in str(caught.value)


def test_a_module_is_asked_for_the_arguments_of_its_forward():
    class Rope(torch.nn.Module):
        def forward(self, x):
            return x

    with pytest.raises(TargetError, match=r"takes \(x\), expected \(x, positions\)"):
        smoke(load(Rope, framework="torch"), CONFIG)


def test_smoke_stays_within_the_claimed_end():
    def target(x, positions):
        assert positions.max() <= 1
        return x

    smoke(load(target, max_position=1), CONFIG)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"framework": "jax", "inplace": True}, "JAX arrays cannot be written over"),
        ({"framework": "nunpy"}, "did you mean 'numpy'?"),
        ({"signature": "kq"}, "expected one of x, qk"),
        ({"axes": "sbhd"}, "expected one of bhsd, bshd"),
        ({"dtypes": ["float8"]}, "expected one of float64, float32, float16, bfloat16"),
        ({"max_position": -1}, "at least 0"),
        ({"max_position": 2**62}, "below 2**62"),
    ],
)
def test_claims_that_cannot_be_made_are_refused(claims, words):
    with pytest.raises(ConfigError) as caught:
        Claims.of(**claims)
    assert words in str(caught.value)


def test_dtypes_are_put_in_order_and_named_once():
    claims = Claims.of("torch", dtypes=["bfloat16", "float32", "bfloat16"])
    assert claims.dtypes == ("float32", "bfloat16")
    assert claims.options() == {"framework": "torch", "dtypes": ("float32", "bfloat16")}


def test_rotate_hides_the_signature_and_raises_what_the_target_did():
    x, positions = np.ones((1, 1, 1, 8)), np.zeros((1, 1), np.int64)
    both = load(lambda q, k, p: (2 * q, 3 * k), signature="qk")
    assert both.roles == ("query", "key")
    assert (both.rotate(x, positions, "float32") == 2).all()
    assert (both.rotate(x, positions, "float32", "key") == 3).all()
    with pytest.raises(ValueError, match="has no key"):
        load(lambda x, p: x).rotate(x, positions, "float32", "key")
    with pytest.raises(TargetRaised, match="raised ValueError: no"):
        load(_refusing).rotate(x, positions, "float32")


def _refusing(x, positions):
    raise ValueError("no")
