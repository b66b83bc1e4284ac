"""Induction over the length, the triangle inequality, sums over pairs in order: both ways."""

import pytest
import sympy as sp

from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.length import by_induction
from ropespec.spec.kernel.ordered import every_size_at_most
from ropespec.spec.kernel.triangle import bounded_sum
from ropespec.spec.notation import i, rotary, t, vector

N = sp.Symbol("N", integer=True, nonnegative=True)
A = sp.IndexedBase("a", real=True)
X = sp.IndexedBase("x", real=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)


def total(summand: sp.Expr) -> sp.Sum:
    return sp.Sum(summand, (i, 0, N - 1))


class TestLength:
    def test_what_telescopes_is_proved(self) -> None:
        assert by_induction(total(A[i + 1] - A[i]), A[N] - A[0], N).proved

    def test_whole_sums_may_be_factors(self) -> None:
        c = sp.Symbol("c", real=True)
        assert by_induction(total(c * A[i]), c * total(A[i]), N).proved

    def test_the_start_counts(self) -> None:
        verdict = by_induction(total(A[i + 1] - A[i]), A[N], N)
        assert verdict.refuted
        assert verdict.witness is not None
        assert verdict.witness.note == "N = 1"

    def test_the_step_counts(self) -> None:
        assert by_induction(total(A[i]), 2 * total(A[i]), N).refuted

    def test_hypotheses_are_used_for_the_remainder_alone(self) -> None:
        sides = (total(A[i + 1] - A[i]), -A[ZERO])
        assert by_induction(*sides, N, A[N], ((A[N], ZERO),)).proved
        assert by_induction(*sides, N, A[N]).refuted
        assert by_induction(*sides, N, A[N + 1], ((A[N], ZERO),)).status == "undecided"

    def test_true_for_small_lengths_is_not_enough(self) -> None:
        zeros = N * (N - 1) * (N - 2) * (N - 3)
        assert by_induction(total(ONE), N + zeros, N).status == "undecided"

    @pytest.mark.parametrize(
        "sides",
        [
            (sp.Sum(A[i], (i, 1, N - 1)), ZERO),
            (sp.Sum(A[i], (i, 0, N)), ZERO),
            (total(A[i] * N), N * total(A[i])),
            (total(total(A[i])), ZERO),
        ],
    )
    def test_other_sums_are_left_undecided(self, sides: tuple[sp.Expr, sp.Expr]) -> None:
        assert by_induction(*sides, N).status == "undecided"

    def test_a_length_must_be_declared(self) -> None:
        m = sp.Symbol("N")
        assert by_induction(ZERO, ZERO, m).status == "undecided"


class TestTriangle:
    SIZE = sp.IndexedBase("s", nonnegative=True)
    Z = sp.IndexedBase("z", complex=True)
    M = sp.Symbol("M", nonnegative=True)

    def test_a_bound_of_each_summand_is_one_of_the_sum(self) -> None:
        size, top = self.SIZE[i], self.M
        factors = ((self.Z[i], size),)
        assert bounded_sum(factors, size, (i, N)).proved
        assert bounded_sum(factors, top, (i, N), (top - size,), top - size).proved

    def test_without_the_hypothesis_it_is_not_proved(self) -> None:
        size, top = self.SIZE[i], self.M
        found = bounded_sum(((self.Z[i], size),), top, (i, N), (), top - size)
        assert found.status == "undecided"

    def test_names_of_absolute_values_must_be_declared(self) -> None:
        assert bounded_sum(((self.Z[i], A[i]),), A[i], (i, N)).status == "undecided"

    def test_an_example_refutes(self) -> None:
        example = ((N, ONE), (self.Z[0], 3 + 4 * sp.I), (self.SIZE[0], sp.Integer(5)))
        half = self.SIZE[i] / 2
        found = bounded_sum(((self.Z[i], self.SIZE[i]),), half, (i, N), example=example)
        assert found.refuted
        assert str(found.witness).endswith("|3 + 4*I| ≰ 5/2")

    @pytest.mark.parametrize(
        ("size", "bound", "given"),
        [(4, sp.Rational(1, 2), ()), (5, ONE, ()), (5, sp.Rational(1, 2), (-ONE,))],
    )
    def test_a_false_example_does_not_refute(
        self, size: int, bound: sp.Expr, given: tuple[sp.Expr, ...]
    ) -> None:
        example = ((N, ONE), (self.Z[0], 3 + 4 * sp.I), (self.SIZE[0], sp.Integer(size)))
        factors = ((self.Z[i], self.SIZE[i]),)
        found = bounded_sum(factors, bound * self.SIZE[i], (i, N), given, example=example)
        assert found.status == "undecided"

    def test_an_example_needs_every_number(self) -> None:
        example = ((N, ONE), (self.SIZE[0], ONE))
        factors = ((self.Z[i], self.SIZE[i]),)
        assert bounded_sum(factors, ZERO, (i, N), example=example).status == "undecided"


def test_sums_over_pairs_are_ordered_pair_by_pair() -> None:
    length = vector(X).T @ vector(X)
    turned = vector(X).T @ rotary(t) @ vector(X)
    angle = t * sp.IndexedBase("theta", real=True)[i]
    size = X[2 * i] ** 2 + X[2 * i + 1] ** 2
    gap = 2 * size * sp.sin(angle / 2) ** 2
    assert every_size_at_most(turned, length, gap).proved
    assert every_size_at_most(turned, length, -gap).status == "undecided"
    verdict = every_size_at_most(length, turned)
    assert verdict.refuted
    assert verdict.witness is not None
    assert verdict.witness.note == "d = 2"


def test_only_sums_over_pairs_can_be_ordered() -> None:
    number = Term(Kind.SUM, "1", ONE)
    assert every_size_at_most(number, number, ZERO).status == "undecided"
    assert every_size_at_most(rotary(t), rotary(t), ZERO).status == "undecided"
