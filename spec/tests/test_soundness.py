"""Random trigonometric polynomials: no false identity is proved, no true one refuted.

Numbers at 40 digits are a test of the kernel here, never evidence for a theorem.
"""

import mpmath
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.spec.kernel import decide

ANGLES = sp.symbols("a b c", real=True)
FACTORS = sp.symbols("u v", real=True)
COEFFICIENTS = st.fractions(-3, 3, max_denominator=4).map(sp.Rational)
WHOLE = st.integers(-2, 2)


@st.composite
def angles(draw: st.DrawFn) -> sp.Expr:
    """Whole combinations of a, b, c and of quarter turns; shrinks to 0."""
    terms = [draw(WHOLE) * angle for angle in ANGLES]
    return sp.Add(*terms, draw(WHOLE) * sp.pi / 2)


@st.composite
def products(draw: st.DrawFn) -> sp.Expr:
    """A number times powers of u, v and up to three cosines, sines or phases."""
    waves = [
        draw(st.sampled_from([sp.cos, sp.sin, lambda t: sp.exp(sp.I * t)]))(draw(angles()))
        for _ in range(draw(st.integers(0, 3)))
    ]
    powers = [factor ** draw(st.integers(0, 2)) for factor in FACTORS]
    return sp.Mul(draw(COEFFICIENTS), *powers, *waves)


polynomials = st.lists(products(), min_size=1, max_size=3).map(lambda terms: sp.Add(*terms))


def rewritten(value: sp.Expr) -> sp.Expr:
    """The same function in another form: every cosine and sine by its addition formula."""
    opened = value.rewrite(sp.exp).expand()
    return opened.replace(
        lambda part: isinstance(part, sp.exp),
        lambda part: sp.Mul(*(sp.exp(term) for term in sp.Add.make_args(part.args[0]))),
    )


def numeric(value: sp.Expr) -> mpmath.mpc:
    """The value at one irrational-looking point, to 40 digits."""
    point = {
        symbol: sp.Rational(prime, 7) for symbol, prime in
        zip((*ANGLES, *FACTORS), (3, 11, 5, 13, 2), strict=True)
    }  # fmt: skip
    return mpmath.mpmathify(value.subs(point).evalf(40))


@settings(max_examples=60, deadline=None)
@given(polynomials)
def test_one_function_in_two_forms_is_proved(value: sp.Expr) -> None:
    assert decide(value, rewritten(value)).proved


@settings(max_examples=60, deadline=None)
@given(polynomials, products())
def test_a_perturbed_identity_is_never_proved(value: sp.Expr, change: sp.Expr) -> None:
    verdict = decide(value, value + change)
    if abs(numeric(change)) > mpmath.mpf(10) ** -30:
        assert verdict.refuted
    else:
        assert verdict.proved == decide(change, 0).proved


@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials)
def test_verdicts_agree_with_numbers(left: sp.Expr, right: sp.Expr) -> None:
    verdict = decide(left, right)
    gap = abs(numeric(left - right))
    assert verdict.status in ("proved", "refuted")
    assert verdict.proved == (gap < mpmath.mpf(10) ** -30)


@settings(max_examples=40, deadline=None)
@given(polynomials, polynomials)
def test_a_witness_is_a_real_difference(left: sp.Expr, right: sp.Expr) -> None:
    verdict = decide(left, right)
    if verdict.witness is not None:
        values = {
            sp.Symbol(name, real=True): sp.Rational(value)
            for name, value in verdict.witness.assignment
        }
        assert abs((left - right).subs(values).evalf(40)) > sp.Rational(1, 10**30)
