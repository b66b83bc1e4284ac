"""H2: how far off an angle is, the rounded product of a position and a frequency."""

import sympy as sp

from ropespec.spec.bounds import angle, gamma, joined
from ropespec.spec.claims.bounds import AtMost, Within
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import (
    OWN,
    bound_of,
    count,
    error,
    further,
    signed,
    size,
    unit,
)

_M, _ALPHA, _BETA, _DELTA = (signed(name) for name in ("m", "alpha", "beta", "delta"))
_SIZE, _THETA = size("M"), size("theta")
_U_THETA, _U_M = size("u_theta"), size("u_m")
_TURN = _SIZE * _THETA
_EXACT = _M * _THETA
_ERRORS = ((_M, _SIZE), (_ALPHA, _U_M), (_BETA, _U_THETA), (_DELTA, unit))
_COMPUTED_TEX = r"|m(1+\alpha)\,\theta_i(1+\beta)(1+\delta) - m\theta_i|"
_FULL_TEX = r"|m|\theta_i\,\bigl((1+u_\theta)(1+u_m)(1+u) - 1\bigr)"


def _angle(bound: Expr, tex: str) -> Within:
    """The error of the angle is within a bound."""
    computed = _M * (1 + _ALPHA) * _THETA * (1 + _BETA) * (1 + _DELTA)
    far = Hypotheses(prefer=((_SIZE, sp.Integer(4)),))
    return Within(computed, _EXACT, _ERRORS, bound, rf"{_COMPUTED_TEX} \le {tex}", far)


_ANGLE = _angle(angle(_TURN, _U_THETA, _U_M, unit), _FULL_TEX)
_ROOM = (
    1 - count * unit,
    1 - further * unit,
    1 - (count + further) * unit,
    1 - count * unit - further * unit,
)


def _counts(bound: Expr, tex: str) -> AtMost:
    """Two bounds by counting, joined."""
    return AtMost(
        joined(gamma(count, unit), gamma(further, unit)),
        bound,
        rf"(1+\gamma_n(u))(1+\gamma_k(u)) - 1 \le {tex}",
        positive=_ROOM,
    )


H2 = Theorem(
    id="H2",
    title="How far off a computed angle is",
    source=OWN,
    symbols=(
        Quantified("m", "any real number, a position", _M),
        Quantified("|m|", "its size", _SIZE),
        Quantified("\\theta_i", "a frequency, at least 0", _THETA),
        error("\\beta", _BETA, "u_\\theta"),
        error("\\alpha", _ALPHA, "u_m"),
        error("\\delta", _DELTA, "u"),
        bound_of("u_\\theta", _U_THETA),
        bound_of("u_m", _U_M),
        Quantified("u", "the unit roundoff of the product's format", unit),
        Quantified("n", "a number of roundings, an integer of at least 0", count),
        Quantified("k", "a number of roundings, at least 0", further),
    ),
    statement=(_ANGLE,),
    proof=(
        Step(
            "the position",
            "A position that the format does not hold is off by a factor $1+\\alpha$. By H4 "
            "integers up to $2^p$ are held, and $u_m = 0$ for them.",
            Within(
                _M * (1 + _ALPHA),
                _M,
                _ERRORS[:2],
                _SIZE * _U_M,
                r"|m(1+\alpha) - m| \le |m|\,u_m",
            ),
        ),
        Step(
            "the frequency",
            "H1 bounds the relative error of the frequency by $u_\\theta$. The two errors "
            "multiply each other as well.",
            Within(
                _M * (1 + _ALPHA) * _THETA * (1 + _BETA),
                _EXACT,
                _ERRORS[:3],
                _TURN * joined(_U_M, _U_THETA),
                r"|m(1+\alpha)\,\theta_i(1+\beta) - m\theta_i| \le "
                r"|m|\theta_i(u_m + u_\theta + u_m u_\theta)",
            ),
        ),
        Step(
            "the product",
            "Rounding the product is one factor more. Multiplied out, each monomial is at most "
            "what it is with every error at its limit.",
            _ANGLE,
        ),
        Step(
            "counts add",
            "If all of them are roundings to one format, their numbers add up.",
            _counts(gamma(count + further, unit), r"\gamma_{n+k}(u)"),
        ),
    ),
    altered=(
        Altered(
            "first order only",
            _angle(_TURN * (_U_THETA + _U_M + unit), r"|m|\theta_i(u_\theta+u_m+u)"),
        ),
        Altered(
            "the rounding of the product left out",
            _angle(_TURN * joined(_U_THETA, _U_M), r"|m|\theta_i(u_\theta+u_m+u_\theta u_m)"),
        ),
        Altered(
            "the error does not grow with the position",
            _angle(_THETA * joined(_U_THETA, _U_M, unit), _FULL_TEX.removeprefix("|m|")),
        ),
        Altered(
            "the larger of two counts instead of their sum",
            _counts(gamma(count, unit), r"\gamma_n(u)"),
        ),
    ),
    meaning=(
        "The error of an angle grows with the angle: at position m it is about mθ times a few "
        "units of the format. At 100000 positions float32 leaves the fastest pairs about seven "
        "bits less than at 1000; bfloat16 leaves them none. Positions themselves cost nothing "
        "as long as the format holds them."
    ),
    not_implied=(
        (
            "low-precision-phase",
            "An angle of bfloat16 obeys it, with the unit roundoff of bfloat16.",
        ),
        ("positions-off-by-one", "It compares with the angle of the position that was used."),
        ("sign-flipped", "It bounds sizes."),
    ),
    laws=("value",),
    depends=("H1",),
    correction=(
        "As listed, |m|θ(u_θ + u_m + u) with dots after it, the sum alone is no bound: with "
        "u_θ = u_m = u = 1/4, m = θ = 1 and all errors at their limits the angle is off by "
        "61/64, and the sum is 48/64. The products of the errors belong to it."
    ),
)
