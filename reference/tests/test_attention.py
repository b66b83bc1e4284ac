"""Softmax, masks, dot-product attention: against torch, naive loops, and by hand."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import InputError
from ropespec.reference.arrays import FloatArray
from ropespec.reference.attention import (
    Affine,
    causal_mask,
    join_heads,
    repeat_groups,
    scaled_dot_product,
    softmax,
    split_heads,
)

SIZES = st.integers(1, 5)


def normal(seed: int, *shape: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape)


def naive(q: FloatArray, k: FloatArray, v: FloatArray, mask: Any) -> FloatArray:
    """Eq. 1 of Vaswani et al. for one head, one number at a time."""
    rows = []
    for m in range(len(q)):
        seen = [n for n in range(len(k)) if mask[m, n]]
        powers = [math.exp(float(q[m] @ k[n]) / math.sqrt(q.shape[1])) for n in seen]
        whole = math.fsum(powers)
        rows.append(sum(p / whole * v[n] for p, n in zip(powers, seen, strict=True)))
    return np.array(rows)


@given(SIZES, SIZES, SIZES, SIZES, st.integers(0, 99))
def test_dot_product_is_equation_1(
    queries: int, extra: int, head_dim: int, value_dim: int, seed: int
) -> None:
    keys = queries + extra - 1
    q, k = normal(seed, queries, head_dim), normal(seed + 1, keys, head_dim)
    v = normal(seed + 2, keys, value_dim)
    mask = causal_mask(queries, keys)
    steps = scaled_dot_product(q, k, v, mask=mask)
    np.testing.assert_allclose(steps.output, naive(q, k, v, mask), rtol=0, atol=1e-13)
    np.testing.assert_allclose(steps.weights.sum(-1), 1, rtol=0, atol=1e-14)
    assert (steps.weights[~mask] == 0).all()


@pytest.mark.parametrize("causal", [False, True])
def test_dot_product_is_torchs(causal: bool) -> None:
    q, k, v = (normal(seed, 2, 3, 5, 4) for seed in range(3))
    expected = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(q), torch.from_numpy(k), torch.from_numpy(v), is_causal=causal
    )
    mask = causal_mask(5) if causal else None
    ours = scaled_dot_product(q, k, v, mask=mask).output
    np.testing.assert_allclose(ours, expected.numpy(), rtol=0, atol=1e-12)


def test_bias_and_scale_are_torchs() -> None:
    q, k, v, bias = normal(0, 2, 5, 4), normal(1, 2, 6, 4), normal(2, 2, 6, 3), normal(3, 5, 6)
    expected = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(q),
        torch.from_numpy(k),
        torch.from_numpy(v),
        torch.from_numpy(bias),
        scale=0.3,
    )
    ours = scaled_dot_product(q, k, v, bias=bias, scale=0.3).output
    np.testing.assert_allclose(ours, expected.numpy(), rtol=0, atol=1e-12)


@given(st.integers(1, 6), st.floats(-1e300, 1e300))
def test_softmax_forgets_a_common_shift(size: int, shift: float) -> None:
    whole = np.arange(size, dtype=np.float64)
    np.testing.assert_allclose(softmax(whole + shift).sum(), 1, atol=1e-15)
    np.testing.assert_array_equal(softmax(np.full(size, shift)), np.full(size, 1 / size))


def test_causal_mask_has_the_cache_before_the_queries() -> None:
    whole = causal_mask(7)
    np.testing.assert_array_equal(causal_mask(2, 7), whole[-2:])


def test_heads_split_and_join() -> None:
    x = normal(0, 2, 3, 12)
    heads = split_heads(x, 4)
    np.testing.assert_array_equal(heads[1, 2, 0], x[1, 0, 6:9])
    np.testing.assert_array_equal(join_heads(heads), x)


def test_groups_are_neighbours() -> None:
    x = normal(0, 1, 2, 3, 4)
    repeated = repeat_groups(x, 6)
    for head in range(6):
        np.testing.assert_array_equal(repeated[:, head], x[:, head // 3])


BAD: dict[str, tuple[Any, str]] = {
    "mask of the wrong shape": (
        lambda: scaled_dot_product(*(np.ones((2, 3, 4)),) * 3, mask=np.ones((3, 4), bool)),
        r"mask: got shape \(3, 4\), expected \(queries, keys\) = \(3, 3\), .* \(2,\)",
    ),
    "mask with heads that do not fit": (
        lambda: scaled_dot_product(*(np.ones((2, 3, 4)),) * 3, mask=np.ones((5, 3, 3), bool)),
        r"mask: got shape \(5, 3, 3\)",
    ),
    "mask with too many dimensions": (
        lambda: scaled_dot_product(*(np.ones((3, 4)),) * 3, mask=np.ones((1, 3, 3), bool)),
        r"mask: got shape \(1, 3, 3\)",
    ),
    "mask of numbers": (
        lambda: scaled_dot_product(*(np.ones((3, 4)),) * 3, mask=np.zeros((3, 3))),
        "mask: got dtype float64, expected True where a query may look",
    ),
    "a query that may look nowhere": (
        lambda: scaled_dot_product(*(np.ones((2, 4)),) * 3, mask=np.zeros((2, 2), bool)),
        "scores: got a row with nothing but minus infinity",
    ),
    "no keys": (lambda: softmax(np.ones((2, 0))), "scores: got a row with nothing"),
    "head_dim of q and k": (
        lambda: scaled_dot_product(np.ones((2, 4)), np.ones((2, 6)), np.ones((2, 4))),
        "k: got head_dim 6, expected that of q, 4",
    ),
    "rows of v": (
        lambda: scaled_dot_product(np.ones((2, 4)), np.ones((2, 4)), np.ones((3, 4))),
        "v: got 3 rows, expected one for each key, 2",
    ),
    "fewer keys than queries": (lambda: causal_mask(3, 2), "keys: got 2, expected at least"),
    "width that heads do not share out": (
        lambda: split_heads(np.ones((1, 2, 7)), 2),
        r"x: got shape \(1, 2, 7\), expected .* 2 heads share out",
    ),
    "groups": (
        lambda: repeat_groups(np.ones((1, 2, 3, 4)), 3),
        "heads: got 3, expected a multiple of kv_heads = 2",
    ),
    "layer of another width": (
        lambda: Affine(np.ones((4, 2)))(np.ones((3, 5))),
        r"x: got shape \(3, 5\), expected \(\.\.\., 4\)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises(InputError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
