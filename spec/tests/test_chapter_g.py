"""Chapter G against computations by hand, and what it refuses."""

import numpy as np
import pytest
import sympy as sp

from ropespec.spec import executable
from ropespec.spec.chapter_g.sinusoidal import encoding
from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.notation import m, n, number, rotary, t

THETA = 10000.0 ** (-np.arange(4) / 4)
P, S = np.array([0.0, 3.0, 100.0]), np.array([5.0, -2.0, 99.5])


def table(positions: np.ndarray) -> np.ndarray:
    """Sine and cosine of each pair, `(positions, pairs, 2)`."""
    angles = positions[:, None] * THETA
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1)


def test_the_encoding_runs() -> None:
    run = executable("G1", "sinusoidal encoding")
    np.testing.assert_allclose(run(m=P, theta=THETA), table(P), atol=1e-12)


def test_the_product_runs() -> None:
    run = executable("G1", "product of two encodings")
    wanted = (table(P) * table(S)).sum(axis=(-1, -2))
    np.testing.assert_allclose(run(m=P, n=S, theta=THETA), wanted, atol=1e-12)


@pytest.mark.parametrize("angle", [t, -m, -t - m, 2 * t])
def test_no_other_rotation_moves_the_encoding(angle: sp.Expr) -> None:
    assert EverySize(encoding(m + t), rotary(-t) @ encoding(m)).check().proved
    assert EverySize(encoding(m + t), rotary(angle) @ encoding(m)).check().refuted


def test_a_fixed_table_is_not_taken_for_a_bias_by_distance() -> None:
    """Knowing nothing of a table, its entries at two places may differ."""
    b = sp.IndexedBase("b", real=True)
    where = sp.Function("w", integer=True)
    here, moved = number(b[where(n - m)]), number(b[where((n + t) - (m + t))])
    assert PlaneIdentity(here, moved).check().proved
    assert PlaneIdentity(here, number(b[where(n)])).check().refuted
    assert PlaneIdentity(here, number(b[where(n - m + 1)])).check().refuted


def test_added_encodings_change_scores_under_a_shift() -> None:
    word = np.array([[1.0, 0.0]])
    angles = [np.array([[np.sin(p), np.cos(p)]]) for p in (0.0, 1.0, 2.0)]
    first = ((word + angles[0]) * (word + angles[1])).sum()
    second = ((word + angles[1]) * (word + angles[2])).sum()
    assert first == pytest.approx(1 + np.sin(1) + np.cos(1))
    assert abs(first - second) > 0.9
