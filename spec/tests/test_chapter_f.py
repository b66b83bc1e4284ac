"""Chapter F against computations by hand, and what it refuses."""

import numpy as np
import pytest
import sympy as sp

from ropespec.spec import find
from ropespec.spec.chapter_f.axes import axial, on_axis, score, x, y
from ropespec.spec.chapter_f.generators import ABOUT_X, ABOUT_Y, LX, LY
from ropespec.spec.claims import EverySize
from ropespec.spec.kernel.ode import only_solution
from ropespec.spec.notation import phi

THETA = np.array([1.0, 0.25, 0.5, 0.125, 0.0625, 0.75])
RNG = np.random.default_rng(6)
Q, K = RNG.standard_normal((2, 6, 2))

AXES = {
    "chunked": np.array([0, 0, 1, 1, 2, 2]),
    "interleaved": np.array([0, 1, 2, 0, 1, 2]),
    "uneven": np.array([0, 0, 0, 1, 2, 1]),
}


def turned(vector: np.ndarray, place: np.ndarray, axes: np.ndarray) -> np.ndarray:
    """Turn every pair by the coordinate of its axis, with complex numbers."""
    z = (vector[:, 0] + 1j * vector[:, 1]) * np.exp(1j * THETA * place[axes])
    return np.stack([z.real, z.imag], axis=-1)


@pytest.mark.parametrize("axes", AXES.values(), ids=AXES)
def test_a_shift_on_each_axis_changes_no_score(axes: np.ndarray) -> None:
    here, there = np.array([3.0, 1.0, 4.0]), np.array([1.0, 5.0, 9.0])
    shift = np.array([2.0, -7.0, 1.5])
    before = (turned(Q, here, axes) * turned(K, there, axes)).sum()
    after = (turned(Q, here + shift, axes) * turned(K, there + shift, axes)).sum()
    assert after == pytest.approx(before, abs=1e-12)


@pytest.mark.parametrize("axes", AXES.values(), ids=AXES)
def test_equal_indices_are_plain_rope(axes: np.ndarray) -> None:
    plain = turned(Q, np.array([7.0]), np.zeros(6, dtype=int))
    np.testing.assert_array_equal(turned(Q, np.full(3, 7.0), axes), plain)


def test_the_position_of_the_query_is_not_lost() -> None:
    """The score is no function of the key's position alone."""
    nothing = axial(sp.Integer(0) * on_axis(x), "\\boldsymbol 0")
    claim = EverySize(
        score(axial(on_axis(x), "\\boldsymbol x"), axial(on_axis(y), "\\boldsymbol y")),
        score(nothing, axial(on_axis(y), "\\boldsymbol y")),
    )
    assert claim.check().refuted


@pytest.mark.parametrize(("generator", "turn"), [(LX, ABOUT_X), (LY, ABOUT_Y)], ids=["x", "y"])
def test_turns_of_space_belong_to_their_generators(
    generator: sp.Matrix, turn: sp.Matrix
) -> None:
    assert only_solution(generator, turn, phi).proved
    assert only_solution(generator.T, turn, phi).refuted
    assert sum(generator[j, k] ** 2 for j in range(3) for k in range(3)) == 2


def exponential(matrix: np.ndarray) -> np.ndarray:
    """The series, by scaling and squaring."""
    small, total, term = matrix / 256, np.eye(3), np.eye(3)
    for count in range(1, 12):
        term = term @ small / count
        total = total + term
    return np.linalg.matrix_power(total, 256)


@pytest.mark.parametrize(
    ("second", "relative"),
    [(np.array(LX, dtype=float) / 2, True), (np.array(LY, dtype=float), False)],
    ids=["commuting", "about another axis"],
)
def test_relative_when_generators_commute(second: np.ndarray, relative: bool) -> None:
    generators = np.stack([np.array(LX, dtype=float), second])

    def rotation(place: list[float]) -> np.ndarray:
        return exponential(np.tensordot(np.array(place), generators, axes=1))

    one = rotation([-1.0, 0.0]).T @ rotation([0.0, 1.0])
    other = rotation([0.0, -1.0]).T @ rotation([1.0, 0.0])
    assert np.allclose(one, other, atol=1e-10) == relative


def test_the_correction_is_said() -> None:
    correction = find("F3").correction
    assert correction is not None
    assert "skew-symmetric" in correction
