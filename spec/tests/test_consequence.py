"""Consequences of hypotheses, recurrences, derivatives: what is accepted and what is not."""

import pytest
import sympy as sp

from ropespec.spec.kernel import KernelError
from ropespec.spec.kernel.consequence import Hypothesis, Use, follows
from ropespec.spec.kernel.matrix_slopes import differentiated
from ropespec.spec.kernel.recurrence import only_sequence

a, b, c, m, theta = sp.symbols("a b c m theta", real=True)
s = sp.Symbol("s", real=True, nonzero=True)
n = sp.Symbol("n", integer=True)
f = sp.Function("f", real=True)
ZERO, ONE = sp.Integer(0), sp.Integer(1)

EVEN = Hypothesis(f(m), f(-m), (m,))
EQUAL = Hypothesis(a, b)
W = sp.ImmutableMatrix([[a, b], [c, 1]])


class TestConsequences:
    def test_an_instance(self) -> None:
        assert follows(f(a + 1), f(-a - 1), (Use(EVEN, ((m, a + 1),)),)).proved

    def test_a_combination_with_factors(self) -> None:
        assert follows(a**2, b**2, (Use(EQUAL, left=a + b),)).proved

    def test_matrices_with_factors_on_both_sides(self) -> None:
        skew = Hypothesis(W + W.T, sp.zeros(2, 2).as_immutable())
        row, column = sp.ImmutableMatrix([[1, 0]]), sp.ImmutableMatrix([1, 0])
        use = Use(skew, left=row, right=column)
        assert follows(sp.ImmutableMatrix([2 * a]), sp.ImmutableMatrix([0]), (use,)).proved

    def test_a_scale_that_is_not_zero(self) -> None:
        scaled = Hypothesis(s * a, s * b)
        assert follows(a, b, (Use(scaled),), scale=s).proved
        assert follows(a, b, (Use(scaled, left=1 / s),)).proved

    @pytest.mark.parametrize("scale", [ZERO, a, a + 1, s - s])
    def test_a_scale_that_may_be_zero_is_refused(self, scale: sp.Expr) -> None:
        verdict = follows(a, b, (Use(Hypothesis(scale * a, scale * b)),), scale=scale)
        assert verdict.status == "undecided"
        assert "differ from zero" in verdict.reason

    def test_a_wrong_combination_refutes_nothing(self) -> None:
        verdict = follows(a**2, b**2, (Use(EQUAL, left=a - b),))
        assert verdict.status == "undecided"
        assert verdict.witness is None
        assert "does not give the conclusion" in verdict.reason

    def test_nothing_assumed_is_refused(self) -> None:
        assert follows(a, a, ()).status == "undecided"

    def test_only_bound_symbols_may_be_replaced(self) -> None:
        with pytest.raises(KernelError, match="a is no bound symbol"):
            EQUAL.at({a: b})
        assert follows(c, b, (Use(EQUAL, ((a, c),)),)).status == "undecided"

    def test_an_instance_respects_declarations(self) -> None:
        whole = Hypothesis(f(n), ZERO, (n,))
        verdict = follows(f(sp.Rational(1, 2)), ZERO, (Use(whole, ((n, sp.Rational(1, 2)),)),))
        assert verdict.status == "undecided"
        assert "forbid" in verdict.reason


class TestModels:
    def test_a_model_refutes(self) -> None:
        model = ((f, sp.Lambda((m,), m**2)),)
        verdict = follows(f(m), ONE, (Use(EVEN),), model=model)
        assert verdict.refuted
        assert verdict.witness is not None

    def test_a_model_must_satisfy_every_hypothesis(self) -> None:
        model = ((f, sp.Lambda((m,), m)),)
        verdict = follows(f(m), ONE, (Use(EVEN),), model=model)
        assert verdict.status == "undecided"
        assert "does not satisfy" in verdict.reason

    def test_a_model_may_not_fix_a_bound_symbol(self) -> None:
        odd = Hypothesis(m * a, ZERO, (m,))
        verdict = follows(a, ZERO, (Use(odd),), model=((m, ZERO),))
        assert verdict.status == "undecided"
        assert "bound" in verdict.reason

    def test_a_model_in_which_the_conclusion_holds_refutes_nothing(self) -> None:
        verdict = follows(f(m), f(-m), (Use(EVEN),), model=((f, sp.Lambda((m,), m**2)),))
        assert verdict.status == "undecided"

    def test_a_model_respects_declarations(self) -> None:
        verdict = follows(s, ONE, (Use(Hypothesis(s * a, ZERO)),), model=((s, ZERO),))
        assert verdict.status == "undecided"
        assert "forbid" in verdict.reason


class TestRecurrences:
    def test_a_turn(self) -> None:
        turn = sp.exp(sp.I * theta)
        assert only_sequence(turn, 1 / turn, ONE, sp.exp(sp.I * n * theta), n).proved

    def test_matrices(self) -> None:
        turn = sp.ImmutableMatrix([[0, -1], [1, 0]])
        quarter = sp.pi / 2 * n
        power = sp.ImmutableMatrix(
            [[sp.cos(quarter), -sp.sin(quarter)], [sp.sin(quarter), sp.cos(quarter)]]
        )
        assert only_sequence(turn, turn.T, sp.eye(2).as_immutable(), power, n).proved

    @pytest.mark.parametrize(
        "candidate", [2 * sp.exp(n), sp.exp(2 * n), sp.exp(n**2), sp.exp(n) + n]
    )
    def test_other_sequences_are_refuted(self, candidate: sp.Expr) -> None:
        assert only_sequence(sp.E, 1 / sp.E, ONE, candidate, n).refuted

    @pytest.mark.parametrize(
        ("factor", "inverse", "variable"),
        [
            (sp.E, sp.E, n),
            (ZERO, ZERO, n),
            (sp.exp(n), sp.exp(-n), n),
            (sp.E, 1 / sp.E, m),
        ],
    )
    def test_what_fixes_no_sequence_is_refused(
        self, factor: sp.Expr, inverse: sp.Expr, variable: sp.Expr
    ) -> None:
        verdict = only_sequence(factor, inverse, ONE, sp.exp(variable), variable)
        assert verdict.status == "undecided"


P, PT, S, ST, B = sp.symbols("P PT S ST B", commutative=False)
MOVES = ((P, S), (PT, ST))


class TestDerivatives:
    def test_the_product_rule(self) -> None:
        assert differentiated((PT * P, ONE), MOVES, (), ST * P + PT * S, ZERO).proved

    def test_letters_without_a_slope_are_constant(self) -> None:
        assert differentiated((P * B * P, B), ((P, S),), (), S * B * P + P * B * S, ZERO).proved

    def test_names_at_a_value(self) -> None:
        at_start = ((P, ONE), (PT, ONE))
        assert differentiated((PT * P, ONE), MOVES, at_start, ST + S, ZERO).proved

    @pytest.mark.parametrize(
        "wrong", [S * PT + P * ST, ST * P, ST * P - PT * S, 2 * ST * P + 2 * PT * S]
    )
    def test_another_equation_is_not_proved(self, wrong: sp.Expr) -> None:
        assert differentiated((PT * P, ONE), MOVES, (), wrong, ZERO).status == "undecided"

    def test_coefficients_that_may_move_are_refused(self) -> None:
        verdict = differentiated((m * P, B), ((P, S),), (), m * S, ZERO)
        assert verdict.status == "undecided"
        assert "may move" in verdict.reason

    def test_commuting_letters_are_refused(self) -> None:
        assert differentiated((a * P, B), ((a, S),), (), S * P, ZERO).status == "undecided"
