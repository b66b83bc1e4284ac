"""Heads of which a part turns, and turning back."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError, RotaryConfig, oracle
from ropespec.reference.split_heads import (
    joined_keys,
    joined_queries,
    rotate_back,
    split_config,
)
from ropespec.reference.strategies import arranged_configs, configs


@pytest.mark.parametrize("layout", ["interleaved", "half", "interleaved-to-half"])
@pytest.mark.parametrize("rope_first", [False, True])
def test_a_split_head_is_a_head_whose_end_turns(layout: str, rope_first: bool) -> None:
    rope = RotaryConfig(6, layout=layout)
    head = split_config(4, rope, rope_first=rope_first)
    np.testing.assert_array_equal(head.inv_freq(), rope.inv_freq())
    random = np.random.default_rng(0)
    nope, turning = random.standard_normal((1, 2, 3, 4)), random.standard_normal((1, 2, 3, 6))
    positions = [[0, 1, 70000]]
    joined = joined_queries(nope, turning, positions, rope)
    order = (turning, nope) if rope_first else (nope, turning)
    whole = oracle.rotate(np.concatenate(order, axis=-1), positions, head)
    expected = np.concatenate((whole[..., 6:], whole[..., :6]), -1) if rope_first else whole
    np.testing.assert_array_equal(joined, expected)


def test_one_rotary_key_for_all_heads() -> None:
    """Scores are the sum of a part without positions and one with, and shift together."""
    rope = RotaryConfig(8, layout="interleaved-to-half")
    random = np.random.default_rng(1)
    q_nope, k_nope = random.standard_normal((2, 2, 5, 3, 4))
    q_rope, k_rope = random.standard_normal((2, 5, 3, 8)), random.standard_normal((2, 1, 3, 8))

    def scores(start: int) -> Any:
        at = np.arange(start, start + 3)[np.newaxis]
        q = joined_queries(q_nope, q_rope, at, rope)
        k = joined_keys(k_nope, k_rope, at, rope)
        assert k.shape == (2, 5, 3, 12)
        return q @ k.swapaxes(-1, -2)

    plain = oracle.rotate(q_rope, [[0, 1, 2]], rope) @ oracle.rotate(
        k_rope, [[0, 1, 2]], rope
    ).swapaxes(-1, -2)
    expected = q_nope @ k_nope.swapaxes(-1, -2) + plain
    np.testing.assert_allclose(scores(0), expected, atol=1e-13)
    np.testing.assert_allclose(scores(10**12), expected, atol=1e-13)


@given(configs(max_head_dim=16) | arranged_configs(), st.integers(0, 2**32))
def test_turning_back_is_the_inverse(config: RotaryConfig, seed: int) -> None:
    random = np.random.default_rng(seed)
    x = random.standard_normal((2, 3, 4, config.head_dim))
    axes = (len(config.axes),) if config.axes else ()
    positions = random.integers(-(2**62), 2**62, (2, 4, *axes))
    turned = oracle.rotate(x, positions, config)
    np.testing.assert_allclose(rotate_back(turned, positions, config), x, atol=1e-14)


def test_values_turned_back_at_the_query_turn_by_the_difference() -> None:
    """DeepSeek-V4's output: R_{-m} (sum_n w_n R_n v_n) = sum_n w_n R_{n-m} v_n."""
    config = RotaryConfig(10, rotary_dim=4, rotary_end="last")
    v = np.random.default_rng(2).standard_normal((1, 1, 5, 10))
    weights, m = np.array([0.1, 0.2, 0.3, 0.15, 0.25]), 4
    output = np.einsum("n,bhnd->bhd", weights, oracle.rotate(v, [range(5)], config))
    back = rotate_back(output[:, :, np.newaxis], [[m]], config)
    relative = oracle.rotate(v, [[n - m for n in range(5)]], config)
    expected = np.einsum("n,bhnd->bhd", weights, relative)
    np.testing.assert_allclose(back[:, :, 0], expected, atol=1e-14)


def test_what_cannot_be_split() -> None:
    with pytest.raises(ConfigError, match="nope: got -1"):
        split_config(-1, RotaryConfig(4))
    with pytest.raises(ConfigError, match="rotary_dim: got 4, expected head_dim = 6"):
        split_config(2, RotaryConfig(6, rotary_dim=4))
    heads = np.zeros((1, 2, 3, 4))
    with pytest.raises(InputError, match=r"k_rope: got shape \(1, 2, 3, 4\)"):
        joined_keys(heads, heads, [[0, 1, 2]], RotaryConfig(4))
