"""Vectors in two parts and grids of blocks, for every size."""

import pytest
import sympy as sp

from ropespec.spec.kernel import parts
from ropespec.spec.kernel.parts import Split, equal_parts, grid_products
from ropespec.spec.notation import k, m, n, q, rotary, vector

C = sp.Symbol("c", integer=True, nonnegative=True)


def whole(base: sp.IndexedBase) -> Split:
    return Split(str(base), vector(base), base[C])


def score(query: sp.Expr, key: sp.Expr, factor: sp.Expr = sp.S.One) -> Split:
    return whole(q).turned(rotary(query), factor).dot(whole(k).turned(rotary(key)))


def test_scores_in_two_parts() -> None:
    relative = Split("", vector(q).T @ rotary(n - m) @ vector(k), q[C] * k[C])
    assert equal_parts(score(m, n), relative).proved
    assert equal_parts(score(m + 1, n + 1), score(m, n)).proved


def test_each_part_can_refute() -> None:
    assert equal_parts(score(m + 1, n), score(m, n)).refuted
    verdict = equal_parts(score(m, n, sp.Integer(2)), score(m, n))
    assert verdict.refuted
    assert verdict.witness is not None
    assert "k[c]" in dict(verdict.witness.assignment)


def test_a_matrix_in_two_parts_is_refused() -> None:
    matrix = Split("", rotary(m), sp.Integer(1))
    assert equal_parts(matrix, matrix).status == "undecided"


def test_how_a_diagonal_multiplies_a_grid() -> None:
    assert grid_products().proved


def test_a_lemma_that_fails_stops_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "split_lemma", lambda: False)
    monkeypatch.setattr(parts, "grid_lemma", lambda: False)
    assert equal_parts(score(m, n), score(m, n)).status == "undecided"
    assert grid_products().status == "undecided"
