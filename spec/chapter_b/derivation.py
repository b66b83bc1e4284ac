"""B8: the map that RoFormer §3.4.1 derives is the only one, and under which conditions."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.consequences import Follows, OnlySequence
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel.consequence import Hypothesis, Use
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import number
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_M, _N = sp.symbols("m n", integer=True)
_THETA, _GAMMA = sp.symbols("theta gamma", real=True)
_Q, _K, _X = (sp.symbols(f"{name}_0 {name}_1", real=True) for name in "qkx")
_ONE = (sp.Integer(1), sp.Integer(0))
_F0, _F1, _G0, _G1 = (
    sp.Function(f"{name}", real=True) for name in ("f_0", "f_1", "g_0", "g_1")
)
_H0, _H1 = (sp.Function(f"{name}", real=True) for name in ("h_0", "h_1"))
_0, _1 = sp.Integer(0), sp.Integer(1)

Pair = tuple[Any, Any]


def _number(pair: Pair, sign: int = 1) -> Expr:
    """Read a pair as a complex number, or as its conjugate."""
    return pair[0] + sign * sp.I * pair[1]


def _f(pair: Pair, position: Expr, sign: int = 1, maps: Pair = (_F0, _F1)) -> Expr:
    """The unknown map at a position, as a complex number, or conjugated."""
    return _number((maps[0](*pair, position), maps[1](*pair, position)), sign)


def _g(distance: Expr) -> Expr:
    """The unknown function of the distance."""
    return _number((_G0(*_Q, *_K, distance), _G1(*_Q, *_K, distance)))


_RELATIVE = Hypothesis(_f(_Q, _M) * _f(_K, _N, -1), _g(_N - _M), (*_Q, *_K, _M, _N))
_START = Hypothesis(_f(_X, _0), _number(_X) * sp.exp(sp.I * _GAMMA), _X)
_START_CONJUGATE = Hypothesis(_f(_X, _0, -1), _number(_X, -1) * sp.exp(-sp.I * _GAMMA), _X)
_MODULUS = Hypothesis(_f(_X, _M) * _f(_X, _M, -1), _X[0] ** 2 + _X[1] ** 2, (*_X, _M))


def _relative(first: Pair, second: Pair, m: Expr, n: Expr, factor: Expr) -> Use:
    """An instance of the functional equation."""
    values = (*zip(_Q, first, strict=True), *zip(_K, second, strict=True), (_M, m), (_N, n))
    return Use(_RELATIVE, values, factor)


def _kept(first: Pair, second: Pair, factor: Expr = _1) -> tuple[Use, ...]:
    """f(x, m)·f(y, m)* = x·y*, from m = n and from position 0, times a factor."""
    phase = _number(first) * sp.exp(sp.I * _GAMMA)
    return (
        _relative(first, second, _M, _M, factor),
        _relative(first, second, _0, _0, -factor),
        Use(_START, tuple(zip(_X, first, strict=True)), factor * _f(second, _0, -1)),
        Use(_START_CONJUGATE, tuple(zip(_X, second, strict=True)), factor * phase),
    )


def _modulus(position: Expr, factor: Expr) -> Use:
    """|f(1, m)|² = 1 at a position."""
    return Use(_MODULUS, (*zip(_X, _ONE, strict=True), (_M, position)), factor)


_H_TEX = "f(q,m)\\,f(k,n)^* = g(q,k,n-m),\\; f(x,0)=x\\,e^{\\mathrm i\\gamma}"
_LENGTH_TEX = "\\lvert f(x,m)\\rvert = \\lvert x\\rvert"
_TURN_TEX = "f(x,m) = x\\,f(1,m)"
_ANSWER_TEX = "f(x,m) = x\\,e^{\\mathrm i(m\\theta+\\gamma)}"

_LENGTH = Follows(
    _MODULUS.lhs, _MODULUS.rhs, _kept(_X, _X), f"{_H_TEX} \\implies {_LENGTH_TEX}"
)
_SAME_TURN = Follows(
    _f(_X, _M),
    _number(_X) * _f(_ONE, _M),
    (*_kept(_X, _ONE, _f(_ONE, _M)), _modulus(_M, -_f(_X, _M))),
    f"{_H_TEX} \\implies {_TURN_TEX}",
)
_RATIO = _f(_ONE, _1) * _f(_ONE, _0, -1)
_STEP = Follows(
    _f(_ONE, _M + 1),
    _RATIO * _f(_ONE, _M),
    (
        _relative(_ONE, _ONE, _M + 1, _M, _f(_ONE, _M)),
        _relative(_ONE, _ONE, _1, _0, -_f(_ONE, _M)),
        _modulus(_M, -_f(_ONE, _M + 1)),
    ),
    f"{_H_TEX} \\implies f(1,m+1) = c\\,f(1,m),\\; c = f(1,1)\\,f(1,0)^*",
)
_UNIT = Follows(
    _RATIO * _f(_ONE, _1, -1) * _f(_ONE, _0),
    _1,
    (_modulus(_1, _f(_ONE, _0) * _f(_ONE, _0, -1)), _modulus(_0, _1)),
    f"{_H_TEX} \\implies \\lvert c\\rvert = 1",
)


def _sequence(exponent: Expr, tex: str) -> OnlySequence:
    """The sequence u with u(m+1) = e^{iθ}u(m), u(0) = e^{iγ}."""
    turn = sp.exp(sp.I * _THETA)
    equation = "u_{m+1} = e^{\\mathrm i\\theta}u_m,\\; u_0 = e^{\\mathrm i\\gamma}"
    return OnlySequence(
        turn,
        1 / turn,
        sp.exp(sp.I * _GAMMA),
        sp.exp(sp.I * exponent),
        _M,
        f"{equation} \\iff u_m = e^{{\\mathrm i({tex})}},\\; m \\in \\mathbb Z",
    )


_PROGRESSION = _sequence(_M * _THETA + _GAMMA, "m\\theta+\\gamma")
_DERIVED = Together(
    (_LENGTH, _SAME_TURN, _STEP, _UNIT, _PROGRESSION),
    f"{_H_TEX} \\implies \\exists\\,\\theta:\\; {_ANSWER_TEX} \\quad(m, n \\in \\mathbb Z)",
)


def _placed(pair: Pair, position: Expr) -> Expr:
    return _number(pair) * sp.exp(sp.I * (position * _THETA + _GAMMA))


_CONVERSE = PlaneIdentity(
    number(
        _placed(_Q, _M) * sp.conjugate(_placed(_K, _N), evaluate=False),
        "q\\,e^{\\mathrm i(m\\theta+\\gamma)}\\,(k\\,e^{\\mathrm i(n\\theta+\\gamma)})^*",
    ),
    number(
        _number(_Q) * _number(_K, -1) * sp.exp(-sp.I * (_N - _M) * _THETA),
        "q\\,k^*e^{-\\mathrm i(n-m)\\theta}",
    ),
)


def _model(name: Any, values: Expr, *places: Any) -> tuple[Any, Any]:
    """A formula in place of an unknown function."""
    return (name, sp.Lambda((*places,), values))


_T = sp.Symbol("t", integer=True)
_TWO_MAPS = Hypothesis(_f(_Q, _M) * _f(_K, _N, -1, (_H0, _H1)), _g(_N - _M), (*_Q, *_K, _M, _N))
_SECOND_START = Hypothesis(_f(_X, _0, 1, (_H0, _H1)), _number(_X) * sp.exp(sp.I * _GAMMA), _X)
_REAL_PART = Hypothesis(
    _F0(*_Q, _M) * _F0(*_K, _N) + _F1(*_Q, _M) * _F1(*_K, _N),
    _G0(*_Q, *_K, _N - _M),
    (*_Q, *_K, _M, _N),
)
_ADDED = Hypothesis(_f(_Q, _M) * _f(_K, _N, -1), _g(_N + _M), (*_Q, *_K, _M, _N))


def _score_model(factor: Expr) -> tuple[tuple[Any, Any], ...]:
    """The function of the distance t that is q·k* times a real factor."""
    real, imaginary = _Q[0] * _K[0] + _Q[1] * _K[1], _Q[1] * _K[0] - _Q[0] * _K[1]
    places = (*_Q, *_K, _T)
    return (
        _model(_G0, factor * real, *places),
        _model(_G1, factor * imaginary, *places),
    )


def _map_model(names: Pair, factor: Expr) -> tuple[tuple[Any, Any], ...]:
    """The map x·factor."""
    return tuple(_model(name, factor * x, *_X, _M) for name, x in zip(names, _X, strict=True))


B8 = Theorem(
    id="B8",
    title="Relative scores of one plane leave no choice but a steady turn",
    source=Source("RoFormer", "2104.09864", "§3.4.1, Eq. (21)-(31)"),
    symbols=(
        Quantified("m", "any integer, a position", _M),
        Quantified("x", "any complex number, a pair $x_0+\\mathrm i x_1$", _X[0]),
        Quantified("\\theta", "the angle of $c = f(1,1)f(1,0)^*$, a real number", _THETA),
        Quantified("\\gamma", "any real number, the turn at position 0", _GAMMA),
    ),
    statement=(_DERIVED, _CONVERSE),
    proof=(
        Step(
            "lengths",
            "Take the same pair and the same position twice: "
            "$\\lvert f(x,m)\\rvert^2=g(x,x,0)=\\lvert f(x,0)\\rvert^2=\\lvert x\\rvert^2$.",
            _LENGTH,
        ),
        Step(
            "one turn for all pairs",
            "Take $m=n$ with the pairs $x$ and $1$: $f(x,m)f(1,m)^*=f(x,0)f(1,0)^*=x$. "
            "Multiply by $f(1,m)$, whose length is 1. So all pairs are turned alike.",
            _SAME_TURN,
        ),
        Step(
            "the same step everywhere",
            "$f(1,m+1)f(1,m)^*=g(1,1,-1)=f(1,1)f(1,0)^*$ for every $m$: from one position to "
            "the next the factor is the same.",
            _STEP,
        ),
        Step(
            "the step is a turn",
            "By the first step it has length 1. Every number of length 1 is $e^{\\mathrm i"
            "\\theta}$ with a real $\\theta$ (cited: polar form).",
            _UNIT,
        ),
        Step(
            "an arithmetic progression",
            "The start and the step fix the sequence, upwards and downwards; the angles "
            "$m\\theta+\\gamma$ are an arithmetic progression.",
            _PROGRESSION,
        ),
        Step(
            "together",
            "$f(x,m)=x\\,f(1,m)$ by the second step and $f(1,m)=e^{\\mathrm "
            "i(m\\theta+\\gamma)}$ "
            "by the others.",
            _DERIVED,
        ),
        Step(
            "the converse",
            "Such a map does fulfil the condition: $\\gamma$ cancels, and the distance is "
            "left.",
            _CONVERSE,
        ),
    ),
    altered=(
        Altered(
            "hypothesis weakened to the real inner product, which is the score: every second "
            "position may be reflected",
            Follows(
                _f(_X, _M),
                _number(_X) * _f(_ONE, _M),
                (Use(_REAL_PART), Use(_START)),
                "\\operatorname{Re} f(q,m)\\,f(k,n)^* = g(q,k,n-m),\\; f(x,0)=x\\,"
                f"e^{{\\mathrm i\\gamma}} \\implies {_TURN_TEX}",
                model=(
                    (_GAMMA, _0),
                    _model(_F0, _X[0], *_X, _M),
                    _model(_F1, (-1) ** _M * _X[1], *_X, _M),
                    _model(_G0, _Q[0] * _K[0] + (-1) ** _T * _Q[1] * _K[1], *_Q, *_K, _T),
                ),
            ),
        ),
        Altered(
            "hypothesis dropped: one map for queries and another for keys, as the paper has it",
            Follows(
                _MODULUS.lhs,
                _MODULUS.rhs,
                (Use(_TWO_MAPS), Use(_START), Use(_SECOND_START)),
                "f_q(q,m)\\,f_k(k,n)^* = g(q,k,n-m),\\; f_q(x,0)=f_k(x,0)=x\\,"
                "e^{\\mathrm i\\gamma} \\implies \\lvert f_q(x,m)\\rvert = \\lvert x\\rvert",
                model=(
                    (_GAMMA, _0),
                    *_map_model((_F0, _F1), sp.exp(_M)),
                    *_map_model((_H0, _H1), sp.exp(-_M)),
                    *_score_model(sp.exp(-_T)),
                ),
            ),
        ),
        Altered(
            "hypothesis dropped: the start",
            Follows(
                _MODULUS.lhs,
                _MODULUS.rhs,
                (Use(_RELATIVE),),
                f"f(q,m)\\,f(k,n)^* = g(q,k,n-m) \\implies {_LENGTH_TEX}",
                model=(*_map_model((_F0, _F1), sp.Integer(2)), *_score_model(sp.Integer(4))),
            ),
        ),
        Altered(
            "sign: the sum of the positions instead of the distance",
            Follows(
                _MODULUS.lhs,
                _MODULUS.rhs,
                (Use(_ADDED), Use(_START)),
                "f(q,m)\\,f(k,n)^* = g(q,k,n+m),\\; f(x,0)=x\\,e^{\\mathrm i\\gamma} \\implies "
                f"{_LENGTH_TEX}",
                model=(
                    (_GAMMA, _0),
                    *_map_model((_F0, _F1), sp.exp(_M)),
                    *_score_model(sp.exp(_T)),
                ),
            ),
        ),
        Altered(
            "angles that grow with the square of the position",
            _sequence(_M**2 * _THETA + _GAMMA, "m^2\\theta+\\gamma"),
        ),
    ),
    meaning=(
        "RoPE's rotation is not one choice among many. If a map of one plane is to make the "
        "product of a placed query with a placed key depend on their distance alone, it can "
        "only turn the plane, by an angle that grows by the same amount from each position to "
        "the next. What is left to choose is the speed θ, and the turn γ at position 0, which "
        "no score can see; RoPE takes γ = 0."
    ),
    not_implied=(
        ("wrong-base", "The speed θ is free."),
        ("positions-off-by-one", "A common offset is a turn γ, which no score shows."),
        ("sign-flipped", "θ may have either sign."),
        ("positions-ignored", "θ may be 0."),
    ),
    laws=("relative-position", "norm"),
    depends=("A4",),
    correction=(
        "Three things had to be made precise. The condition is about the complex product "
        "$f(q,m)f(k,n)^*$, as the paper's step to polar form takes it: the inner product "
        "alone, "
        "its real part, also allows a reflection at every odd position, such as "
        "$f(x,m)=x_0+(-1)^m\\,\\mathrm i\\,x_1$, where 1 is kept and $\\mathrm i$ is not. One "
        "map must serve queries and keys: with two, as the paper has, "
        "$f_q(x,m)=x\\,e^{m}$ and $f_k(x,n)=x\\,e^{-n}$ fulfil its conditions and change "
        "lengths, which is the idea of xPos. And if $f(x,0)=x$ is asked, as in the paper, then "
        "$\\gamma=0$; a free $\\gamma$ goes with $f(x,0)=x\\,e^{\\mathrm i\\gamma}$."
    ),
)
