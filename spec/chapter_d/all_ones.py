r"""D3: the score of vectors that are all ones, in the limit of many pairs.

The base is $b = e^{\lambda}$ with $\lambda = \ln b > 0$.
"""

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.claims.limits import Integral, RiemannWithin, Vanishes
from ropespec.spec.claims.together import Together
from ropespec.spec.decay import finite_sum_error
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.integration import Substitution
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    FREQUENCIES,
    FREQUENCY,
    UNIT_FREQUENCY,
    b,
    d,
    i,
    number,
    rotary,
    sum_over_pairs,
    theta_i,
)
from ropespec.spec.theorem import Altered, Formula, Quantified, Source, Step, Theorem

_X = sp.Symbol("x", real=True)
_U = sp.Symbol("u", positive=True)
_DELTA = sp.Symbol("delta", positive=True)
_LOG_B = sp.Symbol("lambda", positive=True)
_N = sp.Symbol("N", integer=True, positive=True)
_ONES = Term(Kind.VECTOR, "\\boldsymbol 1", sp.ImmutableMatrix([1, 1]), pair=i)

_INNER = _DELTA * sp.exp(-_LOG_B * _X)
_WAVE = sp.cos(_U) / _U
_SHORT = _DELTA * sp.exp(-_LOG_B)
_SUM_TEX = "\\frac2d\\sum_{i=0}^{d/2-1}\\cos(\\delta\\theta_i)"
_INTEGRAL_TEX = "\\int_0^1\\cos(\\delta b^{-x})\\,dx"
_CLOSED_TEX = "\\frac{\\operatorname{Ci}(\\delta)-\\operatorname{Ci}(\\delta/b)}{\\ln b}"

_SCORE = EverySize(
    _ONES.T @ rotary(_DELTA) @ _ONES,
    sum_over_pairs(2 * sp.cos(_DELTA * theta_i), "2\\cos(\\delta\\theta_i)"),
    UNIT_FREQUENCY,
)
_GRID = PlaneIdentity(
    number(FREQUENCY, "b^{-2i/d}"),
    number(sp.exp(-sp.log(b) * 2 * i / d), "e^{-x\\ln b}\\Big|_{x=2i/d}"),
)


def _integral(
    tex: str,
    factor: Expr = -1 / _LOG_B,
    slope: Expr = _WAVE,
    images: tuple[Expr, Expr] = (_DELTA, _SHORT),
) -> Integral:
    """∫ cos u dx by the substitution u = δ b^(-x)."""
    ends = (sp.Integer(0), sp.Integer(1))
    one = Substitution(_X, _INNER, _U, -_LOG_B * _U, sp.cos(_U), slope, factor, ends, images)
    return Integral(one, f"{_INTEGRAL_TEX} = {tex}")


def _within(bound: Expr, tex: str, distance: int | None = None) -> RiemannWithin:
    """The error of the finite sum; for an altered statement with b = e^4 and one pair."""
    example: tuple[tuple[Expr, Expr], ...] = ()
    if distance is not None:
        example = (
            (_DELTA, sp.Integer(distance)),
            (_LOG_B, sp.Integer(4)),
            (_N, sp.Integer(1)),
        )
    left = f"\\Bigl|{_SUM_TEX} - {_INTEGRAL_TEX}\\Bigr|"
    return RiemannWithin(_INNER, _X, _N, bound, f"{left} \\le {tex}", example)


_CLOSED = _integral(_CLOSED_TEX)
_BOUND = finite_sum_error(_DELTA, sp.exp(_LOG_B), _N)
_BOUND_TEX = "\\frac{2\\delta}{d}\\Bigl(1-\\frac1b\\Bigr)"
_ERROR = _within(_BOUND, _BOUND_TEX)
_TO_ZERO = Vanishes(_BOUND, _N, f"{_BOUND_TEX} \\to 0\\quad\\text{{as }} d \\to \\infty")
_FINITE = Together(
    (_CLOSED, _ERROR), f"\\Bigl|{_SUM_TEX} - {_CLOSED_TEX}\\Bigr| \\le {_BOUND_TEX}"
)
_LIMIT = Together(
    (_CLOSED, _ERROR, _TO_ZERO),
    f"\\lim_{{d\\to\\infty}} {_SUM_TEX} = {_CLOSED_TEX}"
    "\\quad\\text{for } \\delta > 0,\\; b > 1",
)

D3 = Theorem(
    id="D3",
    title="The score of all-ones vectors tends to a difference of cosine integrals",
    source=Source("this project"),
    symbols=(
        Quantified("\\delta", "any positive real distance", _DELTA),
        Quantified("\\ln b", "positive: any base $b > 1$", _LOG_B),
        Quantified("N", "any number of pairs $d/2$, a positive integer", _N),
        Quantified("b", "the base, in the frequencies", b),
        Quantified("d", "any even positive size", d),
        Quantified("i", "a pair, $0 \\le i < d/2$", i),
        FREQUENCIES,
        Quantified("x", "a real number from 0 to 1", _X),
        Quantified("u", "$\\delta b^{-x}$, positive", _U),
    ),
    statement=(_FINITE, _LIMIT),
    proof=(
        Step(
            "the score",
            "With all entries 1, pair i contributes $2\\cos(\\delta\\theta_i)$ to the score at "
            "the distance δ. Divided by d this is the mean of the cosines.",
            _SCORE,
        ),
        Step(
            "a grid",
            "The frequencies $b^{-2i/d}$ are the values of $b^{-x}$ at the points $x=2i/d$, "
            "which cut the interval from 0 to 1 into $d/2$ equal pieces. So the mean is a left "
            "Riemann sum of $\\cos(\\delta b^{-x})$.",
            _GRID,
        ),
        Step(
            "the integral",
            "Put $u=\\delta b^{-x}$, $u'=-u\\ln b$. The cosine integral Ci is a function with "
            "$\\operatorname{Ci}'(u)=\\cos(u)/u$ for $u>0$, so "
            "$-\\operatorname{Ci}(u)/\\ln b$ has the derivative $\\cos u$ in x. At $x=0$ u is "
            "δ, at $x=1$ it is $\\delta/b$.",
            _CLOSED,
        ),
        Step(
            "the error",
            "On a piece the cosine changes by at most as much as u, and u falls. So a piece is "
            "off by at most $\\frac2d$ times the step of u over it, and the steps of u add up "
            "to $\\delta-\\delta/b$.",
            _ERROR,
        ),
        Step("together", "Put the integral's value in.", _FINITE),
        Step("the error vanishes", "It is a constant over $d/2$.", _TO_ZERO),
        Step("the limit", "So the means tend to the integral.", _LIMIT),
    ),
    altered=(
        Altered(
            "the logarithm left out",
            _integral(
                "\\operatorname{Ci}(\\delta)-\\operatorname{Ci}(\\delta/b)", sp.Integer(-1)
            ),
        ),
        Altered(
            "swapped ends",
            _integral(
                "\\frac{\\operatorname{Ci}(\\delta/b)-\\operatorname{Ci}(\\delta)}{\\ln b}",
                1 / _LOG_B,
            ),
        ),
        Altered(
            "the sine integral instead of the cosine integral",
            _integral(_CLOSED_TEX.replace("Ci", "Si"), slope=sp.sin(_U) / _U),
        ),
        Altered(
            "the argument δb instead of δ/b",
            _integral(
                _CLOSED_TEX.replace("\\delta/b", "\\delta b"),
                images=(_DELTA, _DELTA * sp.exp(_LOG_B)),
            ),
        ),
        Altered("half the error", _within(_BOUND / 2, "\\frac{\\delta}{d}(1-\\frac1b)", 2)),
        Altered(
            "an error that does not grow with the distance",
            _within(_BOUND / _DELTA, "\\frac2d(1-\\frac1b)", 3),
        ),
        Altered(
            "an error without d",
            Vanishes(
                _BOUND * _N, _N, "\\delta(1-\\tfrac1b) \\to 0\\quad\\text{as } d\\to\\infty"
            ),
        ),
    ),
    meaning=(
        "For vectors that are all ones the score, divided by d, is a mean of cosines of "
        "frequencies between 1 and 1/b, evenly spread on a logarithmic scale. With many pairs "
        "it is a smooth function of the distance, a difference of two values of the cosine "
        "integral. The finite sum is within 2δ(1 − 1/b)/d of it: near at distances well below "
        "d, while at larger ones the fast pairs turn too far between neighbours for the bound "
        "to say much. At the distance 0 every cosine is 1 and the mean is 1; there Ci has no "
        "value."
    ),
    not_implied=(
        ("positions-reversed", "The cosine does not see the sign of the distance."),
        ("sign-flipped", "Nor the sign of the rotation."),
        ("frequency-order", "Nor the order of the pairs."),
    ),
    laws=("value",),
    depends=("B2",),
    formulas=(
        Formula(
            "sum of cosines",
            sum_over_pairs(
                2 * sp.cos(sp.Symbol("m", real=True) * theta_i), "2\\cos(m\\theta_i)"
            ),
        ),
    ),
)
