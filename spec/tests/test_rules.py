"""The smaller rules: sums, differential equations, layouts, integers, counterexamples."""

import pytest
import sympy as sp
from sympy import cos, pi, sin

from ropespec.spec.chapter_b.layouts import HALF, INTERLEAVED, half_split, interleaved
from ropespec.spec.kernel import (
    Layout,
    PairMap,
    bijection,
    congruence,
    differ,
    forced_zero,
    injective,
    only_solution,
    rearranged,
    same_scores,
)
from ropespec.spec.kernel.reindex import MEMBER, PAIR, PAIRS

a, m, n, theta = sp.symbols("a m n theta", real=True)
M, N = sp.symbols("m n", integer=True)
i = sp.Symbol("i", integer=True)
h = sp.Symbol("h", integer=True, positive=True)
x, y, q, k = (sp.IndexedBase(name, real=True) for name in "xyqk")


class TestSums:
    def test_equal_summands(self) -> None:
        lhs = sp.Sum(cos(x[i]) ** 2, (i, 0, h - 1))
        assert congruence(lhs, sp.Sum(1 - sin(x[i]) ** 2, (i, 0, h - 1))).proved

    def test_other_summands(self) -> None:
        lhs = sp.Sum(cos(x[i]) ** 2, (i, 0, h - 1))
        verdict = congruence(lhs, sp.Sum(1 + sin(x[i]) ** 2, (i, 0, h - 1)))
        assert verdict.refuted
        assert verdict.witness is not None
        assert verdict.witness.note == "one term"

    def test_summands_that_differ_only_later_are_not_proved(self) -> None:
        verdict = congruence(sp.Sum(i * a, (i, 0, h)), sp.Sum(0 * i, (i, 0, h)))
        assert verdict.status == "undecided"

    @pytest.mark.parametrize(
        "rhs",
        [
            sp.Sum(x[i], (i, 0, h)),
            sp.Sum(x[i], (i, 1, h - 1)),
            x[0],
            sp.Sum(x[i], (i, 0, 3)),
        ],
    )
    def test_other_ranges_are_refused(self, rhs: sp.Expr) -> None:
        assert congruence(sp.Sum(x[i], (i, 0, h - 1)), rhs).status == "undecided"

    def test_a_sum_of_fixed_length_is_refused(self) -> None:
        short = sp.Sum(x[i], (i, 0, 3))
        assert congruence(short, short).status == "undecided"


def rotation(angle: sp.Expr) -> sp.Matrix:
    return sp.ImmutableMatrix([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])


J = sp.ImmutableMatrix([[0, -1], [1, 0]])


class TestEquations:
    def test_the_rotation(self) -> None:
        assert only_solution(theta * J, rotation(m * theta), m).proved

    def test_a_growing_solution(self) -> None:
        scale = sp.exp(m) * sp.eye(2).as_immutable()
        assert only_solution(sp.eye(2).as_immutable(), scale, m).proved

    @pytest.mark.parametrize(
        "candidate",
        [
            rotation(-m * theta),
            rotation(m * theta + pi / 2),
            2 * rotation(m * theta),
            rotation(2 * m * theta),
            rotation(m**2 * theta),
            sp.eye(2).as_immutable(),
        ],
    )
    def test_other_functions_are_refuted(self, candidate: sp.Matrix) -> None:
        assert only_solution(theta * J, candidate, m).refuted

    def test_a_generator_that_moves_is_refused(self) -> None:
        verdict = only_solution(m * J, rotation(m**2 / 2), m)
        assert verdict.status == "undecided"
        assert "needs a constant square matrix" in verdict.reason

    def test_an_undeclared_variable_is_refused(self) -> None:
        bare = sp.Symbol("m")
        assert only_solution(J, rotation(bare), bare).status == "undecided"


class TestLayouts:
    @pytest.mark.parametrize("layout", [INTERLEAVED, HALF])
    def test_the_known_layouts(self, layout: Layout) -> None:
        assert bijection(layout).proved

    @pytest.mark.parametrize(
        "channel",
        [
            PAIR + 2 * MEMBER,
            PAIR + MEMBER,
            2 * PAIR + MEMBER + 1,
            2 * PAIR - MEMBER,
            PAIR + (PAIRS + 1) * MEMBER,
            2 * PAIR + 2 * MEMBER,
            PAIRS * PAIR + MEMBER,
        ],
    )
    def test_collisions_and_overflows_are_refuted(self, channel: sp.Expr) -> None:
        verdict = bijection(Layout("other", channel))
        assert verdict.refuted
        assert verdict.witness is not None

    def test_a_bijection_in_other_digits_is_left_open(self) -> None:
        backwards = Layout("backwards", 2 * PAIRS - 1 - 2 * PAIR - MEMBER)
        assert bijection(backwards).status == "undecided"

    def test_half_split_is_interleaved_rearranged(self) -> None:
        assert rearranged(half_split(y, m), interleaved(x, m)).proved
        assert rearranged(interleaved(x, m), half_split(y, m)).proved

    def test_the_other_sense_of_turning_is_refuted(self) -> None:
        assert rearranged(half_split(y, m, -1), interleaved(x, m)).refuted

    def test_another_position_is_refuted(self) -> None:
        assert rearranged(half_split(y, n), interleaved(x, m)).refuted

    def test_a_layout_that_is_no_bijection_is_refuted(self) -> None:
        bad = Layout("i + 2a", PAIR + 2 * MEMBER)
        same = interleaved(x, m).fed((y[PAIR], y[PAIR + 2]))
        verdict = rearranged(PairMap(bad, y, same), interleaved(x, m))
        assert verdict.refuted
        assert verdict.reason == "no such channel"

    def test_reading_outside_the_pair_is_refused(self) -> None:
        stray = PairMap(INTERLEAVED, x, (x[2 * PAIR], x[2 * PAIR + 2]))
        verdict = rearranged(half_split(y, m), stray)
        assert verdict.status == "undecided"
        assert "outside the pair" in verdict.reason

    def test_scores(self) -> None:
        new = (half_split(y, m), half_split(y, n))
        old = (interleaved(q, m), interleaved(k, n))
        assert same_scores(new, old).proved
        assert same_scores((new[0], new[0]), old).refuted

    def test_explicit_matrices_agree_with_the_formulas(self) -> None:
        for pairs in (1, 2, 3):
            p = HALF.permutation_from(INTERLEAVED, pairs)
            old, new = interleaved(x, m).matrix(pairs), half_split(x, m).matrix(pairs)
            assert p * p.T == sp.eye(2 * pairs)
            assert p * old * p.T == new


class TestIntegers:
    @pytest.mark.parametrize("ratio", [2 * pi, pi, -3 * pi / 7, 2 / pi])
    def test_multiples_of_pi(self, ratio: sp.Expr) -> None:
        assert forced_zero(ratio).proved

    @pytest.mark.parametrize("ratio", [6, sp.Rational(2, 3), 0, -1])
    def test_rational_ratios_have_other_solutions(self, ratio: sp.Expr) -> None:
        verdict = forced_zero(ratio)
        assert verdict.refuted
        assert verdict.witness is not None
        values = {name: sp.Integer(value) for name, value in verdict.witness.assignment}
        assert values["n"] == ratio * values["k"]
        assert values["n"] != 0 or values["k"] != 0

    @pytest.mark.parametrize("ratio", [sp.sqrt(2), pi + 1, pi**2, sp.E, sp.Symbol("r")])
    def test_other_numbers_are_left_open(self, ratio: sp.Expr) -> None:
        assert forced_zero(ratio).status == "undecided"

    def test_rotations_at_integers(self) -> None:
        assert injective(sp.Integer(1), (M, N)).proved
        assert injective(sp.Rational(1, 100), (M, N)).proved
        assert injective(2 * pi / 5, (M, N)).refuted
        assert injective(sp.Integer(0), (M, N)).refuted
        assert injective(sp.Integer(1), (m, n)).refuted
        assert injective(sp.Integer(1), (M, n)).refuted
        assert injective(sp.sqrt(2), (M, N)).status == "undecided"


class TestCounterexamples:
    def test_values_that_differ(self) -> None:
        verdict = differ(cos(a), sp.Integer(1), {a: sp.Integer(1)})
        assert verdict.proved
        assert str(verdict.witness) == "a = 1: cos(1) ≠ 1 (0.540302305868 ≠ 1.0)"

    def test_values_that_agree(self) -> None:
        verdict = differ(sin(2 * a), 2 * sin(a) * cos(a), {a: sp.Integer(1)})
        assert verdict.refuted
        assert verdict.witness is not None
        assert verdict.witness.relation == "="

    def test_one_differing_entry_is_enough(self) -> None:
        left, right = sp.ImmutableMatrix([1, cos(1)]), sp.ImmutableMatrix([1, 1])
        assert differ(left, right, {}).proved
        assert differ(left, left, {}).refuted

    def test_a_missing_value_is_named(self) -> None:
        verdict = differ(cos(a) + m, sp.Integer(1), {a: sp.Integer(1)})
        assert verdict.status == "undecided"
        assert "m" in verdict.reason

    def test_a_mixture_of_pi_and_exponentials_is_left_open(self) -> None:
        assert differ(pi + cos(1), sp.Integer(0), {}).status == "undecided"

    def test_multiples_of_pi_are_known_apart(self) -> None:
        assert differ(pi, sp.Rational(355, 113), {}).proved
