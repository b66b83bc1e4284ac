"""E4: YaRN's correction dimension, its ramp, and its attention factor."""

from dataclasses import replace

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.claims.bounds import AtMost
from ropespec.spec.claims.pieces import Continuous, Rising
from ropespec.spec.kernel.pieces import Pieces
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    d,
    k,
    m,
    n,
    number,
    q,
    real_vector,
    rotary,
    vector,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import ANY_FACTOR, factor

_LOG_B = sp.Symbol("beta", positive=True)
_LOG_L, _LOG_TURNS = sp.symbols("Lambda P", real=True)
_MORE = sp.Symbol("v", nonnegative=True)
_X, _LOW = sp.symbols("x l", real=True)
_WIDTH = sp.Symbol("w", positive=True)
_SHARE = sp.Symbol("kappa", nonnegative=True)
_THETA = sp.Symbol("vartheta", positive=True)
_AMPLITUDE = sp.Symbol("A", positive=True)
_ROTATED, _PASSED = sp.symbols("rho pi_0", real=True)
_Q, _K = vector(q), vector(k)
_ZERO, _ONE = sp.Integer(0), sp.Integer(1)


def _dimension(log_turns: Expr) -> Expr:
    """c(ρ) = d ln(L/(2πρ)) / (2 ln b)."""
    return d * (_LOG_L - log_turns) / (2 * _LOG_B)


def _solves(power: Expr, exponent: str) -> PlaneIdentity:
    """2πρ·b^power = L."""
    return PlaneIdentity(
        number(sp.exp(_LOG_TURNS) * sp.exp(power * _LOG_B), f"2\\pi\\rho\\;b^{{{exponent}}}"),
        number(sp.exp(_LOG_L), "L\\quad\\text{with } c = \\frac{d\\ln(L/2\\pi\\rho)}{2\\ln b}"),
    )


_SOLVED = _solves(2 * _dimension(_LOG_TURNS) / d, "2c/d")
_ORDER = AtMost(
    _dimension(_LOG_TURNS + _MORE),
    _dimension(_LOG_TURNS),
    "c(\\rho') \\le c(\\rho)\\quad\\text{for } \\rho' \\ge \\rho,\\; b > 1",
    d * _MORE / (2 * _LOG_B),
)

_SLOPE = (_X - _LOW) / _WIDTH
_EDGES = (_LOW, _LOW + _WIDTH)
_RAMP = Pieces(_X, (_ZERO, _SLOPE, _ONE), _EDGES)
_RAMP_TEX = (
    "\\kappa(x) = \\begin{cases}%s & x < l\\\\ \\frac{x-l}{h-l} & l \\le x \\le h\\\\ "
    "%s & x > h\\end{cases}\\;\\text{ %s}"
)
_JOINED = Continuous(_RAMP, _RAMP_TEX % ("0", "1", "is continuous"))
_RISES = Rising(_RAMP, (_ZERO, 1 / _WIDTH, _ZERO), _RAMP_TEX % ("0", "1", "does not fall"))
_INSIDE = (_X - _LOW, _LOW + _WIDTH - _X)
_BELOW = AtMost(
    _SLOPE,
    _ONE,
    "\\frac{x-l}{h-l} \\le 1\\quad\\text{for } x \\le h",
    (_LOW + _WIDTH - _X) / _WIDTH,
    _INSIDE,
)
_ABOVE = AtMost(
    _ZERO,
    _SLOPE,
    "0 \\le \\frac{x-l}{h-l}\\quad\\text{for } x \\ge l",
    (_X - _LOW) / _WIDTH,
    _INSIDE,
)

_BLEND = _SHARE * _THETA / factor + (1 - _SHARE) * _THETA
_BLEND_TEX = "\\omega = \\kappa\\tfrac{\\theta}{s} + (1-\\kappa)\\theta"
_GIVEN = (1 - _SHARE, factor - 1)


def _slowed(given: tuple[Expr, ...], says: str) -> AtMost:
    """ω ≤ θ."""
    certificate = _SHARE * _THETA * (factor - 1) / factor
    return AtMost(_BLEND, _THETA, f"{_BLEND_TEX} \\le \\theta{says}", certificate, given)


_FASTEST = _slowed(_GIVEN, "\\quad\\text{for } s \\ge 1")
_SLOWEST = AtMost(
    _THETA / factor,
    _BLEND,
    f"\\tfrac{{\\theta}}{{s}} \\le {_BLEND_TEX}\\quad\\text{{for }} s \\ge 1",
    (1 - _SHARE) * _THETA * (factor - 1) / factor,
    _GIVEN,
)


_AMPLIFIED = ((_AMPLITUDE, sp.Integer(2)), *UNIT_FREQUENCY)
_SCORE = _Q.T @ rotary(n - m, "n-m") @ _K


def _tempered(query: Expr, key: Expr, tex: str) -> EverySize:
    """The score of scaled vectors is the plain one divided by t = 1/A²."""
    scaled = ((rotary(m) @ _Q) * query).T @ ((rotary(n) @ _K) * key)
    divided = replace(_SCORE * _AMPLITUDE**2, tex=f"\\frac1t\\,{_SCORE.tex}")
    return EverySize(
        replace(scaled, tex=tex), replace(divided, tex=divided.tex + _T_TEX), _AMPLIFIED
    )


_T_TEX = "\\quad\\text{with } t = A^{-2}"
_TURNED = ("\\boldsymbol R_m\\boldsymbol q", "\\boldsymbol R_n\\boldsymbol k")
_TEMPERED = _tempered(_AMPLITUDE, _AMPLITUDE, f"(A{_TURNED[0]})^\\top(A{_TURNED[1]})")

E4 = Theorem(
    id="E4",
    title="YaRN: the correction dimension, the ramp, and the attention factor",
    source=Source("YaRN", "2309.00071", "Sections 3.2 to 3.4, and the authors' code"),
    symbols=(
        Quantified("\\ln b", "positive: any base $b > 1$", _LOG_B),
        Quantified("\\ln L", "any real number: any trained length $L > 0$", _LOG_L),
        Quantified("\\ln 2\\pi\\rho", "any real number: any turns $\\rho > 0$", _LOG_TURNS),
        Quantified("\\ln(\\rho'/\\rho)", "at least 0: $\\rho' \\ge \\rho$", _MORE),
        Quantified("d", "any even positive size", d),
        Quantified("x", "any real number, the index of a pair", _X),
        Quantified("l", "any real number, where the ramp begins", _LOW),
        Quantified("h - l", "positive: the ramp ends at $h > l$", _WIDTH),
        Quantified("\\kappa", "$0 \\le \\kappa \\le 1$, a value of the ramp", _SHARE),
        Quantified("\\theta", "any positive frequency", _THETA),
        ANY_FACTOR,
        Quantified("A", "any positive attention factor", _AMPLITUDE),
        ANGLE[m],
        ANGLE[n],
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
    ),
    statement=(_SOLVED, _ORDER, _JOINED, _RISES, _ABOVE, _BELOW, _SLOWEST, _FASTEST, _TEMPERED),
    proof=(
        Step(
            "the correction dimension",
            "Pair x turns ρ times in the length L when its wavelength is $L/\\rho$: "
            "$2\\pi b^{2x/d}=L/\\rho$. With $x=c(\\rho)$ the power of b is "
            "$e^{\\ln(L/2\\pi\\rho)}$.",
            _SOLVED,
        ),
        Step(
            "fewer turns, larger index",
            "A pair with more turns is a faster one: $c(\\rho)-c(\\rho')$ is "
            "$\\frac{d}{2\\ln b}\\ln\\frac{\\rho'}{\\rho}$. So the ramp begins at the "
            "larger number of turns.",
            _ORDER,
        ),
        Step("the ramp is continuous", "At l the middle is 0, at h it is 1.", _JOINED),
        Step("the ramp rises", "Its slope is $1/(h-l)>0$.", _RISES),
        Step("not below 0", "Between the ends $x-l$ is not negative.", _ABOVE),
        Step("not above 1", "Nor is $h-x$.", _BELOW),
        Step(
            "at least as fast as interpolated",
            "The difference is $(1-\\kappa)\\theta(s-1)/s$.",
            _SLOWEST,
        ),
        Step(
            "at most as fast as plain",
            "The difference is $\\kappa\\theta(s-1)/s$.",
            _FASTEST,
        ),
        Step(
            "the attention factor",
            "By B2 a factor A on queries and on keys multiplies every score by $A^2$. The "
            "softmax with temperature t divides every score by t. With $A=\\sqrt{1/t}$ the two "
            "have the same scores, and so the same weights.",
            _TEMPERED,
        ),
    ),
    altered=(
        Altered(
            "half the exponent in the wavelength",
            _solves(_dimension(_LOG_TURNS) / d, "c/d"),
        ),
        Altered(
            "the order of the ends: more turns, larger index",
            AtMost(
                _dimension(_LOG_TURNS),
                _dimension(_LOG_TURNS + _MORE),
                "c(\\rho) \\le c(\\rho')\\quad\\text{for } \\rho' \\ge \\rho",
                prefer=((d, sp.Integer(2)),),
            ),
        ),
        Altered(
            "swapped ends of the ramp",
            Continuous(
                Pieces(_X, (_ONE, _SLOPE, _ZERO), _EDGES),
                _RAMP_TEX % ("1", "0", "is continuous"),
            ),
        ),
        Altered("hypothesis dropped: a factor below 1", _slowed((1 - _SHARE,), "")),
        Altered(
            "hypothesis dropped: a value of the ramp above 1",
            AtMost(
                _THETA / factor,
                _BLEND,
                f"\\tfrac{{\\theta}}{{s}} \\le {_BLEND_TEX}",
                None,
                (factor - 1,),
            ),
        ),
        Altered(
            "the factor on the query alone",
            _tempered(_AMPLITUDE, _ONE, f"(A{_TURNED[0]})^\\top({_TURNED[1]})"),
        ),
        Altered(
            "the factor on the rotated part of the channels alone",
            PlaneIdentity(
                number(
                    _AMPLITUDE**2 * _ROTATED + _PASSED,
                    "A^2\\,s_{\\text{rotated}} + s_{\\text{passed}}",
                ),
                number(
                    _AMPLITUDE**2 * (_ROTATED + _PASSED),
                    "\\tfrac1t(s_{\\text{rotated}} + s_{\\text{passed}})",
                ),
            ),
        ),
    ),
    meaning=(
        "YaRN asks of each pair how often it turns in the trained length. Pairs that turn "
        "often are left alone, pairs that hardly turn are slowed by s, and a straight ramp in "
        "the index blends between them. The factor on queries and keys is a temperature of the "
        "softmax in disguise, as long as every channel is rotated: with partial rotation the "
        "channels that pass keep the weight 1, and it is no temperature any more. The paper's "
        "ramp is straight in the turns, the authors' code and every other code has it straight "
        "in the index; what is proved here is the code's. With l = h or h < l there is no ramp."
    ),
    not_implied=(
        ("wrong-scaling-parameters", "It holds for any ends of the ramp with l < h."),
        ("attention-factor-missing", "A factor of 1 is a temperature of 1."),
        ("scaling-ignored", "With s = 1 nothing is blended."),
    ),
    laws=("value",),
    depends=("B2", "E1"),
)
