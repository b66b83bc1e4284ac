"""The rules for inequalities: enclosures, certificates of sign, slopes, the exponential."""

from fractions import Fraction

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from ropespec.spec.kernel import KernelError
from ropespec.spec.kernel.enclosure import Interval, enclose, point
from ropespec.spec.kernel.growth import exponential_within
from ropespec.spec.kernel.nonnegative import Form, at_most
from ropespec.spec.kernel.slopes import nonnegative_from

a, b, t = sp.symbols("a b t", real=True)
x, y = sp.symbols("x y", nonnegative=True)
p = sp.Symbol("p", positive=True)
loose = sp.Symbol("z")

RATIONALS = st.fractions(-6, 6, max_denominator=50)


class TestEnclosures:
    @pytest.mark.parametrize("function", [sp.exp, sp.cos, sp.sin])
    @given(RATIONALS, st.fractions(0, 1, max_denominator=50))
    def test_hold_the_value_and_are_narrow(
        self, function: sp.Function, low: Fraction, width: Fraction
    ) -> None:
        found = enclose(function(t), {t: Interval(low, low + width)})
        for share in (0, Fraction(1, 3), 1):
            inside = low + share * width
            value = getattr(mpmath, function.__name__)(
                mpmath.mpf(inside.numerator) / inside.denominator
            )
            assert float(found.low) - 1e-13 <= float(value) <= float(found.high) + 1e-13
        if not width and abs(low) < 2:
            assert found.high - found.low < Fraction(1, 1000) * (1 + abs(found.high))

    def test_follow_sums_products_and_powers(self) -> None:
        at = {a: Interval(Fraction(-1), Fraction(2)), b: point(3)}
        assert enclose(a**2 - b, at) == Interval(Fraction(-3), Fraction(1))
        assert enclose(a**3, at) == Interval(Fraction(-1), Fraction(8))
        assert enclose(a / b, at) == Interval(Fraction(-1, 3), Fraction(2, 3))

    def test_refuse_a_divisor_around_zero(self) -> None:
        with pytest.raises(KernelError, match="may be zero"):
            enclose(1 / a, {a: Interval(Fraction(-1), Fraction(1))})

    @pytest.mark.parametrize("unknown", [sp.Float(0.5), sp.log(a), sp.pi, b, sp.sqrt(a)])
    def test_refuse_what_they_do_not_know(self, unknown: sp.Expr) -> None:
        with pytest.raises(KernelError, match="cannot be enclosed"):
            enclose(unknown + 1, {a: point(2)})


class TestForms:
    @pytest.mark.parametrize(
        "term", [x, x * y, a**2, (a - b) ** 4, sp.exp(a), sp.exp(x) - 1, x / (1 + y), x / p]
    )
    def test_not_negative(self, term: sp.Expr) -> None:
        assert Form().holds(term)

    @pytest.mark.parametrize(
        "term", [a, a**3, x - y, -x, x / y, sp.exp(a) - 1, loose**2, sp.cos(a), sp.exp(loose)]
    )
    def test_not_known(self, term: sp.Expr) -> None:
        assert not Form().holds(term)

    def test_a_given_sum_is_not_positive_because_one_part_is(self) -> None:
        assert Form(given=(1 - x,)).holds(1 - x)
        assert not Form(given=(1 - x,)).strict(1 - x)
        assert Form(positive=(1 - x,)).strict(1 - x)


class TestCertificates:
    def test_a_square(self) -> None:
        assert at_most(2 * a * b, a**2 + b**2, certificate=(a - b) ** 2).proved

    def test_found_by_expansion(self) -> None:
        assert at_most(1 + 2 * x, (1 + x) ** 2).proved

    def test_under_a_hypothesis(self) -> None:
        assert at_most(x * y, y, certificate=y * (1 - x), given=(1 - x,)).proved

    def test_a_wrong_certificate_proves_nothing(self) -> None:
        verdict = at_most(2 * a * b, a**2 + b**2, certificate=(a + b) ** 2)
        assert verdict.status == "undecided"

    def test_a_certificate_that_may_be_negative_proves_nothing(self) -> None:
        assert not at_most(a, b, certificate=b - a).proved

    def test_a_false_inequality_has_a_witness(self) -> None:
        verdict = at_most(a**2, a)
        assert verdict.refuted
        assert str(verdict.witness) == "a = 2: 4 ≰ 2"

    def test_a_witness_obeys_hypotheses_and_declarations(self) -> None:
        assert not at_most(x**2, x, given=(1 - x,), certificate=x * (1 - x)).refuted
        assert not at_most(-x, sp.Integer(0)).refuted

    def test_undeclared_symbols_are_refused(self) -> None:
        assert at_most(0, loose**2).status == "undecided"


class TestSlopes:
    def test_sine_is_below_its_argument(self) -> None:
        square = (1 - sp.cos(t)) ** 2 / 2 + sp.sin(t) ** 2 / 2
        assert nonnegative_from(t - sp.sin(t), t, 0, certificate=square).proved

    def test_by_interval_arithmetic(self) -> None:
        gap = t + t**2 - sp.exp(t) + 1
        assert nonnegative_from(gap, t, 0, sp.Rational(1, 2), order=2).proved

    def test_interval_arithmetic_needs_an_end(self) -> None:
        assert nonnegative_from(sp.exp(t) - 1 - t, t, 0, order=2).status == "undecided"

    def test_beyond_the_interval_it_is_not_proved(self) -> None:
        assert nonnegative_from(t + t**2 - sp.exp(t) + 1, t, 0, 2, order=2).refuted

    def test_a_bad_start_is_not_proved(self) -> None:
        assert not nonnegative_from(t - 1, t, 0, certificate=sp.Integer(1)).proved

    def test_a_certificate_must_be_the_derivative(self) -> None:
        verdict = nonnegative_from(sp.exp(t) - 1, t, 0, certificate=sp.exp(2 * t))
        assert verdict.status == "undecided"

    def test_the_variable_counts_as_positive_only_from_zero_on(self) -> None:
        assert nonnegative_from(t**2, t, 0, certificate=2 * t).proved
        assert nonnegative_from(t**2, t, -1, certificate=2 * t).status == "undecided"
        assert nonnegative_from(t**3, t, -1, certificate=3 * t**2).refuted


class TestExponential:
    def test_its_own_growth(self) -> None:
        assert exponential_within(x * y, sp.exp(x * y) - 1).proved

    @pytest.mark.parametrize("bound", [x, sp.exp(x) - sp.exp(-x) - x, sp.exp(x / 2) - 1])
    def test_less_is_refuted(self, bound: sp.Expr) -> None:
        assert not exponential_within(x, bound).proved

    def test_the_size_must_not_be_negative(self) -> None:
        assert exponential_within(a, sp.exp(a) - 1).status == "undecided"
