"""The calculus of rounding errors, and the integers that formats hold."""

from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from ropespec.spec.bounds import gamma
from ropespec.spec.kernel.rounding import Hypotheses, every_product, every_sum, within
from ropespec.spec.kernel.significands import (
    holds_up_to,
    leaves_out,
    rounds_to,
)

d, e, x = sp.symbols("d e x", real=True)
u, v, size = sp.symbols("u v X", nonnegative=True)
n = sp.Symbol("n", integer=True, nonnegative=True)
p = sp.Symbol("p", integer=True, positive=True)


class TestWithin:
    def test_a_product(self) -> None:
        assert within(x * (1 + d), x, {x: size, d: u}, size * u).proved

    def test_a_quotient(self) -> None:
        room = Hypotheses(positive=(1 - u,))
        assert within(1 / (1 + d), 1, {d: u}, u / (1 - u), room).proved

    def test_a_quotient_that_may_blow_up_is_not_proved(self) -> None:
        assert within(1 / (1 + d), 1, {d: u}, u / (1 - u)).refuted
        assert within(1 / (1 + d**2), 1, {d: u}, u**2).status == "undecided"

    def test_the_first_order_is_too_little(self) -> None:
        verdict = within((1 + d) * (1 + e), 1, {d: u, e: v}, u + v)
        assert verdict.refuted
        assert "u = 1/4, v = 1/4, d = 1/4, e = 1/4: 9/16 ≰ 1/2" in str(verdict.witness)

    def test_cancellation_is_seen_before_sizes_are_taken(self) -> None:
        assert within((x + d) - (x - d), 0, {x: size, d: u}, 2 * u).proved

    def test_a_quantity_without_a_size_is_refused(self) -> None:
        assert within(x * d, 0, {d: u}, x**2 * u + u).status == "undecided"

    def test_a_size_that_may_be_negative_is_refused(self) -> None:
        assert within(d, 0, {d: x}, x).status == "undecided"

    def test_an_undeclared_error_is_refused(self) -> None:
        loose = sp.Symbol("loose")
        assert within(loose, 0, {loose: u}, u).status == "undecided"

    def test_a_wrong_certificate_is_refused(self) -> None:
        given = Hypotheses(certificate=u)
        assert within(d, 0, {d: u}, u, given).status == "undecided"

    def test_a_witness_obeys_the_declarations(self) -> None:
        whole = sp.Symbol("k", integer=True)
        verdict = within(whole * d, 0, {whole: size, d: u}, u)
        assert verdict.witness is not None
        values = dict(verdict.witness.assignment)
        assert "/" not in values["k"]


class TestEveryLength:
    def test_products(self) -> None:
        assert every_product(gamma(n, u), n, u).proved

    @pytest.mark.parametrize(
        "bound", [n * u, n * u / (1 - u), (1 + n * u) ** 2 - 1 - n * u, gamma(n, u) / 2]
    )
    def test_products_beyond_the_bound(self, bound: sp.Expr) -> None:
        assert every_product(bound, n, u).refuted

    def test_the_count_must_be_declared(self) -> None:
        assert every_product(gamma(x, u), x, u).status == "undecided"

    def test_sums(self) -> None:
        one = within(x * (1 + d), x, {x: size, d: u}, size * u)
        assert every_sum(one).proved
        assert every_sum(within(x * (1 + d), x, {x: size, d: u}, u)).refuted

    @given(st.lists(st.tuples(st.fractions(-1, 1), st.booleans()), max_size=7))
    def test_gamma_holds_for_any_factors(self, factors: list[tuple[Fraction, bool]]) -> None:
        unit = Fraction(1, 8)
        whole = Fraction(1)
        for share, divides in factors:
            whole = whole / (1 + share * unit) if divides else whole * (1 + share * unit)
        assert abs(whole - 1) <= gamma(len(factors), unit)


class TestIntegersInFormats:
    @pytest.mark.parametrize("limit", [2**p, 2**p - 5])
    def test_held_up_to(self, limit: sp.Expr) -> None:
        assert holds_up_to(limit, p).proved

    @pytest.mark.parametrize("limit", [2**p + 1, 2 ** (p + 1), 3 * 2**p])
    def test_not_all_held(self, limit: sp.Expr) -> None:
        assert holds_up_to(limit, p).refuted

    @pytest.mark.parametrize("number", [2**p + 1, 2**p + 7])
    def test_left_out(self, number: sp.Expr) -> None:
        assert leaves_out(number, p).proved

    @pytest.mark.parametrize("number", [2**p, 2**p + 2, 2**p + 4, 2**p - 1])
    def test_not_left_out(self, number: sp.Expr) -> None:
        assert leaves_out(number, p).refuted

    def test_the_precision_must_be_declared(self) -> None:
        loose = sp.Symbol("p", integer=True)
        assert holds_up_to(2**loose, loose).status == "undecided"
        assert leaves_out(2**loose + 1, loose).status == "undecided"

    def test_other_numbers_are_not_decided(self) -> None:
        assert leaves_out(3 * 2**p, p).status == "undecided"

    def test_rounding(self) -> None:
        assert rounds_to(259, 8, 260).proved
        assert rounds_to(257, 8, 258).refuted
