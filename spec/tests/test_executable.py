"""Proved formulas as NumPy functions, against a computation by hand."""

import numpy as np
import pytest

from ropespec.spec import executable, theorems

RNG = np.random.default_rng(20210420)
Q, K = RNG.standard_normal((2, 3, 4, 2))
THETA = 10000.0 ** (-np.arange(4) / 4)
M, N = np.array([0.0, 3.0, 1000.0]), np.array([5.0, -2.0, 999.5])


def turned(x: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Rotate with complex numbers; `(rows, pairs, 2)`."""
    z = (x[..., 0] + 1j * x[..., 1]) * np.exp(1j * positions[:, None] * THETA)
    return np.stack([z.real, z.imag], axis=-1)


def test_rotation_matrix_by_block() -> None:
    blocks = executable("B1")(m=M, theta=THETA)
    assert blocks.shape == (3, 4, 2, 2)
    np.testing.assert_allclose(np.einsum("rpab,rpb->rpa", blocks, Q), turned(Q, M), atol=1e-12)


@pytest.mark.parametrize("name", ["efficient form", "matrix form"])
def test_rotated_vectors(name: str) -> None:
    np.testing.assert_allclose(
        executable("B4", name)(x=Q, m=M, theta=THETA), turned(Q, M), atol=1e-12
    )


def test_the_forms_of_the_score_agree() -> None:
    wanted = (turned(Q, M) * turned(K, N)).sum(axis=(-1, -2))
    for theorem, name in [
        ("B2", "score of rotated vectors"),
        ("B2", "score by distance"),
        ("B3", "score as a sum of waves"),
    ]:
        score = executable(theorem, name)(q=Q, k=K, m=M, n=N, theta=THETA)
        assert score.shape == (3,)
        np.testing.assert_allclose(score, wanted, atol=1e-10)


def test_one_pair() -> None:
    pair = executable("A4")(x=Q[:, 0], phi=M)
    assert pair.shape == (3, 2)
    np.testing.assert_allclose(pair, turned(Q, M)[:, 0], atol=1e-12)


def test_what_is_missing_or_unknown_is_named() -> None:
    with pytest.raises(TypeError, match="it takes m, theta, x"):
        executable("B4")(x=Q, m=M)
    with pytest.raises(LookupError, match="'nothing'; it has 'efficient form', 'matrix form'"):
        executable("B4", "nothing")


def test_every_formula_can_be_run() -> None:
    inputs = {"m": M, "n": N, "t": N, "phi": M, "theta": THETA, "q": Q, "k": K, "x": Q, "g": K}
    plane = {**inputs, "x": Q[:, 0]}
    for theorem in theorems():
        for formula in theorem.formulas:
            run = executable(theorem.id, formula.name)
            chosen = plane if formula.term.pair is None else inputs
            given = {name: chosen[name] for name in run.arguments}
            assert np.isfinite(run(**given)).all()
