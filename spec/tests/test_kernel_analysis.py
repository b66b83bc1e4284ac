"""Integrals, Riemann sums, expected values, pieces, repeats: accepted and refused."""

from dataclasses import replace

import pytest
import sympy as sp

from ropespec.spec.kernel.expectation import Moments, expected, expected_square, expected_sum
from ropespec.spec.kernel.integration import Substitution, integral
from ropespec.spec.kernel.pieces import Pieces, continuous, rising
from ropespec.spec.kernel.repeats import never_repeats
from ropespec.spec.kernel.riemann import riemann_within, vanishes
from ropespec.spec.kernel.verdict import KernelError
from ropespec.spec.notation import i, k, q, vector

ZERO, ONE = sp.Integer(0), sp.Integer(1)
X, Y = sp.symbols("x y", real=True)
U, D, L = sp.symbols("u D L", positive=True)
N = sp.Symbol("N", integer=True, positive=True)
FALLING = D * sp.exp(-L * X)
STEP = D - D * sp.exp(-L)

COSINE = Substitution(
    X,
    FALLING,
    U,
    -L * U,
    sp.cos(U),
    sp.cos(U) / U,
    -1 / L,
    (ZERO, ONE),
    (D, D * sp.exp(-L)),
)


class TestIntegrals:
    def test_the_cosine_integral(self) -> None:
        assert integral(COSINE).proved

    @pytest.mark.parametrize(
        "change",
        [
            {"slope": L * U},
            {"factor": 1 / L},
            {"primitive_slope": sp.cos(U)},
            {"images": (D * sp.exp(-L), D)},
            {"ends": (ONE, ZERO)},
            {"integrand": sp.sin(U)},
        ],
    )
    def test_each_part_counts(self, change: dict[str, sp.Expr]) -> None:
        assert integral(replace(COSINE, **change)).refuted

    def test_what_may_be_zero_is_not_substituted(self) -> None:
        real = sp.Symbol("D", real=True)
        assert integral(COSINE.replace({D: real})).status == "undecided"
        assert integral(COSINE.replace({U: Y})).status == "undecided"

    def test_the_variable_stays_inside(self) -> None:
        assert integral(replace(COSINE, factor=X)).status == "undecided"


class TestRiemannSums:
    def test_the_steps_of_the_angle_bound_it(self) -> None:
        assert riemann_within(FALLING, X, N, STEP / N).proved
        assert riemann_within(FALLING, X, N, 2 * STEP / N).status == "undecided"
        assert riemann_within(FALLING, X, N, (STEP + U) / N).proved

    def test_a_rising_angle_is_not_taken(self) -> None:
        assert riemann_within(D * sp.exp(L * X), X, N, STEP / N).status == "undecided"

    def test_the_number_of_summands_is_declared(self) -> None:
        assert riemann_within(FALLING, X, D, STEP / N).status == "undecided"

    def test_an_example_refutes_only_when_it_is_one(self) -> None:
        far = {D: sp.Integer(2), L: sp.Integer(4), N: ONE}
        assert riemann_within(FALLING, X, N, STEP / N / 2, far).refuted
        assert riemann_within(FALLING, X, N, STEP / N, far).status == "undecided"
        many = {**far, N: sp.Integer(20)}
        assert riemann_within(FALLING, X, N, STEP / N / 2, many).status == "undecided"

    def test_what_vanishes(self) -> None:
        assert vanishes(D / N, N).proved
        assert vanishes(D, N).refuted
        assert vanishes(D * N, N).status == "undecided"
        assert vanishes(D / N + 1, N).status == "undecided"


class TestExpectedValues:
    V, W = sp.symbols("V W", nonnegative=True)
    Q = Moments(q, (ZERO, ZERO), ((V, ZERO), (ZERO, V)))
    K = Moments(k, (ZERO, ZERO), ((W, ZERO), (ZERO, W)))
    PRODUCT = vector(q).T @ vector(k)

    def test_linear_and_independent(self) -> None:
        value = 3 * q[2 * i] ** 2 * k[2 * i] ** 2 + q[2 * i] * k[2 * i] + 5
        assert expected(value, (self.Q, self.K)) == 3 * self.V * self.W + 5

    def test_moments_of_a_product(self) -> None:
        both = (self.Q, self.K)
        assert expected_sum(self.PRODUCT, both, ZERO).proved
        assert expected_square(self.PRODUCT, both, 2 * self.V * self.W).proved
        assert expected_square(self.PRODUCT, both, self.V * self.W).refuted
        assert expected_sum(self.PRODUCT, both, self.V).refuted

    def test_pairs_that_are_correlated_are_seen(self) -> None:
        both = tuple(replace(one, across=ONE) for one in (self.Q, self.K))
        verdict = expected_square(self.PRODUCT, both, 2 * self.V * self.W)
        assert verdict.refuted
        assert "d = 4" in str(verdict.witness)

    def test_higher_moments_are_not_invented(self) -> None:
        with pytest.raises(KernelError, match="order 3"):
            expected(q[2 * i] ** 3, (self.Q,))
        square = vector(q).T @ vector(q)
        assert expected_square(square, (self.Q,), ZERO).status == "undecided"

    def test_what_is_no_polynomial_is_refused(self) -> None:
        with pytest.raises(KernelError, match="no polynomial"):
            expected(sp.cos(q[2 * i]), (self.Q,))

    def test_other_channels_are_refused(self) -> None:
        with pytest.raises(KernelError, match="is not 2i"):
            expected(q[3 * i], (self.Q,))

    def test_declarations_are_needed(self) -> None:
        bare = sp.IndexedBase("q")
        assert expected_sum(self.PRODUCT.replace({q: bare}), (), ZERO).status == "undecided"


class TestPieces:
    W = sp.Symbol("w", positive=True)
    RAMP = Pieces(X, (ZERO, X / W, ONE), (ZERO, W))

    def test_a_ramp(self) -> None:
        assert continuous(self.RAMP).proved
        assert rising(self.RAMP, (ZERO, 1 / self.W, ZERO)).proved

    def test_a_jump_is_seen(self) -> None:
        jump = Pieces(X, (ZERO, ONE), (ZERO,))
        assert continuous(jump).refuted
        assert rising(jump, (None, None)).status == "undecided"

    def test_a_fall_is_seen(self) -> None:
        down = Pieces(X, (ZERO, -X), (ZERO,))
        assert continuous(down).proved
        assert rising(down, (None, None)).refuted

    def test_a_piece_may_use_where_it_is(self) -> None:
        square = Pieces(X, (ZERO, X**2), (ZERO,))
        assert rising(square, (None, 2 * X)).proved
        assert rising(Pieces(X, (X**2, ZERO), (ZERO,)), (None, None)).refuted

    def test_edges_in_the_wrong_order_are_refused(self) -> None:
        tangled = Pieces(X, (ZERO, X * (X + self.W), ZERO), (ZERO, -self.W))
        assert continuous(tangled).proved
        assert rising(tangled, (None, None, None)).status == "undecided"

    def test_a_pole_is_refused(self) -> None:
        assert continuous(Pieces(X, (ONE, 1 / X), (ONE,))).status == "undecided"

    def test_edges_are_counted(self) -> None:
        with pytest.raises(KernelError, match="one edge between"):
            Pieces(X, (ZERO, ONE), ())

    def test_the_variable_is_declared(self) -> None:
        bare = sp.Symbol("x")
        assert continuous(Pieces(bare, (ZERO, bare), (ZERO,))).status == "undecided"


class TestRepeats:
    M, K = sp.symbols("m k", integer=True)
    R = sp.Symbol("r", rational=True, nonzero=True)

    @pytest.mark.parametrize("value", [R, 1 / R, R**2 / 3, ONE, sp.Rational(2, 7)])
    def test_rational_frequencies_never_repeat(self, value: sp.Expr) -> None:
        assert never_repeats(value, (self.M, self.K)).proved

    @pytest.mark.parametrize("value", [ZERO, sp.pi, 2 * sp.pi / 7])
    def test_whole_wavelengths_and_rest_repeat(self, value: sp.Expr) -> None:
        assert never_repeats(value, (self.M, self.K)).refuted

    def test_what_is_not_known_to_be_rational(self) -> None:
        maybe_zero = sp.Symbol("r", rational=True)
        for value in (X, maybe_zero, self.R + 1, sp.pi * self.R):
            assert never_repeats(value, (self.M, self.K)).status == "undecided"

    def test_real_positions_may_repeat(self) -> None:
        assert never_repeats(ONE, (X, Y)).refuted
        assert never_repeats(self.R, (X, Y)).status == "undecided"
