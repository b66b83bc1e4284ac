"""Chapter H: its plain formulas are the proved ones, and they bound what happens."""

import subprocess
import sys
from fractions import Fraction
from math import expm1

import pytest
import sympy as sp
from hypothesis import assume, given
from hypothesis import strategies as st

from ropespec.spec import bounds, find, prove
from ropespec.spec.claims.bounds import Within

UNIT = Fraction(1, 16)
ERRORS = st.fractions(-1, 1, max_denominator=8).map(lambda share: share * UNIT)
NUMBERS = st.fractions(-3, 3, max_denominator=8)


def test_the_chapter_is_proved() -> None:
    report = prove(*(f"H{number}" for number in range(1, 9)))
    assert report.problems == ()


def test_each_plain_formula_is_the_bound_of_a_claim() -> None:
    symbol = sp.Symbol("u", nonnegative=True)
    claims = {
        number: [one.bound for one in find(number).statement if isinstance(one, Within)]
        for number in ("H1", "H2", "H3", "H6", "H8")
    }
    m, theta, u_theta, u_m = sp.symbols("M theta u_theta u_m", nonnegative=True)
    assert bounds.angle(m * theta, u_theta, u_m, symbol) in claims["H2"]
    r, big_a, s, delta = sp.symbols("r A s Delta", nonnegative=True)
    errors = tuple(sp.symbols("u_t u_p u_s", nonnegative=True))
    assert bounds.component(r, delta, errors, s, big_a) in claims["H3"]
    e, g = sp.symbols("E g", nonnegative=True)
    n = sp.Symbol("n", integer=True, nonnegative=True)
    after = bounds.gamma(n, symbol)
    assert bounds.frequency(e, g, after, lambda x: sp.exp(x) - 1) in claims["H1"]
    w = sp.Symbol("W", integer=True, positive=True)
    assert bounds.fixed_point(sp.Symbol("p_1", nonnegative=True), w) in claims["H6"]
    k, width = sp.Symbol("k", nonnegative=True), sp.Symbol("w", positive=True)
    top, bottom = sp.symbols("e_1 e_2", nonnegative=True)
    assert bounds.ramp(k, width, top, bottom, symbol) in claims["H8"]


def test_the_formulas_load_without_sympy() -> None:
    program = "import sys, ropespec.spec.bounds; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603


@given(NUMBERS, NUMBERS, st.lists(ERRORS, min_size=3, max_size=3))
def test_an_angle_is_within_its_bound(
    position: Fraction, frequency: Fraction, errors: list[Fraction]
) -> None:
    first, second, third = errors
    computed = position * (1 + first) * frequency * (1 + second) * (1 + third)
    bound = bounds.angle(abs(position * frequency), UNIT, UNIT, UNIT)
    assert abs(computed - position * frequency) <= bound


@given(
    st.tuples(NUMBERS, NUMBERS),
    st.fractions(-1, 1, max_denominator=9),
    st.lists(ERRORS, min_size=5, max_size=5),
    st.lists(st.fractions(-1, 1, max_denominator=8), min_size=5, max_size=5),
)
def test_a_rotated_component_is_within_its_bound(
    pair: tuple[Fraction, Fraction],
    slope: Fraction,
    errors: list[Fraction],
    lost: list[Fraction],
) -> None:
    (x, y), smallest = pair, Fraction(1, 64)
    cos, sin = (1 - slope**2) / (1 + slope**2), 2 * slope / (1 + slope**2)
    halves = [share * smallest / 2 for share in lost]
    one = x * (cos * (1 + errors[0]) + halves[0]) * (1 + errors[1]) + halves[1]
    two = y * (sin * (1 + errors[2]) + halves[2]) * (1 + errors[3]) + halves[3]
    computed = (one - two) * (1 + errors[4]) + halves[4]
    squared = x**2 + y**2
    norm = Fraction(int((squared * 10**12) ** 0.5) + 1, 10**6)  # a little above the norm
    bound = bounds.component(norm, 0, (UNIT, UNIT, UNIT), smallest, 1)
    assert abs(computed - (x * cos - y * sin)) <= bound


@given(st.lists(NUMBERS, min_size=4, max_size=4), st.lists(ERRORS, min_size=4, max_size=4))
def test_a_pairs_score_is_within_its_bound(
    values: list[Fraction], errors: list[Fraction]
) -> None:
    q, k, e, f = values[:2], values[2:], errors[:2], errors[2:]
    computed = sum((a + c) * (b + d) for a, b, c, d in zip(q, k, e, f, strict=True))
    exact = sum(a * b for a, b in zip(q, k, strict=True))
    norms = [Fraction(int((sum(a**2 for a in v) * 10**12) ** 0.5) + 1, 10**6) for v in (q, k)]
    assert abs(computed - exact) <= bounds.score((norms[0], norms[1]), (UNIT, UNIT))


@given(
    st.fractions(0, 1, max_denominator=9),
    st.lists(st.fractions(-1, 1, max_denominator=8), min_size=3, max_size=3),
)
def test_a_share_of_a_ramp_is_within_its_bound(share: Fraction, errors: list[Fraction]) -> None:
    width, top, bottom = Fraction(3), Fraction(1, 5), Fraction(1, 7)
    computed = (share * width + errors[0] * top) * (1 + errors[1] * UNIT)
    computed /= width + errors[2] * bottom
    assert abs(computed - share) <= bounds.ramp(share, width, top, bottom, UNIT)


@given(st.floats(0, 1e-3), st.floats(0, 1e-3), st.floats(0, 20))
def test_an_evaluated_bound_is_not_below_the_exact_one(
    one: float, two: float, norm: float
) -> None:
    assume(one == 0 or one > 1e-100)
    assume(two == 0 or two > 1e-100)
    assume(norm == 0 or norm > 1e-100)
    evaluated = bounds.raised(bounds.component(norm, two, (one, two, one), 0.0, 1.0))
    exact = bounds.component(
        Fraction(norm), Fraction(two), (Fraction(one), Fraction(two), Fraction(one)), 0, 1
    )
    assert Fraction(evaluated) >= exact


def test_frequencies_amplify_the_exponents_error() -> None:
    small, large = (
        bounds.frequency(exponent, 2.0**-24, 0.0, expm1) for exponent in (1.0, 10.0)
    )
    assert large == pytest.approx(10 * small, rel=1e-5)
