"""The rule for identities: what it proves, what it refutes, what it refuses."""

import pytest
import sympy as sp
from sympy import I, conjugate, cos, exp, im, pi, re, sin

from ropespec.spec.kernel import decide

a, b, m = sp.symbols("a b m", real=True)
n = sp.Symbol("n", integer=True)
p = sp.Symbol("p", positive=True)
w = sp.Symbol("w", real=True, nonzero=True)
x = sp.IndexedBase("x", real=True)
f = sp.Function("f", real=True)
j = sp.Symbol("j", integer=True)
z = a + I * b

TRUE = [
    (cos(a) ** 2 + sin(a) ** 2, 1),
    (cos(a + b), cos(a) * cos(b) - sin(a) * sin(b)),
    (sin(3 * a), 3 * sin(a) - 4 * sin(a) ** 3),
    (cos(a / 2) ** 2, (1 + cos(a)) / 2),
    (exp(I * a), cos(a) + I * sin(a)),
    (exp(a + b), exp(a) * exp(b)),
    (cos(a + pi / 2), -sin(a)),
    (cos(a + 2 * pi * n), cos(a)),
    (cos(a + pi * n) ** 2, cos(a) ** 2),
    (cos((m + 2 * pi / w) * w), cos(m * w)),
    (re(z * conjugate(z, evaluate=False), evaluate=False), a**2 + b**2),
    (im(z**2, evaluate=False), 2 * a * b),
    (p ** (2 * a) * p ** (-a), p**a),
    (p**a * p, p ** (a + 1)),
    (x[2 * j] * cos(x[j]) ** 2 + x[2 * j] * sin(x[j]) ** 2, x[2 * j]),
    (f(m) * cos(m) - cos(m) * f(m), 0),
    (a / w + b / w, (a + b) / w),
]

FALSE = [
    (cos(a) ** 2 - sin(a) ** 2, 1),
    (cos(a + b), cos(a) * cos(b) + sin(a) * sin(b)),
    (sin(3 * a), 3 * sin(a) - 4 * sin(a) ** 2),
    (cos(a / 2) ** 2, (1 - cos(a)) / 2),
    (exp(I * a), cos(a) - I * sin(a)),
    (exp(a + b), exp(a) + exp(b)),
    (cos(a + pi / 2), sin(a)),
    (cos(a + pi * n), cos(a)),
    (cos((m + pi / w) * w), cos(m * w)),
    (re(z * z, evaluate=False), a**2 + b**2),
    (p ** (2 * a), p**a),
    (x[2 * j], x[2 * j + 1]),
    (f(m), f(-m)),
    (sp.Rational(1, 10**30) * a, 0),
    (cos(a) - 1 + sp.Rational(1, 10**30), cos(a) - 1),
    (2 * pi * exp(a), 2 * pi * exp(-a)),
]


@pytest.mark.parametrize(("lhs", "rhs"), TRUE, ids=str)
def test_true_identities_are_proved(lhs: sp.Expr, rhs: sp.Expr) -> None:
    assert decide(lhs, rhs).status == "proved"


@pytest.mark.parametrize(("lhs", "rhs"), FALSE, ids=str)
def test_false_neighbours_are_refuted_with_a_witness(lhs: sp.Expr, rhs: sp.Expr) -> None:
    verdict = decide(lhs, rhs)
    assert verdict.status == "refuted"
    assert verdict.witness is not None
    assert verdict.witness.left != verdict.witness.right


BARE = sp.Symbol("bare")
COMPLEX = sp.Symbol("c", complex=True)

REFUSED = [
    (cos(BARE), cos(BARE) + 1, "bare is not declared"),
    (BARE, BARE + 1, "bare is not declared"),
    (cos(COMPLEX) ** 2 + sin(COMPLEX) ** 2, 1, "c stands under cos"),
    (exp(COMPLEX), exp(COMPLEX), "c stands under exp"),
    (conjugate(COMPLEX, evaluate=False), COMPLEX, "c stands under conjugate"),
    (re(COMPLEX, evaluate=False), COMPLEX, "c stands under conjugate"),
    (sp.IndexedBase("y")[j], 0, r"y\[j\] is not declared"),
    (sp.Function("g")(m), 0, r"g\(m\) is not declared"),
    (sp.Symbol("A", commutative=False), 0, "A is not declared"),
    (sp.tan(a), sin(a) / cos(a), "tan"),
    (sp.Abs(a), a, "Abs"),
    (sp.sqrt(2) ** 2 * sp.sqrt(2), 2 * sp.sqrt(2), "positive"),
    (sp.Float(0.5) * a, a / 2, "Float"),
    (1 / a, 1 / a, "a divides"),
    (1 / (a + b), 1 / (a + b), "declare that it is not zero"),
    (cos(a + pi / 3), cos(a), "multiples of π/2"),
    (cos(exp(a)), cos(exp(a)), "no polynomial"),
    (cos(I * a, evaluate=False), 1, "is not real"),
    (sp.Symbol("q", real=True) ** a, 1, "positive"),
    (sp.Integral(a, (a, 0, 1)), 1, "Integral"),
    (sp.zoo, sp.zoo, "ComplexInfinity"),
    (sp.nan, sp.nan, "NaN"),
    (sp.eye(2), sp.eye(3), "one shape"),
    (sp.eye(2), sp.Integer(1), "one shape"),
]


@pytest.mark.parametrize(("lhs", "rhs", "why"), REFUSED, ids=str)
def test_what_is_outside_the_language_is_never_proved(
    lhs: sp.Expr, rhs: sp.Expr, why: str
) -> None:
    verdict = decide(lhs, rhs)
    assert verdict.status == "undecided"
    assert why.replace("\\", "") in verdict.reason


def test_a_declared_denominator_is_accepted() -> None:
    below = a**2 + 1
    assert decide(a / below + 1 / below, (a + 1) / below, nonzero=(below,)).proved
    assert decide(a / below, 1 / below, nonzero=(below,)).refuted


def test_zero_is_never_a_denominator() -> None:
    zero = cos(a) ** 2 + sin(a) ** 2 - 1
    assert decide(1 / zero, 2 / zero, nonzero=(zero,)).status == "undecided"


def test_matrices_are_compared_entry_by_entry() -> None:
    left = sp.ImmutableMatrix([[cos(a) ** 2 + sin(a) ** 2, 0], [0, a]])
    assert decide(left, sp.ImmutableMatrix([[1, 0], [0, a]])).proved
    verdict = decide(left, sp.ImmutableMatrix([[1, 0], [1, a]]))
    assert verdict.witness is not None
    assert verdict.witness.note == "entry (1, 0)"


def test_a_witness_respects_declarations_and_fixed_values() -> None:
    even = sp.Symbol("e", even=True, positive=True)
    verdict = decide(cos(even * a), cos(a), fixed={a: sp.Integer(3)})
    assert verdict.witness is not None
    values = dict(verdict.witness.assignment)
    assert int(values["e"]) % 2 == 0
    assert int(values["e"]) > 0
    assert verdict.witness.left == str(cos(3 * int(values["e"])))


def test_a_preferred_value_yields_to_a_declaration() -> None:
    even = sp.Symbol("e", even=True)
    witness = decide(cos(even * a), cos(8 * a), prefer={even: sp.Integer(1)}).witness
    assert witness is not None
    assert int(dict(witness.assignment)["e"]) % 2 == 0


def test_no_witness_is_invented_where_declarations_leave_no_value() -> None:
    big = sp.Symbol("k", integer=True, prime=True, even=True, negative=False)
    verdict = decide(big * a, 3 * a, fixed={a: sp.Integer(0)})
    assert verdict.status == "undecided"


def test_entries_that_coincide_get_one_value() -> None:
    first = sp.Symbol("r", integer=True)
    verdict = decide(x[first] * x[0], x[0] ** 2, fixed={first: sp.Integer(0)})
    assert verdict.status == "undecided"  # equal when r = 0: no witness there


def test_values_are_told_apart_far_below_floating_point() -> None:
    tiny = sp.Rational(1, 10**60)
    verdict = decide(cos(a) + tiny * b, cos(a))
    assert verdict.refuted


def test_a_witness_is_written_on_one_line_with_decimals() -> None:
    witness = decide(sin(2 * a), sin(a)).witness
    assert str(witness) == "a = 1: sin(2) ≠ sin(1) (0.909297426826 ≠ 0.841470984808)"
