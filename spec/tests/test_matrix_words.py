"""Products and exponentials of matrices of any size: what is proved, refuted and refused."""

import pytest
import sympy as sp

from ropespec.spec.kernel import Verdict
from ropespec.spec.kernel.matrix_exponentials import Exponential, constant, slope_at_zero
from ropespec.spec.kernel.matrix_words import Relation, same_words

A, B, E, F = sp.symbols("A B E F", commutative=False)
s, t = sp.symbols("s t", real=True)
COMMUTE = Relation(A * B, B * A)
EXP_A = Exponential(E, A, s)
BACK = Exponential(F, -A, s, "right")
I_MATRIX = sp.Integer(1)


def status(verdict: Verdict) -> str:
    return verdict.status


class TestWords:
    def test_multiplying_out(self) -> None:
        assert same_words((A + s * B) ** 2, A**2 + s * (A * B + B * A) + s**2 * B**2).proved

    def test_order_matters(self) -> None:
        verdict = same_words((A + B) ** 2, A**2 + 2 * A * B + B**2)
        assert verdict.refuted
        assert verdict.witness is not None
        assert "A = [[" in str(verdict.witness)

    def test_a_relation_is_put_in_everywhere(self) -> None:
        assert same_words(A * B * A * B, B**2 * A**2, (COMMUTE,)).proved
        assert not same_words(A * B * A * B, B**2 * A**2).proved

    def test_a_witness_obeys_the_relations(self) -> None:
        verdict = same_words(A, I_MATRIX, (Relation(A * A, I_MATRIX),))
        assert verdict.refuted
        assert verdict.witness is not None
        assert verdict.witness.assignment == (("A", "-1"),)

    @pytest.mark.parametrize(
        "relation",
        [
            Relation(A + B, B),
            Relation(2 * A, B),
            Relation(I_MATRIX, A),
            Relation(A, A * B),
        ],
    )
    def test_relations_that_are_no_word_or_never_end_are_refused(
        self, relation: Relation
    ) -> None:
        assert status(same_words(A * B, B, (relation,))) == "undecided"

    @pytest.mark.parametrize("side", [A**-1, A**s, sp.exp(A), sp.Symbol("c") * A])
    def test_what_is_no_polynomial_of_declared_letters_is_refused(self, side: sp.Expr) -> None:
        assert status(same_words(side, A)) == "undecided"
        assert status(same_words(side, side)) == "undecided"


class TestExponentials:
    def test_an_exponential_is_undone_by_its_negative(self) -> None:
        assert constant(F * E, I_MATRIX, s, (EXP_A, BACK)).proved

    def test_it_is_not_its_own_inverse(self) -> None:
        verdict = constant(E * E, I_MATRIX, s, (EXP_A,))
        assert verdict.refuted
        assert verdict.witness is not None

    def test_what_does_not_commute_is_moved(self) -> None:
        assert constant(F * B * E, B, s, (EXP_A, BACK)).refuted
        assert constant(F * B * E, B, s, (EXP_A, BACK), (COMMUTE,)).proved

    def test_a_difference_in_the_second_order_is_found(self) -> None:
        both, exp_b = sp.symbols("K G", commutative=False)
        table = (EXP_A, Exponential(exp_b, B, s), Exponential(both, -A - B, s, "right"))
        verdict = constant(both * E * exp_b, I_MATRIX, s, table)
        assert verdict.refuted
        assert verdict.reason == "derivative 2 at 0 is not 0"

    def test_another_start_is_refuted(self) -> None:
        assert constant(F * E, 2 * I_MATRIX, s, (EXP_A, BACK)).refuted

    def test_the_mixed_slope_is_the_bracket(self) -> None:
        table = (EXP_A, Exponential(F, B, t))
        assert slope_at_zero(E * F - F * E, A * B - B * A, (s, t), table).proved
        assert slope_at_zero(E * F - F * E, B * A - A * B, (s, t), table).refuted

    def test_an_exponential_of_another_variable_is_no_constant(self) -> None:
        verdict = constant(F, I_MATRIX, s, (Exponential(F, A, t),))
        assert status(verdict) == "undecided"
        assert "not moved here" in verdict.reason

    @pytest.mark.parametrize("generator", [s * A, F, E])
    def test_a_generator_that_moves_is_refused(self, generator: sp.Expr) -> None:
        table = (Exponential(E, generator, s), BACK)
        verdict = constant(F * E, I_MATRIX, s, table)
        assert status(verdict) == "undecided"

    def test_a_value_that_moves_is_refused(self) -> None:
        assert status(constant(E, E, s, (EXP_A,))) == "undecided"

    def test_an_undeclared_variable_is_refused(self) -> None:
        bare = sp.Symbol("s")
        table = (Exponential(E, A, bare), Exponential(F, -A, bare, "right"))
        assert status(constant(F * E, I_MATRIX, bare, table)) == "undecided"

    def test_nothing_is_refuted_by_matrices_that_are_no_exponentials(self) -> None:
        relation = (Relation(E * B, 2 * B * E),)
        assert status(constant(F * B * E, B, s, (EXP_A, BACK), relation)) == "undecided"
