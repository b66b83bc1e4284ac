"""Torch's ways to run a target, its second derivatives, and what is noticed of a call."""

# ruff: noqa: ARG001, ARG004 - a target takes what the signature says, needed or not

import os
import random

import numpy as np
import pytest
import torch

from ropespec.checks.observation import Case
from ropespec.checks.target import load
from ropespec.reference import RotaryConfig, oracle

CONFIG = RotaryConfig(head_dim=6, base=100.0, layout="half")


def rotate(q, k, positions):
    """A rotation in the format of its input, halves paired."""
    angles = positions[:, None, :, None] * 100.0 ** (-torch.arange(3) / 3)
    cos, sin = angles.cos().to(q.dtype), angles.sin().to(q.dtype)

    def turned(x):
        first, second = x.chunk(2, dim=-1)
        return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1)

    return turned(q), turned(k)


def case(path="eager", dtype="float32"):
    rng = np.random.default_rng(0)
    q = rng.integers(-8, 8, (2, 3, 5, 6)).astype(np.float64)
    k = rng.integers(-8, 8, (2, 1, 5, 6)).astype(np.float64)
    positions = np.array([[0, 1, 2, 30, 4], [9, 8, 7, 6, 5]])
    return Case("a case", q, k, positions, dtype, path=path)


def target(function=rotate, **claims):
    return load(function, framework="torch", signature="qk", **claims)


@pytest.mark.parametrize(
    "path",
    [
        "eager",
        pytest.param("compiled", marks=pytest.mark.slow),
        "exported",
        "vmap",
        "autocast",
        "no-grad",
    ],
)
def test_every_path_rotates(path):
    given = case(path)
    assert path in target().paths
    outcome = target().call(given)
    assert outcome.fault is None
    assert outcome.altered == ()
    for got, values in ((outcome.q, given.q), (outcome.k, given.k)):
        truth = oracle.rotate(values, given.positions, CONFIG)
        assert np.abs(got - truth).max() < 1e-4


def test_paths_run_what_they_say():
    seen = []

    def looking(q, k, positions):
        seen.append((torch.is_grad_enabled(), torch.is_autocast_enabled("cpu"), q.shape[0]))
        return q.clone(), k.clone()

    for path in ("eager", "no-grad", "autocast"):
        assert target(looking).call(case(path)).fault is None
    assert seen == [(True, False, 2), (False, False, 2), (True, True, 2)]
    target(looking).call(case("vmap"))
    assert seen[-1][2] == 1


@pytest.mark.parametrize("path", ["exported", "vmap"])
def test_what_cannot_be_traced_is_no_path(path):
    def branching(q, k, positions):
        return (q.clone(), k.clone()) if positions.max().item() > 3 else (k, q)

    assert target(branching).call(case()).fault is None
    fault = target(branching).call(case(path)).fault
    assert fault.kind == "path-unavailable"
    assert f"it cannot be run as {path}" in str(fault)
    assert "\n" not in str(fault)


def test_paths_that_say_nothing_new_are_left_out():
    assert "no-grad" not in target(gradient=False).paths
    assert "vmap" not in target(inplace=True).paths
    assert load(max).paths == ("eager",)


def test_the_derivative_of_the_gradient_is_the_rotation():
    given, tangent = case(), case()
    there = target().push_forward(given, tangent)
    assert there.fault is None
    truth = oracle.rotate(tangent.k, given.positions, CONFIG)
    assert np.abs(there.k - truth).max() < 1e-5


def test_a_backward_pass_that_cannot_be_differentiated_is_a_fault():
    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x.clone()

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, upstream):
            return upstream

    def once(q, k, positions):
        return Once.apply(q), Once.apply(k)

    assert target(once).pull_back(case(), case()).fault is None
    fault = target(once).push_forward(case(), case()).fault
    assert fault.kind in ("raised", "no-gradient")


def test_gradients_of_reordered_outputs_go_back_to_their_places():
    order = (3, 4, 5, 0, 1, 2)
    given = case()
    plain = target().pull_back(given, given)
    swapped = Case(
        "upstream", given.q[..., order], given.k[..., order], given.positions, "float32"
    )
    again = target().reordered(order).pull_back(given, swapped)
    assert np.array_equal(again.q, plain.q)


def test_differentiating_twice_is_no_change_that_a_target_is_blamed_for():
    def scaled(x, positions):
        return 2 * x

    own = load(scaled, framework="torch", signature="x")
    one = Case("one", case().q, None, case().positions, "float32")
    before = torch.get_rng_state()
    assert own.pull_back(one, one).altered == ()
    assert own.push_forward(one, one).altered == ()
    assert torch.equal(torch.get_rng_state(), before)


def test_global_state_is_noticed_and_put_back():
    def meddling(q, k, positions):
        print("a remark")  # noqa: T201 - that is what is noticed
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.manual_seed(3)
        torch.set_float32_matmul_precision("medium")
        random.seed(3)
        os.environ["ROPESPEC_TEST"] = "1"
        return q.clone(), k.clone()

    found = target(meddling)
    outcome = found.call(case())
    assert outcome.printed == "a remark\n"
    assert set(outcome.altered) == {
        "the random state of random",
        "the environment",
        "torch's default dtype",
        "torch's gradient mode",
        "torch's random state",
        "torch's matmul precision",
    }
    assert torch.get_default_dtype() == torch.float32
    assert torch.is_grad_enabled()
    assert torch.initial_seed() == 3  # put back, it would hide who depends on it
    assert "ROPESPEC_TEST" not in os.environ
    said = found.notices.sentences()
    assert said[0] == (
        "it printed something in 1 call, first 'a remark'; expected a rotation to stay quiet"
    )
    assert len(said) == 7
