"""Chapters B8 to B13 and C: what the theorems say, in numbers, and that all are there."""

import numpy as np
import sympy as sp

from ropespec.spec import chapters, executable
from ropespec.spec.chapter_b.quaternions import imaginary, left, product, right

RNG = np.random.default_rng(2104)
X, G = RNG.standard_normal((2, 3, 4, 2))
THETA = 10000.0 ** (-np.arange(4) / 4)
M = np.array([0.0, 3.0, 1000.0])


def test_nothing_of_the_two_chapters_is_missing() -> None:
    held = {chapter.letter: [one.id for one in chapter.theorems] for chapter in chapters()}
    assert held["B"] == [f"B{number}" for number in range(1, 14)]
    assert held["C"] == [f"C{number}" for number in range(1, 8)]


def turned(x: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Rotate with complex numbers; `(rows, pairs, 2)`."""
    z = (x[..., 0] + 1j * x[..., 1]) * np.exp(1j * positions[:, None] * THETA)
    return np.stack([z.real, z.imag], axis=-1)


def test_the_backward_pass_is_the_inverse_rotation() -> None:
    pulled = executable("C5", "vector-Jacobian product")(g=G, m=M, theta=THETA)
    np.testing.assert_allclose(pulled, turned(G, -M), atol=1e-12)


def test_the_gradient_by_the_position() -> None:
    slope = executable("C5", "gradient by the position")(g=G, x=X, m=M, theta=THETA)
    step = 1e-6
    ahead, behind = ((G * turned(X, M + h)).sum(axis=(-1, -2)) for h in (step, -step))
    np.testing.assert_allclose(slope, (ahead - behind) / (2 * step), atol=1e-6)


def test_the_relative_part_of_a_partial_rotation() -> None:
    part = executable("B12", "relative part of the score")(
        q=X, k=G, m=M, n=M[::-1], theta=THETA
    )
    wanted = (turned(X, M) * turned(G, M[::-1])).sum(axis=(-1, -2))
    np.testing.assert_allclose(part, wanted, atol=1e-10)


def test_quaternion_products_as_matrices() -> None:
    p = tuple(sp.Integer(number) for number in (1, 2, 3, 4))
    r = imaginary((sp.Integer(5), sp.Integer(6), sp.Integer(7)))
    wanted = sp.Matrix(product(p, r))
    assert left(p) * sp.Matrix(r) == wanted
    assert right(r) * sp.Matrix(p) == wanted
    i, j, k = (sp.eye(4).row(row) for row in (1, 2, 3))
    assert product(tuple(i), tuple(j)) == tuple(k)
    assert product(tuple(j), tuple(i)) == tuple(-k)
