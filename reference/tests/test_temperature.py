"""Factors on the queries, against the published formulas and transformers."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError
from ropespec.reference import temperature as t


@given(st.integers(0, 2**40))
def test_formulas_one_by_one(p: int) -> None:
    assert math.isclose(t.llama4(p), 1 + 0.1 * math.log(1 + (p + 1) // 8192), rel_tol=1e-15)
    assert math.isclose(t.ministral(p, 16384), 1 + 0.1 * math.log(1 + p // 16384))
    assert math.isclose(t.log_n(p, 2048), max(1.0, math.log(p + 1, 2048)), rel_tol=1e-15)
    assert math.isclose(t.floored_log(p, 0.2, 100), 1 + 0.2 * math.log(max(1, (p + 1) / 100)))
    assert math.isclose(t.scalable_softmax(p + 1, 0.43), 0.43 * math.log(p + 1))


def test_where_the_conventions_differ() -> None:
    """The one token by which Llama 4 and Ministral disagree, and Qwen 1's first change."""
    places = np.array([8190, 8191, 8192])
    step = 1 + 0.1 * math.log(2)
    np.testing.assert_allclose(t.llama4(places), [1, step, step], rtol=1e-15)
    np.testing.assert_allclose(t.ministral(places, 8192), [1, 1, step], rtol=1e-15)
    assert t.log_n([2047, 2048], 2048)[0] == 1
    assert t.log_n([2047, 2048], 2048)[1] > 1


def test_ministral_as_the_library() -> None:
    module = pytest.importorskip("transformers.models.ministral3.modeling_ministral3")
    positions = np.array([[0, 1, 16383, 16384, 100000, 262143]])
    theirs = module.get_llama_4_attn_scale(torch.tensor(positions), 0.1, 16384)
    ours = t.ministral(positions, 16384)
    np.testing.assert_allclose(ours, theirs[:, 0, :, 0].double().numpy(), rtol=2e-7)


def test_llama4_in_float32_is_the_librarys_formula() -> None:
    positions = torch.arange(0, 40000, 997)
    theirs = torch.log1p(torch.floor((positions.float() + 1.0) / 8192)) * 0.1 + 1.0
    np.testing.assert_allclose(t.llama4(positions.numpy()), theirs.double().numpy(), rtol=2e-7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: t.llama4(0, attn_scale=0.0), "attn_scale: got 0.0"),
        (lambda: t.llama4(0, floor_scale=0), "floor_scale: got 0"),
        (lambda: t.llama4(0, floor_scale=8192.0), "floor_scale: got 8192.0"),  # type: ignore[arg-type]
        (lambda: t.ministral(0, 0), "trained: got 0"),
        (lambda: t.ministral(0, 8192, beta=float("nan")), "beta: got nan"),
        (lambda: t.log_n(0, 1), "trained: got 1, expected a whole number of at least 2"),
        (lambda: t.floored_log(0, -1.0, 5), "alpha: got -1.0"),
        (lambda: t.floored_log(0, 1.0, 0), "floor: got 0"),
        (lambda: t.stepped(0, 0.1, 8192, -1), "offset: got -1"),
    ],
)
def test_wrong_values_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("position", [-1, 0.5, True])
def test_positions_that_are_none(position: Any) -> None:
    with pytest.raises(InputError, match="positions: got"):
        t.llama4([position])
