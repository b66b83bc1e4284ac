"""Document 003: the four encodings, the shift picture, the decay curve."""

import cmath
import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import RotaryConfig, forms
from ropespec.reference.arrays import FloatArray
from ropespec.reference.attention import causal_mask, softmax
from ropespec.reference.neighbours import t5
from ropespec.reference.systems import decay, four_encodings, plane

X = np.random.default_rng(5).standard_normal((6, 8))
ENCODINGS = {encoding.name: encoding for encoding in four_encodings.four_encodings(8, 20)}
CONFIG = RotaryConfig(128)


def test_scores_by_loops() -> None:
    """q . R_(n-m) k for rotary, q . k + B for the bias, (x + p) . (x' + p') for the others."""
    scores = {name: encoding.scores(X, 3) for name, encoding in ENCODINGS.items()}
    biases = ENCODINGS["relative bias"].bias(np.arange(-5, 6)[np.newaxis])[0]
    for m in range(6):
        for n in range(6):
            turned = X[m] @ forms.rotation_matrix(n - m, RotaryConfig(8)) @ X[n]
            assert math.isclose(scores["rotary"][m, n], turned, abs_tol=1e-13)
            biased = X[m] @ X[n] + biases[n - m + 5]
            assert math.isclose(scores["relative bias"][m, n], biased, abs_tol=1e-13)
            for name in ("learned", "sinusoidal"):
                known = ENCODINGS[name].encode(X, np.arange(3, 9))
                assert math.isclose(scores[name][m, n], known[m] @ known[n], abs_tol=1e-13)


@pytest.mark.parametrize("name", ENCODINGS)
def test_the_cached_prefix_holds_for_all_four(name: str) -> None:
    assert four_encodings.behaviour(ENCODINGS[name], X, 4, 10**6).prefix == 0


def test_relative_are_two_of_the_four() -> None:
    found = {
        name: four_encodings.behaviour(encoding, X, 4, 10**6)
        for name, encoding in ENCODINGS.items()
    }
    assert found["rotary"].shift < 1e-13
    assert found["relative bias"].shift == 0
    assert found["sinusoidal"].shift > 0.1
    assert found["learned"].shift > 0.1
    assert [name for name, one in found.items() if not one.beyond] == ["learned"]


def test_a_cached_key_serves_later_queries() -> None:
    """C2: a causal output of a prefix is the same in the longer text."""
    known = ENCODINGS["rotary"].encode(X, np.arange(6))
    scores = known @ known.T
    whole = softmax(np.where(causal_mask(6), scores, -np.inf)) @ X
    prefix = softmax(np.where(causal_mask(4), scores[:4, :4], -np.inf)) @ X[:4]
    np.testing.assert_allclose(whole[:4], prefix, rtol=0, atol=1e-14)


def test_far_distances_share_a_bucket() -> None:
    far = t5.bucket(np.arange(128, 5000), bidirectional=True)
    assert set(far.tolist()) == {31}


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 1000))
def test_the_shift_keeps_angle_and_score(man: int, snake: int, before: int) -> None:
    here = plane.shift_picture(man, snake, 0)
    there = plane.shift_picture(man, snake, before)
    assert math.isclose(here.score, there.score, abs_tol=1e-12)
    difference = (here.angle - there.angle + 180) % 360 - 180
    assert abs(difference) < 1e-9
    expected = math.degrees(plane.THETA * (snake - man) + math.atan2(0.8, 0.6))
    assert abs((here.angle - expected + 180) % 360 - 180) < 1e-9


def test_arrows_turn_by_position_times_theta() -> None:
    arrows = plane.turned(plane.MAN, np.arange(9))
    angles = plane.THETA * np.arange(9)
    expected = np.stack((np.cos(angles), np.sin(angles)), axis=-1)
    np.testing.assert_allclose(arrows, expected, rtol=0, atol=1e-14)


def test_the_curve_is_the_score_of_ones() -> None:
    ones, distances = np.ones(128), [0, 1, 17, 200, 3000]
    scores = decay.scores_at(ones, ones, distances, CONFIG) / 128
    np.testing.assert_allclose(decay.mean_cosine(distances, CONFIG), scores, rtol=0, atol=1e-12)


@pytest.mark.parametrize("base", [100.0, 10000.0, 500000.0])
def test_the_limit_is_the_integral(base: float) -> None:
    for delta in (0.5, 3.0, 40.0):
        integral = mpmath.quad(
            lambda t, delta=delta: mpmath.cos(delta * base**-t), mpmath.linspace(0, 1, 60)
        )
        assert math.isclose(float(decay.limit(delta, base)), integral, abs_tol=1e-12)


@given(st.integers(0, 500), st.sampled_from([64, 128, 512, 2048]))
def test_finite_sums_near_the_limit(delta: int, d: int) -> None:
    """D3: a left Riemann sum of f on [0, 1] with n terms is within sup|f'| / (2 n) of it."""
    config = RotaryConfig(d)
    slope = delta * math.log(config.base)
    gap = abs(float(decay.mean_cosine(delta, config)) - float(decay.limit(delta)))
    assert gap <= slope / d + 1e-12


@given(st.integers(0, 1000), st.integers(1, 12))
def test_partial_sums_by_loops(delta: int, pairs: int) -> None:
    config = RotaryConfig(2 * pairs)
    total, sizes = 0j, []
    for i in range(pairs):
        total += cmath.exp(1j * delta * config.base ** (-i / pairs))
        sizes.append(abs(total))
    ours = float(decay.mean_partial_sum(delta, config))
    assert math.isclose(ours, sum(sizes) / pairs, abs_tol=1e-10)


def pair(seed: int, width: int) -> tuple[FloatArray, FloatArray]:
    q, k = np.random.default_rng(seed).standard_normal((2, width))
    return q, k


@given(st.integers(0, 10**6), st.integers(0, 10**4))
def test_no_score_passes_the_bound(seed: int, delta: int) -> None:
    """D2, and for all-ones q and k it is the curve that the paper draws."""
    config = RotaryConfig(16)
    q, k = pair(seed, 16)
    score = decay.scores_at(q, k, [delta], config)[0]
    assert abs(score) <= decay.abel_bound(q, k, delta, config) + 1e-10
    ones = np.ones(16)
    expected = 16 * float(decay.mean_partial_sum(delta, config))
    assert math.isclose(decay.abel_bound(ones, ones, delta, config), expected, rel_tol=1e-12)


@given(st.integers(1, 5000))
def test_decay_is_no_law(distance: int) -> None:
    """D4: for every distance a q and a k that like it best."""
    q, k = decay.farthest_match(distance, CONFIG)
    there, *elsewhere = decay.scores_at(q, k, [distance, 0, distance + 1], CONFIG)
    assert math.isclose(there, 1, abs_tol=1e-12)
    assert max(elsewhere) < 0.99
