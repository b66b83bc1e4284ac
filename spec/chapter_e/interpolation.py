"""E2: linear interpolation is RoPE at fractional positions."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    theta_i,
    vector,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import turned_by

_S = sp.Symbol("s", real=True, nonzero=True)
_Q, _K = vector(q), vector(k)


def _slow(position: Expr, frequency: Expr = theta_i / _S) -> Term:
    """The rotary matrix with interpolated frequencies."""
    name = sp.latex(position)
    return turned_by(position, frequency, f"\\boldsymbol R^{{\\theta/s}}_{{{name}}}")


def _claim(lhs: Term, rhs: Term) -> EverySize:
    return EverySize(lhs, rhs, UNIT_FREQUENCY)


def _score(query: Term, key: Term) -> Term:
    return (query @ _Q).T @ (key @ _K)


_FRACTION = rotary(m / _S, "m/s")
_MATRIX = _claim(_slow(m), _FRACTION)
_SCORE = _claim(_score(_slow(m), _slow(n)), _Q.T @ rotary((n - m) / _S, "(n-m)/s") @ _K)

E2 = Theorem(
    id="E2",
    title="Linear interpolation is RoPE at fractional positions",
    source=Source("PI", "2306.15595", "Eq. (4)"),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        Quantified("s", "any real factor but 0; PI takes $s = L'/L \\ge 1$", _S),
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
    ),
    statement=(_MATRIX, _SCORE),
    proof=(
        Step(
            "whose factor it is",
            "The angle of pair i is a product, $m\\cdot(\\theta_i/s) = (m/s)\\cdot\\theta_i$: "
            "it does not matter which of the two is divided.",
            _MATRIX,
        ),
        Step(
            "the distance",
            "By B1 positions add, fractions among them: "
            "$\\boldsymbol R_{m/s}^\\top\\boldsymbol R_{n/s}=\\boldsymbol R_{(n-m)/s}$.",
            _claim(_FRACTION.T @ rotary(n / _S, "n/s"), rotary((n - m) / _S, "(n-m)/s")),
        ),
        Step("the score", "By B2 the score sees the distance, divided by s.", _SCORE),
    ),
    altered=(
        Altered("multiplied instead of divided", _claim(_slow(m), rotary(m * _S, "ms"))),
        Altered(
            "only the query is interpolated",
            _claim(_score(_slow(m), rotary(n)), _Q.T @ rotary((n - m) / _S, "(n-m)/s") @ _K),
        ),
        Altered(
            "divided twice, position and frequency",
            _claim(
                turned_by(m / _S, theta_i / _S, "\\boldsymbol R^{\\theta/s}_{m/s}"), _FRACTION
            ),
        ),
        Altered("the angle is left as it was", _claim(_slow(m), rotary(m))),
    ),
    meaning=(
        "Dividing every frequency by s and dividing every position by s are one and the same. "
        "A model that was trained up to L then sees, in L' = sL tokens, no distance beyond L, "
        "but neighbours stand only 1/s apart. In rounded arithmetic the two ways differ."
    ),
    not_implied=(
        ("scaling-inverted", "With s in place of 1/s it holds as well."),
        ("wrong-scaling-parameters", "It holds for every factor."),
        ("low-precision-positions", "Fractions need more digits; the theorem is exact."),
    ),
    laws=("value", "relative-position"),
    depends=("B1", "B2"),
)
