"""The position terms beside RoPE: against naive loops, transformers, and what they promise."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from transformers.models.bloom.modeling_bloom import build_alibi_tensor
from transformers.models.mpt.modeling_mpt import build_mpt_alibi_tensor
from transformers.models.t5.modeling_t5 import T5Attention

from ropespec.reference import ConfigError, InputError
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.attention import causal_mask, softmax
from ropespec.reference.neighbours import alibi, relative_positions, shaw, t5, transformer_xl
from ropespec.reference.neighbours.absolute import sinusoidal

RELATIVE = relative_positions(range(5))


def normal(seed: int, *shape: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("k", [0, 1, 2, 9])
def test_shaw_by_loops(k: int) -> None:
    q, keys, v = normal(0, 2, 5, 4), normal(1, 2, 5, 4), normal(2, 2, 5, 4)
    key_table, value_table = normal(3, 2 * k + 1, 4), normal(4, 2 * k + 1, 4)
    e = shaw.scores(q, keys, shaw.vectors(key_table, RELATIVE))
    alpha = softmax(e)
    z = shaw.output(alpha, v, shaw.vectors(value_table, RELATIVE))
    for head in range(2):
        for i in range(5):
            sums = np.zeros(4)
            for j in range(5):
                row = max(-k, min(k, j - i)) + k
                score = q[head, i] @ (keys[head, j] + key_table[row]) / 2
                assert math.isclose(e[head, i, j], score, abs_tol=1e-14)
                sums += alpha[head, i, j] * (v[head, j] + value_table[row])
            np.testing.assert_allclose(z[head, i], sums, rtol=0, atol=1e-14)


def test_transformer_xl_by_loops() -> None:
    E, W_q, W_kE, W_kR = normal(0, 5, 6), normal(1, 6, 4), normal(2, 6, 4), normal(3, 6, 4)
    u, v = normal(4, 4), normal(5, 4)
    r = transformer_xl.distances(RELATIVE, 6) @ W_kR
    found = transformer_xl.terms(E @ W_q, E @ W_kE, r, u, v)
    for i in range(5):
        for j in range(5):
            R = sinusoidal(i - j, 6)
            terms = (
                E[i] @ W_q @ W_kE.T @ E[j],
                E[i] @ W_q @ W_kR.T @ R,
                u @ W_kE.T @ E[j],
                v @ W_kR.T @ R,
            )
            for ours, term in zip(vars(found).values(), terms, strict=True):
                assert math.isclose(ours[i, j], term, abs_tol=1e-13)
            assert math.isclose(found.total[i, j], sum(terms), abs_tol=1e-13)


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize(
    ("buckets", "max_distance"),
    [(32, 128), (64, 256), (16, 64), (320, 800), (8, 20), (32, 1000), (4, 3)],
)
def test_t5_buckets_are_transformers(
    bidirectional: bool, buckets: int, max_distance: int
) -> None:
    relative = np.arange(-1500, 1501)
    ours = t5.bucket(
        relative, bidirectional=bidirectional, buckets=buckets, max_distance=max_distance
    )
    theirs = T5Attention._relative_position_bucket(  # type: ignore[no-untyped-call]
        torch.from_numpy(relative), bidirectional, buckets, max_distance
    )
    np.testing.assert_array_equal(ours, theirs.numpy())


@given(st.integers(2, 40), st.integers(1, 500))
def test_t5_buckets_by_definition(exact: int, beyond: int) -> None:
    """The formula with logarithms, wherever they are not within rounding of a whole number."""
    N, D = 2 * exact, exact + beyond
    starts = np.array(t5.bucket_starts(N, D))
    for a in range(exact, D + 40):
        value = math.log(a / exact) / math.log(D / exact) * (N - exact)
        if abs(value - round(value)) > 1e-9:
            expected = min(exact + math.floor(value), N - 1)
            assert np.searchsorted(starts, a, side="right") - 1 == expected


def test_t5_bias_is_its_table() -> None:
    table, buckets = normal(0, 32, 3), t5.bucket(RELATIVE, bidirectional=True)
    bias = t5.bias(table, buckets)
    assert bias.shape == (3, 5, 5)
    assert bias[2, 4, 1] == table[buckets[4, 1], 2]


@given(st.integers(1, 70))
def test_alibi_is_transformers(heads: int) -> None:
    mask = torch.ones((1, 5))
    bloom = build_alibi_tensor(mask, heads, torch.float64).numpy()
    mpt = build_mpt_alibi_tensor(heads, 5).numpy()  # type: ignore[no-untyped-call]
    ours = alibi.bias(heads, RELATIVE)
    for theirs in (
        bloom,
        mpt,
    ):  # they leave out what softmax forgets: a constant for each query
        rows = np.broadcast_to(theirs.reshape(heads, 1, 5), ours.shape)
        weights = softmax(np.where(causal_mask(5), ours, -np.inf))
        same = softmax(np.where(causal_mask(5), rows, -np.inf))
        np.testing.assert_allclose(weights, same, rtol=0, atol=1e-7)  # float32 slopes


@pytest.mark.parametrize("heads", [1, 2, 3, 8, 12, 20])
def test_alibi_by_loops(heads: int) -> None:
    power = max(2**e for e in range(6) if 2**e <= heads)
    slopes = [2 ** (-8 * (h + 1) / power) for h in range(power)]
    slopes += [2 ** (-8 * (2 * h + 1) / (2 * power)) for h in range(heads - power)]
    bias = alibi.bias(heads, RELATIVE)
    for h in range(heads):
        for i in range(5):
            for j in range(i + 1):
                assert math.isclose(bias[h, i, j], -slopes[h] * (i - j), rel_tol=1e-15)


@given(st.integers(-(2**40), 2**40))
def test_they_are_all_relative(shift: int) -> None:
    """G3: every term is the same when all positions move."""
    moved = relative_positions(np.arange(5) + shift)
    q, k, table = normal(0, 5, 4), normal(1, 5, 4), normal(2, 7, 4)

    def terms(relative: IntArray) -> list[FloatArray]:
        return [
            shaw.scores(q, k, shaw.vectors(table, relative)),
            transformer_xl.distances(relative, 4),
            alibi.bias(3, relative),
            t5.bias(normal(3, 32, 2), t5.bucket(relative, bidirectional=False)),
        ]

    for here, there in zip(terms(RELATIVE), terms(moved), strict=True):
        np.testing.assert_array_equal(here, there)


BAD: dict[str, tuple[Any, str]] = {
    "even table": (
        lambda: shaw.vectors(np.ones((4, 2)), RELATIVE),
        r"table: got shape \(4, 2\)",
    ),
    "odd buckets": (
        lambda: t5.bucket(RELATIVE, bidirectional=True, buckets=6),
        "buckets: got 6",
    ),
    "no buckets": (
        lambda: t5.bucket(RELATIVE, bidirectional=False, buckets=0),
        "buckets: got 0",
    ),
    "short max_distance": (
        lambda: t5.bucket(RELATIVE, bidirectional=False, max_distance=16),
        "max_distance: got 16, expected more than the 16 distances",
    ),
    "short table": (
        lambda: t5.bias(np.ones((3, 2)), t5.bucket(RELATIVE, bidirectional=True)),
        "table: got 3 rows, expected more than bucket 20",
    ),
    "no heads": (lambda: alibi.slopes(0), "heads: got 0, expected a whole number"),
    "positions that are not whole": (
        lambda: relative_positions([0.5]),
        r"queries: got \[0.5\], expected whole",
    ),
    "positions in two dimensions": (
        lambda: relative_positions([[0, 1]]),
        r"queries: got shape \(1, 2\), expected \(queries,\)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises((ConfigError, InputError), match=message) as error:
        call()
    assert "\n" not in str(error.value)
