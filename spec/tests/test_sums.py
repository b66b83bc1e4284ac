"""Sums over tokens: names, masks, permutations, linearity, examples; and what is refused."""

import pytest
import sympy as sp

from ropespec.spec.kernel.sums import VISIBLE, Permutation, sums_agree, sums_differ
from ropespec.spec.kernel.unrolling import Numbers
from ropespec.spec.kernel.verdict import KernelError
from ropespec.spec.notation import k, q, rotary, sum_over_pairs, t, theta_i, thetas, vector

n = sp.Symbol("n", integer=True, nonnegative=True)
m = sp.Symbol("m", integer=True, nonnegative=True)
later = sp.Symbol("r", integer=True, nonnegative=True)
count = sp.Symbol("N", integer=True, positive=True)
a, b = sp.symbols("a b", real=True)
x, y = (sp.IndexedBase(name, real=True) for name in "xy")
w = sp.IndexedBase("w", positive=True)
s, r = (sp.Function(name, real=True) for name in "sr")
order = sp.Function("pi", integer=True, nonnegative=True)
ORDER = (Permutation(order, sp.Integer(0), count - 1),)
P = sp.Symbol("p", real=True)


def total(summand: sp.Expr, last: sp.Expr = count - 1) -> sp.Expr:
    return sp.Sum(summand, (n, 0, last))


def score(first: sp.Expr, second: sp.Expr) -> sp.Expr:
    return (rotary(first) @ vector(q)).T @ (rotary(second) @ vector(k))


class TestAgreement:
    def test_equal_summands(self) -> None:
        assert sums_agree(total(sp.cos(x[n]) ** 2), total(1 - sp.sin(x[n]) ** 2)).proved

    def test_quotients_of_sums(self) -> None:
        left = total(sp.exp(x[n] + a) * y[n]) / total(sp.exp(x[n] + a))
        right = total(sp.exp(x[n]) * sp.exp(a) * y[n]) / total(sp.exp(a) * sp.exp(x[n]))
        assert sums_agree(left, right).proved

    def test_a_denominator_without_a_sign_is_refused(self) -> None:
        ratio = total(y[n]) / total(x[n])
        verdict = sums_agree(ratio, ratio)
        assert verdict.status == "undecided"
        assert "divides" in verdict.reason

    def test_a_denominator_that_may_be_empty_is_refused(self) -> None:
        ratio = total(y[n], later - 1) / total(w[n], later - 1)
        assert sums_agree(ratio, ratio).status == "undecided"
        assert sums_agree(ratio.xreplace({later: count}), ratio.xreplace({later: count})).proved

    def test_linearity(self) -> None:
        assert sums_agree(a * total(x[n]) + b * total(y[n]), total(a * x[n] + b * y[n])).proved
        assert sums_agree(n * total(x[n]), total(n * x[n])).status == "undecided"

    @pytest.mark.parametrize(
        "other",
        [
            total(x[n + 1]),
            total(x[n], count),
            total(x[n]) ** 2,
            total(2 * x[n]),
            total(x[n]) + 1,
        ],
    )
    def test_other_sums_are_not_proved(self, other: sp.Expr) -> None:
        assert sums_agree(total(x[n]), other).status == "undecided"

    def test_sums_inside_sums_are_refused(self) -> None:
        inner = sp.Sum(x[m], (m, 0, count - 1))
        assert sums_agree(total(inner), total(inner)).status == "undecided"

    def test_ends_must_be_integers(self) -> None:
        loose = total(x[n], a)
        verdict = sums_agree(loose, loose)
        assert verdict.status == "undecided"
        assert "needs integer=True" in verdict.reason


class TestNames:
    def test_equal_terms_are_exchanged(self) -> None:
        names = ((r(n), score(P, n)), (s(n), score(P + t, n + t)))
        assert sums_agree(total(sp.exp(s(n))), total(sp.exp(r(n))), names).proved

    def test_other_terms_are_not(self) -> None:
        names = ((r(n), score(P, n)), (s(n), score(P + t, n)))
        verdict = sums_agree(total(sp.exp(s(n))), total(sp.exp(r(n))), names)
        assert verdict.status == "undecided"

    def test_unknown_names_stay_apart(self) -> None:
        assert sums_agree(total(s(n)), total(r(n))).status == "undecided"

    def test_a_name_stands_for_a_real_number(self) -> None:
        turned = sum_over_pairs(q[0] * sp.exp(sp.I * P * theta_i), "z")
        verdict = sums_agree(total(s(n)), total(s(n)), ((s(n), turned),))
        assert verdict.status == "undecided"
        assert "a real number is needed" in verdict.reason

    def test_only_sums_over_pairs_have_names(self) -> None:
        names = ((s(n), vector(q)),)
        assert sums_agree(total(s(n)), total(s(n)), names).status == "undecided"


class TestMasks:
    def test_a_mask_cuts_the_sum(self) -> None:
        assert sums_agree(total(VISIBLE(m, n) * x[n], m + later), total(x[n], m)).proved

    def test_the_cut_is_where_the_mask_ends(self) -> None:
        left = total(VISIBLE(m, n) * x[n], m + later)
        for last in (m - 1, m + 1, m + later):
            assert sums_agree(left, total(x[n], last)).status == "undecided"

    @pytest.mark.parametrize(
        "summand", [VISIBLE(m, n) + x[n], sp.exp(VISIBLE(m, n) * x[n]), (1 - VISIBLE(m, n))]
    )
    def test_what_does_not_vanish_under_the_mask_is_refused(self, summand: sp.Expr) -> None:
        verdict = sums_agree(total(summand, m + later), total(summand, m))
        assert verdict.status == "undecided"
        assert "does not vanish" in verdict.reason

    def test_a_mask_of_another_range_is_refused(self) -> None:
        outside = total(VISIBLE(m, n) * x[n], later)
        assert sums_agree(outside, outside).status == "undecided"
        swapped = total(VISIBLE(n, m) * x[n], m + later)
        assert sums_agree(swapped, swapped).status == "undecided"


class TestPermutations:
    def test_a_sum_in_another_order(self) -> None:
        left = total(sp.exp(x[order(n)]) * y[order(n)])
        right = total(sp.exp(x[n]) * y[n])
        assert sums_agree(left, right, permutations=ORDER).proved
        assert sums_agree(left, right).status == "undecided"

    def test_a_summand_that_sees_the_place_is_not_reordered(self) -> None:
        left, right = total(x[order(n)] * y[n]), total(x[n] * y[n])
        assert sums_agree(left, right, permutations=ORDER).status == "undecided"

    def test_another_range_is_not_reordered(self) -> None:
        left, right = total(x[order(n)], count), total(x[n], count)
        assert sums_agree(left, right, permutations=ORDER).status == "undecided"


TWO = ((count, sp.Integer(2)), (x[0], sp.Integer(1)), (x[1], sp.Integer(2)))


class TestExamples:
    def test_an_example_refutes(self) -> None:
        verdict = sums_agree(total(x[n]), total(x[n] ** 2), example=TWO)
        assert verdict.refuted
        assert str(verdict.witness) == "N = 2, x[0] = 1, x[1] = 2: 3 ≠ 5"

    def test_an_example_that_agrees_refutes_nothing(self) -> None:
        assert sums_agree(total(x[n]), total(x[n]), example=TWO).status == "undecided"
        assert sums_differ(total(x[n]), total(x[n]), TWO).status == "undecided"

    def test_a_difference_is_proved_by_it(self) -> None:
        assert sums_differ(total(x[n]), total(x[n] ** 2), TWO).proved

    def test_a_missing_number_is_named(self) -> None:
        verdict = sums_differ(total(y[n]), total(x[n]), TWO)
        assert verdict.status == "undecided"
        assert "no value is given for y[0]" in verdict.reason

    def test_numbers_respect_declarations(self) -> None:
        verdict = sums_differ(total(w[n]), total(x[n]), (*TWO, (w[0], sp.Integer(-1))))
        assert verdict.status == "undecided"
        assert "forbid" in verdict.reason

    def test_a_denominator_that_is_zero_is_refused(self) -> None:
        table = (*TWO[:2], (x[1], sp.Integer(-1)))
        ratio = 1 / total(x[n])
        assert sums_differ(ratio, 2 * ratio, table).status == "undecided"

    def test_names_are_taken_with_one_pair(self) -> None:
        names = ((s(n), score(P, n)),)
        table = {P: 0, count: 1, thetas[0]: sp.pi / 2, q[0]: 1, q[1]: 0, k[0]: 3, k[1]: 4}
        example = tuple((name, sp.sympify(value)) for name, value in table.items())
        verdict = sums_differ(total(s(n)), sp.Integer(0), example, names)
        assert verdict.witness is not None
        assert (verdict.witness.left, verdict.witness.note) == ("3", "d = 2")
        assert theta_i not in dict(example)

    def test_only_what_is_used_is_reported(self) -> None:
        numbers = Numbers(dict(TWO))
        assert numbers.written_out(x[1] + 1) == 3
        assert numbers.used == {x[1]}
        with pytest.raises(KernelError, match="range"):
            Numbers({count: sp.Integer(2)}).written_out(total(sp.Integer(1), count / 4))
