"""Multi-head, grouped and linear attention: against torch's modules and naive loops."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import InputError, RotaryConfig, forms
from ropespec.reference.arrays import FloatArray
from ropespec.reference.attention import (
    Affine,
    Projections,
    causal_mask,
    elu_plus_one,
    linear_attention,
    multi_head,
)


def normal(seed: int, *shape: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape)


def projections(width: int, heads: int, kv_heads: int, head_dim: int) -> Projections:
    def affine(seed: int, rows: int, columns: int) -> Affine:
        return Affine(normal(seed, rows, columns), normal(seed + 9, columns))

    return Projections(
        affine(1, width, heads * head_dim),
        affine(2, width, kv_heads * head_dim),
        affine(3, width, kv_heads * head_dim),
        affine(4, heads * head_dim, width),
    )


def torch_module(given: Projections, width: int, heads: int) -> torch.nn.MultiheadAttention:
    module = torch.nn.MultiheadAttention(width, heads, batch_first=True, dtype=torch.float64)
    layers = (given.query, given.key, given.value)
    with torch.no_grad():
        stacked = np.concatenate([layer.weight.T for layer in layers])
        module.in_proj_weight.copy_(torch.from_numpy(stacked))
        biases: list[Any] = [layer.bias for layer in layers]
        module.in_proj_bias.copy_(torch.from_numpy(np.concatenate(biases)))
        module.out_proj.weight.copy_(torch.from_numpy(given.output.weight.T.copy()))
        module.out_proj.bias.copy_(torch.as_tensor(given.output.bias))
    return module


@pytest.mark.parametrize(("heads", "crossed", "causal"), [
    (1, False, False), (2, False, True), (3, True, False), (6, False, False),
])  # fmt: skip
def test_multi_head_is_torchs(heads: int, crossed: bool, causal: bool) -> None:
    width = 12
    given = projections(width, heads, heads, width // heads)
    x, context = normal(5, 2, 4, width), normal(6, 2, 7, width) if crossed else None
    mask = causal_mask(4) if causal else None
    steps = multi_head(x, given, heads, context=context, mask=mask)
    source = torch.from_numpy(x if context is None else context)
    expected, weights = torch_module(given, width, heads)(
        torch.from_numpy(x), source, source,
        attn_mask=None if mask is None else torch.from_numpy(~mask), average_attn_weights=False,
    )  # fmt: skip
    np.testing.assert_allclose(steps.output, expected.detach().numpy(), rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        steps.attention.weights, weights.detach().numpy(), rtol=0, atol=1e-12
    )


def test_grouped_heads_are_torchs() -> None:
    given = projections(8, 6, 2, 4)
    x = normal(5, 3, 5, 8)
    steps = multi_head(x, given, 6, kv_heads=2)
    expected = torch.nn.functional.scaled_dot_product_attention(
        torch.from_numpy(steps.query),
        torch.from_numpy(steps.key),
        torch.from_numpy(steps.value),
        enable_gqa=True,
    )
    np.testing.assert_allclose(steps.attention.output, expected.numpy(), rtol=0, atol=1e-12)


def test_rotary_turns_queries_and_keys_only() -> None:
    """Also after the projection: the turned queries are R_m (W x), by the matrix form."""
    given, config = projections(8, 2, 1, 4), RotaryConfig(4, layout="half")
    positions = [[3, 7, 11]]
    steps = multi_head(
        normal(5, 1, 3, 8), given, 2, kv_heads=1, rotary=config, positions=positions
    )
    for plain, turned in (
        (steps.query, steps.turned_query), (steps.key, steps.turned_key),
    ):  # fmt: skip
        assert turned is not None
        expected = forms.apply_matrix(plain, positions, config)
        np.testing.assert_allclose(turned, expected, rtol=0, atol=1e-13)
    weights = steps.attention.weights
    np.testing.assert_allclose(
        steps.attention.output, weights @ steps.value, rtol=0, atol=1e-13
    )


@given(st.integers(-(10**6), 10**6))
def test_only_differences_of_positions_count(shift: int) -> None:
    """C1: the output of attention with RoPE keeps when all positions move."""
    given, config = projections(8, 2, 2, 4), RotaryConfig(4)
    x, positions = normal(5, 1, 4, 8), np.array([[0, 1, 5, 9]])
    mask = causal_mask(4)
    here = multi_head(x, given, 2, mask=mask, rotary=config, positions=positions)
    there = multi_head(x, given, 2, mask=mask, rotary=config, positions=positions + shift)
    np.testing.assert_allclose(here.output, there.output, rtol=0, atol=1e-11)


def test_without_positions_order_is_lost() -> None:
    """C6: permuted tokens come out permuted, and RoPE breaks that."""
    given, config = projections(8, 2, 2, 4), RotaryConfig(4)
    x, order = normal(5, 1, 4, 8), [2, 0, 3, 1]
    plain = multi_head(x, given, 2).output
    np.testing.assert_allclose(
        multi_head(x[:, order], given, 2).output, plain[:, order], rtol=0, atol=1e-12
    )
    turned = multi_head(x, given, 2, rotary=config).output
    moved = multi_head(x[:, order], given, 2, rotary=config).output
    assert np.abs(moved - turned[:, order]).max() > 0.01


def test_rotary_between_two_sequences_is_refused() -> None:
    given = projections(8, 2, 2, 4)
    x = normal(5, 1, 4, 8)
    with pytest.raises(InputError, match="rotary: got a configuration together with a context"):
        multi_head(x, given, 2, context=x, rotary=RotaryConfig(4))


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("rotary", [None, RotaryConfig(4), RotaryConfig(4, layout="half")])
def test_linear_attention_is_equation_19(rotary: RotaryConfig | None, causal: bool) -> None:
    q, k, v = normal(0, 2, 3, 5, 4), normal(1, 2, 3, 5, 4), normal(2, 2, 3, 5, 6)
    ours = linear_attention(q, k, v, rotary=rotary, causal=causal)
    for batch in range(2):
        for head in range(3):
            for m in range(5):
                above, below = np.zeros(6), 0.0
                for n in range(m + 1 if causal else 5):
                    phi_q, phi_k = (
                        elu_plus_one(q[batch, head, m]),
                        elu_plus_one(k[batch, head, n]),
                    )
                    below += float(phi_q @ phi_k)
                    if rotary is not None:
                        phi_q = forms.rotation_matrix(m, rotary) @ phi_q
                        phi_k = forms.rotation_matrix(n, rotary) @ phi_k
                    above += float(phi_q @ phi_k) * v[batch, head, n]
                np.testing.assert_allclose(
                    ours[batch, head, m], above / below, rtol=0, atol=1e-13
                )


def test_feature_map_is_torchs() -> None:
    x = np.array([-800.0, -3.0, -1e-20, 0.0, 2.0, 800.0])
    expected = torch.nn.functional.elu(torch.from_numpy(x)) + 1
    np.testing.assert_allclose(elu_plus_one(x), expected.numpy(), rtol=0, atol=1e-15)
