"""Induction over blocks: what it proves for every size, and what it will not take."""

import pytest
import sympy as sp

from ropespec.spec.kernel import (
    KernelError,
    Kind,
    Term,
    block_induction,
    blocks,
    determinant,
    real_part,
    squared_norm,
)
from ropespec.spec.notation import (
    EYE,
    IDENTITY,
    ONE,
    R,
    i,
    k,
    m,
    n,
    plane_vector,
    q,
    rotary,
    sum_over_pairs,
    theta_i,
    vector,
)

Q, K = vector(q), vector(k)


@pytest.mark.parametrize("name", blocks.LEMMAS)
def test_the_lemmas_on_blocks_hold(name: str) -> None:
    assert blocks.lemma_holds(name)


def test_a_lemma_that_fails_stops_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(blocks.LEMMAS, "product", lambda: False)
    blocks.lemma_holds.cache_clear()
    try:
        verdict = block_induction(rotary(m) @ rotary(n), rotary(m + n))
    finally:
        blocks.lemma_holds.cache_clear()
    assert verdict.status == "undecided"
    assert "product" in verdict.reason


PROVED = [
    (rotary(m) @ rotary(n), rotary(m + n)),
    (rotary(m).T @ rotary(m), EYE),
    (determinant(rotary(m)), ONE),
    ((rotary(m) @ Q).T, Q.T @ rotary(-m)),
    ((rotary(m) @ Q).T @ (rotary(n) @ K), Q.T @ rotary(n - m) @ K),
    (squared_norm(rotary(m) @ Q), squared_norm(Q)),
    (rotary(m) @ (Q + K), rotary(m) @ Q + rotary(m) @ K),
    (rotary(m) @ (Q * 3), (rotary(m) @ Q) * 3),
    (Q.entrywise(K), K.entrywise(Q)),
    (real_part(sum_over_pairs(sp.I * q[i], "x")), sum_over_pairs(sp.Integer(0), "0")),
]

REFUTED = [
    (rotary(m) @ rotary(n), rotary(m - n)),
    (determinant(rotary(m) + rotary(m)), ONE),
    ((rotary(m) @ Q).T @ (rotary(n) @ K), Q.T @ rotary(m - n) @ K),
    (squared_norm(rotary(m) @ Q + Q), squared_norm(Q)),
    (Q.entrywise(K), Q.entrywise(Q)),
]


@pytest.mark.parametrize(("lhs", "rhs"), PROVED)
def test_true_for_every_size(lhs: Term, rhs: Term) -> None:
    assert block_induction(lhs, rhs).status == "proved"


@pytest.mark.parametrize(("lhs", "rhs"), REFUTED)
def test_false_statements_get_a_witness_of_size_two(lhs: Term, rhs: Term) -> None:
    verdict = block_induction(lhs, rhs)
    assert verdict.status == "refuted"
    assert verdict.witness is not None
    assert verdict.witness.note.startswith("d = 2")
    assert "i" not in dict(verdict.witness.assignment)


def test_terms_of_one_plane_are_not_block_wise() -> None:
    verdict = block_induction(R(m), IDENTITY)
    assert verdict.status == "undecided"
    assert "not block-wise" in verdict.reason


def test_kinds_are_not_mixed() -> None:
    assert block_induction(rotary(m), Q).status == "undecided"
    assert block_induction(determinant(rotary(m)), Q.T @ K).status == "undecided"


NOT_BLOCKWISE = [
    lambda: rotary(m) @ plane_vector(q),
    lambda: Q @ K.T,
    lambda: (Q.T @ K) @ Q,
    lambda: Q + rotary(m),
    lambda: determinant(rotary(m)) + determinant(rotary(n)),
    lambda: determinant(rotary(m)) * 2,
    lambda: Q * theta_i,
    lambda: (Q.T @ K).T,
    lambda: determinant(Q),
    lambda: real_part(Q),
    lambda: Q.entrywise(Q.T),
    lambda: Q @ rotary(m),
]


@pytest.mark.parametrize("build", NOT_BLOCKWISE)
def test_operations_that_mix_pairs_are_errors(build: object) -> None:
    with pytest.raises(KernelError):
        build()  # type: ignore[operator]


def test_a_part_must_have_the_shape_of_its_kind() -> None:
    with pytest.raises(KernelError, match="matrix"):
        Term(Kind.MATRIX, "A", sp.Matrix([1, 2]).as_immutable(), i)
    with pytest.raises(KernelError, match="sum"):
        Term(Kind.SUM, "s", sp.eye(2).as_immutable(), i)


def test_latex_has_brackets_where_they_are_needed() -> None:
    assert ((rotary(m) @ Q).T @ K).tex == (
        r"(\boldsymbol R_{m}\,\boldsymbol q)^\top\,\boldsymbol k"
    )
    assert (rotary(m) @ (Q + K)).tex == (r"\boldsymbol R_{m}\,(\boldsymbol q + \boldsymbol k)")
    assert (rotary(m).T @ Q).tex == r"\boldsymbol R_{m}^\top\,\boldsymbol q"
    assert rotary(m).T.T.tex == r"(\boldsymbol R_{m}^\top)^\top"
